/* field.h: the recipe's numbers and choices one by one, with their bounds: for whoever edits it. */
#pragma once

#include "experiment.h"

typedef enum {
  NN_FIELD_WHOLE,  /* an int */
  NN_FIELD_REAL,   /* a double */
  NN_FIELD_CHOICE, /* an enum, or a gboolean: 0…maximum */
} NnFieldKind;

typedef struct {
  const char *name; /* no other field of the same record has it: "kernel-height" */
  NnFieldKind kind;
  gsize offset; /* in the record: a layer's spec, or the experiment */
  double minimum, maximum;
  gboolean below_maximum; /* the maximum itself is too much */
} NnField;

/** nn_layer_fields: Returns: (transfer none): what a layer of this kind has; *n may be 0. */
const NnField *nn_layer_fields (const NnLayerClass *class_, guint *n);

/** nn_layer_field_counts: Returns: FALSE where another field makes this one mean nothing: a slope
 * where the function is not leaky ReLU. */
gboolean nn_layer_field_counts (const NnLayerSpec *spec, const NnField *field);

/** nn_layer_field_maximum: Returns: its maximum in @spec: no padding is as wide as the window. */
double nn_layer_field_maximum (const NnLayerSpec *spec, const NnField *field);

/**
 * nn_layer_field_set:
 * Sets it, and what depends on it: @spec stays one that the recipe's parser takes.
 * Returns: FALSE, with nothing changed, where @value is out of bounds
 */
gboolean nn_layer_field_set (NnLayerSpec *spec, const NnField *field, double value);

/** nn_experiment_fields: Returns: (transfer none): the numbers and choices of "train". */
const NnField *nn_experiment_fields (guint *n);

/** nn_prepare_fields: Returns: (transfer none): those of "prepare", of an experiment too. */
const NnField *nn_prepare_fields (guint *n);

/** nn_experiment_field_find: Returns: (nullable): the one of either named @name. */
const NnField *nn_experiment_field_find (const char *name);

/** nn_experiment_field_counts: Returns: FALSE for a number that its optimizer or schedule does not
 * have. */
gboolean nn_experiment_field_counts (const NnExperiment *experiment, const NnField *field);

/** nn_experiment_field_set: As nn_layer_field_set(); another optimizer or schedule comes with its
 * usual numbers, another loss with its closing activation. */
gboolean nn_experiment_field_set (NnExperiment *experiment, const NnField *field, double value);

/** nn_field_get: @record: the layer's spec, or the experiment. */
double nn_field_get (gconstpointer record, const NnField *field);

/** nn_layer_spec_usual: Returns: (transfer full): a layer of this kind with its usual numbers, for
 * an input of this shape. */
NnLayerSpec *nn_layer_spec_usual (const NnLayerClass *class_, const NnShape *input);
