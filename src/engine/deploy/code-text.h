/* code-text.h: what the writers of code share. Inside the deploy room. */
#pragma once

#include "code.h"

#include "engine/design/window.h"

/* A recipe whose layers fit, and the text that is being written. */
typedef struct {
  const NnExperiment *experiment;
  const NnForeseen *layers; /* [experiment->layers->len] */
  const NnNetwork *network; /* or NULL */
  NnShape input;
  int n_classes;
  GString *text;
} NnCode;

void nn_code_keras (NnCode *code);
void nn_code_pytorch (NnCode *code);
void nn_code_c (NnCode *code);

const NnLayerSpec *nn_code_spec (const NnCode *code, guint index);

/** nn_code_number: Returns: (transfer full): the shortest that reads back: "0.01", "1e-07". */
char *nn_code_number (double number);

/** nn_code_append_number: The same, into the text. */
void nn_code_append_number (NnCode *code, double number);

/** nn_code_is_fused: Returns: whether the loss takes the closing activation over, so that the
 * program's network ends before it. */
gboolean nn_code_is_fused (const NnCode *code);

/** nn_code_window: Returns: (nullable): the layer's window. */
const NnWindow *nn_code_window (const NnLayerSpec *spec);

/* Zeros around a picture so that the window stops where the recipe says. */
typedef struct {
  int top, bottom, left, right;
} NnCodeZeros;

NnCodeZeros nn_code_zeros (const NnWindow *window, const NnShape *input);

/** nn_code_data: Python that reads the data: read_idx() and load(); @channels_first. */
void nn_code_data (NnCode *code, gboolean channels_first);

/** nn_code_remarks: Comments on what the recipe asks for and the program does not do. */
void nn_code_remarks (NnCode *code);
