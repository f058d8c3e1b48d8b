/* layer.h: what a layer must supply. One file per layer kind; forward and backward side by side. */
#pragma once

#include "engine/error.h"
#include "engine/math/kernels.h"
#include "engine/math/real.h"
#include "engine/math/rng.h"
#include "engine/math/shape.h"

#include <json-glib/json-glib.h>

typedef struct NnLayer NnLayer;
typedef struct NnLayerClass NnLayerClass;

/* The recipe's words for one layer. Each kind extends it with plain fields (no pointers), so a
 * spec is copied by its class's spec_size. */
typedef struct {
  const NnLayerClass *class_;
} NnLayerSpec;

/* One learned array: views into the network's parameter and gradient blocks. */
typedef struct {
  const char *name; /* "weight", "bias": PyTorch's */
  NnShape shape;    /* in PyTorch's order: [out][in] */
  gsize offset;     /* in the network's parameter block */
  real *value;
  real *gradient;  /* NULL in a network built for prediction only */
  gboolean decays; /* L2 applies: weights yes, biases no */
  /* 0: in memory the numbers lie as in a file, [out][in] or [out][in][height][width]. Else so many
   * outputs lie together, as the kernels read them: [out / panel][height][width][in][panel]; the
   * last panel may be narrower. */
  int panel;
  /* Gathered while training instead of learned (a running mean). Its gradient is what a step takes
   * off it, by every optimizer alike: no learning rate, no moments, no L2, no clipping. So nothing
   * but a step changes a parameter, and what undoes a step undoes this too. */
  gboolean is_statistic;
  /* A statistic that a step leaves at 0 where rounding would bring it below: a variance. */
  gboolean never_negative;
} NnParameter;

#define NN_LAYER_MAX_PARAMETERS 4

/* The three ways to the same numbers, for the layers that have more than one. */
typedef enum {
  NN_METHOD_NAIVE,  /* "naive": plain loops, the definition */
  NN_METHOD_GEMM,   /* "gemm": rearranged into matrix products */
  NN_METHOD_DIRECT, /* "direct": kernels of our own, or what was measured to be faster for the shape
                     */
} NnMethod;

/* One pass over one batch. */
typedef struct {
  int batch;   /* rows present: 1 … the planned maximum */
  gsize whole; /* rows of the batch that these are a part of; 0: they are all */
  gboolean training;
  guint64 seed;
  guint64 step; /* batches seen since the start of the run */

  /* The batch behind this one, or NULL: as soon as a layer that begins a batch has its new
   * parameters, it sums this one up … */
  const real *next_x;
  int next_batch;
  gboolean begun; /* … which was done for the present one */
} NnRun;

/* Whom a layer hands the gradient of its parameters to, instead of writing it down. */
typedef struct NnGradientSink NnGradientSink;
struct NnGradientSink {
  /* @gradient: of @rows of @parameter from its number @first on, itself without gaps; read at once,
   * while it is in the cache */
  void (*take) (NnGradientSink *sink, const NnParameter *parameter, gsize first, NnRows rows,
                const real *gradient);
};

struct NnLayerClass {
  const char *type; /* the recipe's word: "dense" */
  gsize spec_size;
  gsize layer_size; /* of the struct that extends NnLayer, 0 for NnLayer itself */

  /* Reads the fields of a JSON object into a zeroed spec; writes them back. @path names the object
   * in messages: "layers[2]". */
  gboolean (*parse) (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error);
  void (*write) (const NnLayerSpec *spec, JsonBuilder *builder);

  /* From input_shape and method: output_shape, parameters (name, shape), scratch_size, parts. */
  gboolean (*infer) (NnLayer *layer, GError **error);
  /* May do the work of the layers that follow as well: looks at @next[0…n−1], adapts its parts and
   * scratch_size, and returns how many of them, from the first, it takes over. Then y is the last
   * one's y, dy the gradient by that, and the passes of the others are not run. NULL: none. The
   * network's closing layer is never offered: the loss may want to take that over itself. */
  int (*fuse) (NnLayer *layer, NnLayer *const *next, int n);
  /* Draws the parameters' first values; rng is this layer's own. NULL: nothing to draw. */
  void (*initialise) (NnLayer *layer, NnRng *rng);
  /* Fill this part's share of y, of dx, of the parameter gradients (over all rows of the batch).
   * Parts write disjoint numbers. forward may be NULL: y is x itself, and dx is dy.
   * backward_* may be NULL: no gradient flows, no parameters. */
  void (*forward) (NnLayer *layer, const NnRun *run, int part);
  /* The rest of forward, to the same bits, where NnRun.begun; of layers that begin a batch. */
  void (*finish_forward) (NnLayer *layer, const NnRun *run, int part);
  /* Before the other two, where both need what it leaves in scratch; may be NULL. */
  void (*backward_prepare) (NnLayer *layer, const NnRun *run, int part);
  /* These two may run at the same time. */
  void (*backward_input) (NnLayer *layer, const NnRun *run, int part);
  void (*backward_parameters) (NnLayer *layer, const NnRun *run, int part);
  /* The same in the same parts, but to @sink, which may change the parameters at once. May be NULL:
   * such a layer's gradients are always written down. */
  void (*hand_over_gradients) (NnLayer *layer, const NnRun *run, int part, NnGradientSink *sink);
};

