/* experiment.h: the recipe, the single source of truth. docs/experiment.md is its schema. */
#pragma once

#include "layer.h"

#include "engine/collect/mix.h"
#include "engine/prepare/prepare.h"

#define NN_EXPERIMENT_VERSION 1

/* The bounds of the recipe's numbers. */
#define NN_MAX_LAYERS 64
#define NN_MIN_LEARNING_RATE 1e-6
#define NN_MAX_LEARNING_RATE 10
#define NN_MAX_MOMENTUM 0.999
#define NN_MAX_DECAY 0.999999 /* of ρ, β₁ and β₂ */
#define NN_MIN_EPSILON 1e-16  /* without any, a gradient of 0 would be divided by 0 */
#define NN_MAX_CLIP_NORM 1e6
#define NN_MAX_EPOCHS 10000

typedef enum {
  NN_LOSS_SOFTMAX_CROSS_ENTROPY, /* "softmax-cross-entropy" */
  NN_LOSS_BINARY_CROSS_ENTROPY,  /* "binary-cross-entropy", summed over the outputs */
  NN_LOSS_MEAN_SQUARED_ERROR,    /* "mean-squared-error", mean over the outputs */
} NnLossKind;

/* Two ways to write the same label; the numbers are equal, the lesson is not. */
typedef enum { NN_TARGETS_SPARSE, NN_TARGETS_ONE_HOT } NnTargets;

typedef enum {
  NN_OPTIMIZER_GRADIENT_DESCENT, /* "gradient-descent": one step an epoch, over all samples */
  NN_OPTIMIZER_SGD,
  NN_OPTIMIZER_MOMENTUM,
  NN_OPTIMIZER_NESTEROV,
  NN_OPTIMIZER_RMSPROP,
  NN_OPTIMIZER_ADAM,
} NnOptimizerKind;

typedef struct {
  NnOptimizerKind kind;
  double learning_rate;
  double momentum; /* momentum and Nesterov */
  double rho;      /* RMSprop's decay */
  double beta_1, beta_2;
  double epsilon; /* Adam: θ ← θ − α·m̂/(√v̂ + ε); RMSprop: θ ← θ − α·g/(√v + ε) */
} NnOptimizerSpec;

typedef enum {
  NN_SCHEDULE_CONSTANT,
  NN_SCHEDULE_STEP,        /* × factor every `every` epochs */
  NN_SCHEDULE_COSINE,      /* from the rate to factor × the rate over all epochs */
  NN_SCHEDULE_EXPONENTIAL, /* × factor each epoch, continuously */
} NnScheduleKind;

typedef struct {
  NnScheduleKind kind;
  double factor;
  int every;
} NnScheduleSpec;

typedef struct {
  NnLossKind loss;
  NnTargets targets;
  NnOptimizerSpec optimizer;
  NnScheduleSpec schedule;
  double l2;        /* λ: adds ½·λ·Σw² to the loss, λ·w to the gradient; weights only */
  double clip_norm; /* the gradient's greatest length; 0: no clipping */
  int batch_size;   /* 1…65 536 */
  int epochs;       /* 1…NN_MAX_EPOCHS */
  gboolean shuffle; /* true: a new order each epoch */
} NnTrainSpec;

/* A second data set, mixed into the first one (nn_dataset_mix()). */
typedef struct {
  char *dataset; /* id; NULL: none */
  double share;  /* of what is trained on: NN_MIX_LEAST…NN_MIX_MOST */
} NnMixSpec;

typedef struct {
  char *name;    /* "keras-784-64-10" */
  char *dataset; /* id */
  NnMixSpec mix;
  NnPrepareSpec prepare;
  GPtrArray *layers; /* NnLayerSpec, owned */
  NnTrainSpec train;
  guint64 seed;
} NnExperiment;

/**
 * nn_experiment_parse:
 * @text: UTF-8 JSON, at most 1 MiB, nested at most 32 deep
 * Returns: (transfer full): or NULL with an error that begins with the path of what is wrong:
 * `layers[2].units: expected 1…4096, got 0`. Unknown keys are errors too.
 */
NnExperiment *nn_experiment_parse (const char *text, gssize length, GError **error);
NnExperiment *nn_experiment_load_file (const char *path, GError **error);

/** nn_experiment_to_json: Returns: (transfer full): pretty-printed; parse gives the same back. */
char *nn_experiment_to_json (const NnExperiment *experiment);

NnExperiment *nn_experiment_copy (const NnExperiment *experiment);
gboolean nn_experiment_equal (const NnExperiment *a, const NnExperiment *b);
/** nn_experiment_same_network: Returns: whether their layers and what they read are the same. */
gboolean nn_experiment_same_network (const NnExperiment *a, const NnExperiment *b);
void nn_experiment_free (NnExperiment *experiment);

/**
 * nn_preset_names:
 * Returns: (transfer none): the built-in experiments, in the order to show them
 */
const char *const *nn_preset_names (void);

/** nn_preset_load: Returns: (transfer full): a built-in experiment, or NULL (NN_ERROR_NOT_FOUND).
 */
NnExperiment *nn_preset_load (const char *name, GError **error);

/** nn_preset_title: Returns: (transfer none): one translated line that says what it is. */
const char *nn_preset_title (const char *name);

/* ---- edits the dials make; each leaves the recipe valid ---- */

/** nn_experiment_get_hidden_units: Returns: units of the first hidden dense layer, 0 if none. */
int nn_experiment_get_hidden_units (const NnExperiment *experiment);
/** nn_experiment_set_hidden_units: Sets every dense layer but the last. */
void nn_experiment_set_hidden_units (NnExperiment *experiment, int units);
/**
 * nn_experiment_fit_classes:
 * Gives the last dense layer a unit for each of @n_classes. A single unit stays where it is enough
 * for two.
 * Returns: whether that changed anything
 */
gboolean nn_experiment_fit_classes (NnExperiment *experiment, int n_classes);
/** nn_experiment_get_hidden_function: Returns: the first activation that is not the closing one. */
NnFunction nn_experiment_get_hidden_function (const NnExperiment *experiment);
void nn_experiment_set_hidden_function (NnExperiment *experiment, NnFunction function);
double nn_experiment_get_dropout (const NnExperiment *experiment);
/** nn_experiment_set_dropout: After every hidden dense layer's activation; rate 0 takes the layers
 * away. */
void nn_experiment_set_dropout (NnExperiment *experiment, double rate);
/** nn_experiment_set_loss: Sets the loss, and the closing activation that goes with it. */
void nn_experiment_set_loss (NnExperiment *experiment, NnLossKind loss);

const char *nn_loss_name (NnLossKind loss);
gboolean nn_loss_parse (const char *name, NnLossKind *loss);
const char *nn_optimizer_name (NnOptimizerKind kind);
gboolean nn_optimizer_parse (const char *name, NnOptimizerKind *kind);
const char *nn_schedule_name (NnScheduleKind kind);
gboolean nn_schedule_parse (const char *name, NnScheduleKind *kind);

/** nn_optimizer_spec_default: Keras's default values of @kind, learning rate included. */
NnOptimizerSpec nn_optimizer_spec_default (NnOptimizerKind kind);

/** nn_schedule_spec_default: Step halves each epoch, cosine ends at 0, exponential × 0.9. */
NnScheduleSpec nn_schedule_spec_default (NnScheduleKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnExperiment, nn_experiment_free)