struct NnLayer {
  const NnLayerClass *class_;
  const NnLayerSpec *spec; /* borrowed from the network's own copy */
  int index;               /* in the recipe's list: the number in "0.weight" */
  NnShape input_shape, output_shape;
  gboolean reads_data;  /* no layer before it learns: nobody wants a gradient by its input */
  gboolean reads_batch; /* no layer before it does anything: its x is the batch */
  gboolean begins; /* set by infer, where it reads the batch: hand_over_gradients begins the next */
  NnMethod method; /* how to compute, where there is a choice */
  int n_fused;     /* layers behind it whose work it does */
  gboolean is_fused; /* a layer before it does its work: x, y and dx stay NULL */
  NnShape y_shape;   /* output_shape, or that of the last layer whose work it does */
  NnParameter parameters[NN_LAYER_MAX_PARAMETERS];
  int n_parameters;

  /* Planned by the network; [batch][…]. */
  const real *x;
  real *y;
  const real *dy; /* gradient of the loss by y */
  real *dx;       /* NULL where nobody wants it: the first layer with parameters, and before */
  real *scratch;  /* [scratch_size], 64-byte aligned */

  gsize scratch_size; /* numbers, for max_batch samples */
  int max_batch;
  double flops; /* floating-point operations of one sample, forward; set by infer */

  /* How many parts each pass has: from the shapes and max_batch, never from the thread count. */
  int forward_parts, finish_parts;
  int backward_prepare_parts, backward_input_parts, backward_parameter_parts;
};

/**
 * nn_parameter_place:
 * @index: of a number in the order of @parameter's shape
 * Returns: where it lies in memory, counted from the first
 */
gsize nn_parameter_place (const NnParameter *parameter, gsize index);

/** nn_layer_class_find: Returns: (nullable): the class for the recipe's word @type. */
const NnLayerClass *nn_layer_class_find (const char *type);

/** nn_layer_class_all: Returns: a NULL-terminated array of every layer kind, to choose from. */
const NnLayerClass *const *nn_layer_class_all (void);

/** nn_layer_spec_copy: Returns: (transfer full): free with g_free(). */
NnLayerSpec *nn_layer_spec_copy (const NnLayerSpec *spec);

/* ---- splitting by rows, for layers that treat every row alike ---- */

/* One part's share: whole rows. The pointers are at its first; NULL where the layer has none. */
typedef struct {
  int first;
  int rows;     /* 0 beyond the batch */
  gsize offset; /* of the first input number: where scratch is laid out like x */
  gsize n;      /* input numbers */
  const real *x, *dy;
  real *y, *dx;
} NnRowShare;

/** nn_layer_row_parts: Returns: parts of whole rows, about @numbers input numbers each. */
int nn_layer_row_parts (const NnLayer *layer, int numbers);

/** nn_layer_row_share: Returns: what @part of as many as nn_layer_row_parts() told has to do. */
NnRowShare nn_layer_row_share (const NnLayer *layer, const NnRun *run, int part, int numbers);

/* ---- the kinds there are ---- */

typedef enum {
  NN_INITIALISER_GLOROT_UNIFORM, /* "glorot-uniform": U(±√(6/(in+out))), Keras's default */
  NN_INITIALISER_HE_NORMAL,      /* "he-normal": N(0, 2/in) */
  NN_INITIALISER_NORMAL,         /* "normal": N(0, 0.05²) */
  NN_INITIALISER_ZEROS,          /* "zeros" */
} NnInitialiser;

typedef enum {
  NN_FUNCTION_LINEAR,
  NN_FUNCTION_RELU,
  NN_FUNCTION_LEAKY_RELU,
  NN_FUNCTION_SIGMOID,
  NN_FUNCTION_TANH,
  NN_FUNCTION_SOFTMAX,
} NnFunction;

/* The bounds of the recipe's numbers. */
#define NN_MAX_UNITS 4096
#define NN_MAX_FILTERS 1024
#define NN_MAX_EXTENT 1048576 /* of a reshape: three of them still have a product */

typedef struct {
  NnLayerSpec base;
  int units; /* 1…NN_MAX_UNITS */
  NnInitialiser initialiser;
} NnDenseSpec;

typedef struct {
  NnLayerSpec base;
  NnFunction function;
  double slope; /* leaky ReLU's, for x < 0 */
} NnActivationSpec;

typedef struct {
  NnLayerSpec base;
} NnFlattenSpec;

typedef struct {
  NnLayerSpec base;
  double rate; /* 0 … < 1: fraction of the inputs set to zero while training */
} NnDropoutSpec;

typedef enum {
  NN_PADDING_VALID, /* "valid": none */
  NN_PADDING_SAME,  /* "same": ⌈input / stride⌉ outputs, the odd zero below and to the right */
  NN_PADDING_EXPLICIT, /* [top, bottom, left, right] */
} NnPaddingKind;

/* A window that moves over a picture. */
typedef struct {
  int height, width;      /* "kernel" of a convolution, "size" of a pooling: 1…64 */
  int stride_y, stride_x; /* 1…64 */
  NnPaddingKind padding;
  int top, bottom, left, right; /* of NN_PADDING_EXPLICIT, each less than the window */
} NnWindow;

typedef struct {
  NnLayerSpec base;
  int filters; /* 1…NN_MAX_FILTERS */
  NnWindow window;
  NnInitialiser initialiser;
} NnConvolutionSpec; /* "conv2d" */

typedef struct {
  NnLayerSpec base;
  NnWindow window; /* the stride is the size where none is given; padding is never looked at */
} NnPoolSpec;      /* "max-pool", "average-pool" */

typedef struct {
  NnLayerSpec base;
} NnGlobalAveragePoolSpec; /* "global-average-pool": [height][width][channels] → [channels] */

typedef struct {
  NnLayerSpec base;
  double momentum; /* 0 … < 1: how much stays of a running figure at each step; 0.9 */
  double epsilon;  /* 1e-5 */
} NnBatchNormSpec; /* "batch-norm", over batch, height and width, for each channel */

typedef struct {
  NnLayerSpec base;
  double epsilon;  /* 1e-5 */
} NnLayerNormSpec; /* "layer-norm", over the channels (of a vector: the features) of each place */

typedef struct {
  NnLayerSpec base;
  NnShape shape; /* as many numbers as the input has */
} NnReshapeSpec; /* "reshape" */

extern const NnLayerClass nn_dense_class, nn_activation_class, nn_flatten_class, nn_dropout_class;
extern const NnLayerClass nn_convolution_class;
extern const NnLayerClass nn_max_pool_class, nn_average_pool_class, nn_global_average_pool_class;
extern const NnLayerClass nn_batch_norm_class, nn_layer_norm_class, nn_reshape_class;

NnLayerSpec *nn_dense_spec (int units, NnInitialiser initialiser);
NnLayerSpec *nn_activation_spec (NnFunction function);
NnLayerSpec *nn_flatten_spec (void);
NnLayerSpec *nn_dropout_spec (double rate);
NnLayerSpec *nn_convolution_spec (int filters, const NnWindow *window, NnInitialiser initialiser);
NnLayerSpec *nn_max_pool_spec (const NnWindow *window);
NnLayerSpec *nn_average_pool_spec (const NnWindow *window);
NnLayerSpec *nn_global_average_pool_spec (void);
NnLayerSpec *nn_batch_norm_spec (double momentum, double epsilon);
NnLayerSpec *nn_layer_norm_spec (double epsilon);
NnLayerSpec *nn_reshape_spec (NnShape shape);

/** nn_function_name: Returns: (transfer none): the recipe's word: "leaky-relu". */
const char *nn_function_name (NnFunction function);
gboolean nn_function_parse (const char *name, NnFunction *function);
const char *nn_initialiser_name (NnInitialiser initialiser);
gboolean nn_initialiser_parse (const char *name, NnInitialiser *initialiser);
