/* field.c: what can be edited in a recipe, and within which bounds. */
#include "field.h"

#include "channels.h"
#include "window.h"

#include <math.h>
#include <string.h>

#define MAX_PADDING (NN_WINDOW_MAX - 1)

#define WHOLE(name, type, member, least, most)                                                     \
  {                                                                                                \
    name, NN_FIELD_WHOLE, G_STRUCT_OFFSET (type, member), least, most, FALSE                       \
  }
#define REAL(name, type, member, least, most)                                                      \
  {                                                                                                \
    name, NN_FIELD_REAL, G_STRUCT_OFFSET (type, member), least, most, FALSE                        \
  }
#define REAL_BELOW(name, type, member, least, most)                                                \
  {                                                                                                \
    name, NN_FIELD_REAL, G_STRUCT_OFFSET (type, member), least, most, TRUE                         \
  }
#define CHOICE(name, type, member, last)                                                           \
  {                                                                                                \
    name, NN_FIELD_CHOICE, G_STRUCT_OFFSET (type, member), 0, last, FALSE                          \
  }

#define WINDOW(type, size)                                                                         \
  WHOLE (size "-height", type, window.height, 1, NN_WINDOW_MAX),                                   \
      WHOLE (size "-width", type, window.width, 1, NN_WINDOW_MAX),                                 \
      WHOLE ("stride-y", type, window.stride_y, 1, NN_WINDOW_MAX),                                 \
      WHOLE ("stride-x", type, window.stride_x, 1, NN_WINDOW_MAX),                                 \
      CHOICE ("padding", type, window.padding, NN_PADDING_EXPLICIT),                               \
      WHOLE ("padding-top", type, window.top, 0, MAX_PADDING),                                     \
      WHOLE ("padding-bottom", type, window.bottom, 0, MAX_PADDING),                               \
      WHOLE ("padding-left", type, window.left, 0, MAX_PADDING),                                   \
      WHOLE ("padding-right", type, window.right, 0, MAX_PADDING)

static const NnField dense_fields[] = {
    WHOLE ("units", NnDenseSpec, units, 1, NN_MAX_UNITS),
    CHOICE ("initialiser", NnDenseSpec, initialiser, NN_INITIALISER_ZEROS),
};
static const NnField activation_fields[] = {
    CHOICE ("function", NnActivationSpec, function, NN_FUNCTION_SOFTMAX),
    REAL ("slope", NnActivationSpec, slope, 0, 1),
};
static const NnField dropout_fields[] = {
    REAL_BELOW ("rate", NnDropoutSpec, rate, 0, 1),
};
static const NnField convolution_fields[] = {
    WHOLE ("filters", NnConvolutionSpec, filters, 1, NN_MAX_FILTERS),
    CHOICE ("initialiser", NnConvolutionSpec, initialiser, NN_INITIALISER_ZEROS),
    WINDOW (NnConvolutionSpec, "kernel"),
};
static const NnField pool_fields[] = {
    WINDOW (NnPoolSpec, "size"),
};
static const NnField batch_norm_fields[] = {
    REAL_BELOW ("momentum", NnBatchNormSpec, momentum, 0, 1),
    REAL ("epsilon", NnBatchNormSpec, epsilon, NN_NORM_MIN_EPSILON, 1),
};
static const NnField layer_norm_fields[] = {
    REAL ("epsilon", NnLayerNormSpec, epsilon, NN_NORM_MIN_EPSILON, 1),
};
/* The number of dimensions is 1 or 3: a choice of two. */
static const NnField reshape_fields[] = {
    CHOICE ("dimensions", NnReshapeSpec, shape.n_dims, 1),
    WHOLE ("height", NnReshapeSpec, shape.dims[0], 1, NN_MAX_EXTENT),
    WHOLE ("width", NnReshapeSpec, shape.dims[1], 1, NN_MAX_EXTENT),
    WHOLE ("channels", NnReshapeSpec, shape.dims[2], 1, NN_MAX_EXTENT),
};

static const NnField experiment_fields[] = {
    CHOICE ("loss", NnExperiment, train.loss, NN_LOSS_MEAN_SQUARED_ERROR),
    CHOICE ("targets", NnExperiment, train.targets, NN_TARGETS_ONE_HOT),
    CHOICE ("optimizer", NnExperiment, train.optimizer.kind, NN_OPTIMIZER_ADAM),
    REAL ("learning-rate", NnExperiment, train.optimizer.learning_rate, NN_MIN_LEARNING_RATE,
          NN_MAX_LEARNING_RATE),
    REAL ("momentum", NnExperiment, train.optimizer.momentum, 0, NN_MAX_MOMENTUM),
    REAL ("rho", NnExperiment, train.optimizer.rho, 0, NN_MAX_DECAY),
    REAL ("beta-1", NnExperiment, train.optimizer.beta_1, 0, NN_MAX_DECAY),
    REAL ("beta-2", NnExperiment, train.optimizer.beta_2, 0, NN_MAX_DECAY),
    REAL ("epsilon", NnExperiment, train.optimizer.epsilon, NN_MIN_EPSILON, 1),
    CHOICE ("schedule", NnExperiment, train.schedule.kind, NN_SCHEDULE_EXPONENTIAL),
    REAL ("factor", NnExperiment, train.schedule.factor, 0, 1),
    WHOLE ("every", NnExperiment, train.schedule.every, 1, NN_MAX_EPOCHS),
    REAL ("clip-norm", NnExperiment, train.clip_norm, 0, NN_MAX_CLIP_NORM),
    CHOICE ("shuffle", NnExperiment, train.shuffle, TRUE),
};

static const NnField prepare_fields[] = {
    REAL ("validation-fraction", NnExperiment, prepare.validation_fraction, 0, NN_MAX_FRACTION),
    REAL ("test-fraction", NnExperiment, prepare.test_fraction, 0, NN_MAX_FRACTION),
    CHOICE ("invert", NnExperiment, prepare.invert, TRUE),
    CHOICE ("crop", NnExperiment, prepare.ink.crop, TRUE),
    CHOICE ("keep-aspect", NnExperiment, prepare.ink.keep_aspect, TRUE),
    CHOICE ("resize", NnExperiment, prepare.ink.resize, TRUE),
    WHOLE ("field", NnExperiment, prepare.ink.field, NN_MIN_FIELD, NN_DIGIT_SIDE),
    CHOICE ("centre", NnExperiment, prepare.ink.centre, TRUE),
    REAL ("shift", NnExperiment, prepare.augmentation.shift, 0, NN_MAX_SHIFT),
    REAL ("rotation", NnExperiment, prepare.augmentation.rotation, 0, NN_MAX_ROTATION),
    REAL ("rescaling", NnExperiment, prepare.augmentation.scale, 0, NN_MAX_RESCALING),
    REAL ("shear", NnExperiment, prepare.augmentation.shear, 0, NN_MAX_SHEAR),
    REAL ("elastic", NnExperiment, prepare.augmentation.elastic, 0, NN_MAX_ELASTIC),
    REAL ("elastic-smoothing", NnExperiment, prepare.augmentation.elastic_smoothing,
          NN_MIN_SMOOTHING, NN_MAX_SMOOTHING),
    REAL ("stroke-width", NnExperiment, prepare.augmentation.stroke_width, 0, NN_MAX_STROKE_CHANGE),
    CHOICE ("scale", NnExperiment, prepare.scale, NN_SCALE_NONE),
    REAL ("noise", NnExperiment, prepare.noise, 0, NN_MAX_NOISE),
    CHOICE ("standardise", NnExperiment, prepare.standardise, TRUE),
};

/* ---- any field ---- */

static gboolean
is_in (const NnField *field, double maximum, double value)
{
  if (!(value >= field->minimum && value <= maximum)) /* nor is NaN */
    return FALSE;
  return !(field->below_maximum && value == maximum) &&
         (field->kind == NN_FIELD_REAL || value == floor (value));
}

static void
write_value (gpointer record, const NnField *field, double value)
{
  if (field->kind == NN_FIELD_REAL)
    G_STRUCT_MEMBER (double, record, field->offset) = value;
  else
    G_STRUCT_MEMBER (int, record, field->offset) = (int)value;
}

double
nn_field_get (gconstpointer record, const NnField *field)
{
  if (field->kind == NN_FIELD_REAL)
    return G_STRUCT_MEMBER (double, record, field->offset);
  if (g_str_equal (field->name, "dimensions"))
    return G_STRUCT_MEMBER (int, record, field->offset) == 3;
  return G_STRUCT_MEMBER (int, record, field->offset);
}

/* ---- of layers ---- */

static const NnWindow *
find_window (const NnLayerSpec *spec)
{
  if (spec->class_ == &nn_convolution_class)
    return &((const NnConvolutionSpec *)spec)->window;
  if (spec->class_ == &nn_max_pool_class || spec->class_ == &nn_average_pool_class)
    return &((const NnPoolSpec *)spec)->window;
  return NULL;
}

const NnField *
nn_layer_fields (const NnLayerClass *class_, guint *n)
{
#define FIELDS(table) table, G_N_ELEMENTS (table)
  const struct {
    const NnLayerClass *class_;
    const NnField *fields;
    guint n;
  } kinds[] = {
      {&nn_dense_class, FIELDS (dense_fields)},
      {&nn_activation_class, FIELDS (activation_fields)},
      {&nn_dropout_class, FIELDS (dropout_fields)},
      {&nn_convolution_class, FIELDS (convolution_fields)},
      {&nn_max_pool_class, FIELDS (pool_fields)},
      {&nn_average_pool_class, FIELDS (pool_fields)},
      {&nn_batch_norm_class, FIELDS (batch_norm_fields)},
      {&nn_layer_norm_class, FIELDS (layer_norm_fields)},
      {&nn_reshape_class, FIELDS (reshape_fields)},
  };
#undef FIELDS

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].class_ == class_) {
      *n = kinds[i].n;
      return kinds[i].fields;
    }
  *n = 0;
  return NULL;
}

gboolean
nn_layer_field_counts (const NnLayerSpec *spec, const NnField *field)
{
  const NnWindow *window = find_window (spec);

  if (spec->class_ == &nn_activation_class)
    return !g_str_equal (field->name, "slope") ||
           ((const NnActivationSpec *)spec)->function == NN_FUNCTION_LEAKY_RELU;
  if (spec->class_ == &nn_reshape_class)
    return ((const NnReshapeSpec *)spec)->shape.n_dims == 3 ||
           (!g_str_equal (field->name, "width") && !g_str_equal (field->name, "channels"));
  return window == NULL || window->padding == NN_PADDING_EXPLICIT ||
         !g_str_has_prefix (field->name, "padding-");
}

double
nn_layer_field_maximum (const NnLayerSpec *spec, const NnField *field)
{
  const NnWindow *window = find_window (spec);

  if (window == NULL || !g_str_has_prefix (field->name, "padding-"))
    return field->maximum;
  if (g_str_equal (field->name, "padding-top") || g_str_equal (field->name, "padding-bottom"))
    return window->height - 1;
  return window->width - 1;
}

/* A vector becomes a picture of one column and one channel, and the other way round. */
static void
set_dimensions (NnShape *shape, gboolean picture)
{
  if (picture == (shape->n_dims == 3))
    return;
  if (picture)
    *shape = nn_shape_image (shape->dims[0], 1, 1);
  else if (nn_shape_size (shape) <= NN_MAX_EXTENT)
    *shape = nn_shape_vector ((int)nn_shape_size (shape));
  else
    *shape = nn_shape_vector (shape->dims[0]);
}

gboolean
nn_layer_field_set (NnLayerSpec *spec, const NnField *field, double value)
{
  NnWindow *window = (NnWindow *)find_window (spec);

  if (!is_in (field, nn_layer_field_maximum (spec, field), value))
    return FALSE;
  if (g_str_equal (field->name, "dimensions"))
    set_dimensions (&((NnReshapeSpec *)spec)->shape, value != 0);
  else
    write_value (spec, field, value);
  if (window != NULL) {
    window->top = MIN (window->top, window->height - 1);
    window->bottom = MIN (window->bottom, window->height - 1);
    window->left = MIN (window->left, window->width - 1);
    window->right = MIN (window->right, window->width - 1);
  }
  return TRUE;
}

/* A vector becomes a square where it can. */
static NnShape
usual_shape (const NnShape *input)
{
  gsize n = nn_shape_size (input);
  int side = (int)sqrt ((double)n);

  if (input->n_dims == 3 && n <= NN_MAX_EXTENT)
    return nn_shape_vector ((int)n);
  if (input->n_dims == 1 && (gsize)side * (gsize)side == n)
    return nn_shape_image (side, side, 1);
  return *input;
}

NnLayerSpec *
nn_layer_spec_usual (const NnLayerClass *class_, const NnShape *input)
{
  const NnWindow kernel = {3, 3, 1, 1, NN_PADDING_VALID, 0, 0, 0, 0};
  const NnWindow size = {2, 2, 2, 2, NN_PADDING_VALID, 0, 0, 0, 0};

  if (class_ == &nn_dense_class)
    return nn_dense_spec (64, NN_INITIALISER_GLOROT_UNIFORM);
  if (class_ == &nn_activation_class)
    return nn_activation_spec (NN_FUNCTION_RELU);
  if (class_ == &nn_dropout_class)
    return nn_dropout_spec (0.2);
  if (class_ == &nn_convolution_class)
    return nn_convolution_spec (32, &kernel, NN_INITIALISER_GLOROT_UNIFORM);
  if (class_ == &nn_max_pool_class)
    return nn_max_pool_spec (&size);
  if (class_ == &nn_average_pool_class)
    return nn_average_pool_spec (&size);
  if (class_ == &nn_global_average_pool_class)
    return nn_global_average_pool_spec ();
  if (class_ == &nn_batch_norm_class)
    return nn_batch_norm_spec (0.9, 1e-5);
  if (class_ == &nn_layer_norm_class)
    return nn_layer_norm_spec (1e-5);
  if (class_ == &nn_reshape_class)
    return nn_reshape_spec (usual_shape (input));
  return nn_flatten_spec ();
}

/* ---- of the experiment ---- */

const NnField *
nn_experiment_fields (guint *n)
{
  *n = G_N_ELEMENTS (experiment_fields);
  return experiment_fields;
}

const NnField *
nn_prepare_fields (guint *n)
{
  *n = G_N_ELEMENTS (prepare_fields);
  return prepare_fields;
}

const NnField *
nn_experiment_field_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (experiment_fields); i++)
    if (g_str_equal (experiment_fields[i].name, name))
      return &experiment_fields[i];
  for (guint i = 0; i < G_N_ELEMENTS (prepare_fields); i++)
    if (g_str_equal (prepare_fields[i].name, name))
      return &prepare_fields[i];
  return NULL;
}

gboolean
nn_experiment_field_counts (const NnExperiment *experiment, const NnField *field)
{
  NnOptimizerKind optimizer = experiment->train.optimizer.kind;
  NnScheduleKind schedule = experiment->train.schedule.kind;

  if (g_str_equal (field->name, "momentum"))
    return optimizer == NN_OPTIMIZER_MOMENTUM || optimizer == NN_OPTIMIZER_NESTEROV;
  if (g_str_equal (field->name, "rho"))
    return optimizer == NN_OPTIMIZER_RMSPROP;
  if (g_str_has_prefix (field->name, "beta-"))
    return optimizer == NN_OPTIMIZER_ADAM;
  if (g_str_equal (field->name, "epsilon"))
    return optimizer == NN_OPTIMIZER_RMSPROP || optimizer == NN_OPTIMIZER_ADAM;
  if (g_str_equal (field->name, "factor"))
    return schedule != NN_SCHEDULE_CONSTANT;
  if (g_str_equal (field->name, "every"))
    return schedule == NN_SCHEDULE_STEP;
  if (g_str_equal (field->name, "field"))
    return experiment->prepare.ink.resize;
  if (g_str_equal (field->name, "elastic-smoothing"))
    return experiment->prepare.augmentation.elastic > 0;
  return TRUE;
}

gboolean
nn_experiment_field_set (NnExperiment *experiment, const NnField *field, double value)
{
  if (!is_in (field, field->maximum, value))
    return FALSE;
  if (g_str_equal (field->name, "loss"))
    nn_experiment_set_loss (experiment, (NnLossKind)value);
  else if (g_str_equal (field->name, "optimizer"))
    experiment->train.optimizer = nn_optimizer_spec_default ((NnOptimizerKind)value);
  else if (g_str_equal (field->name, "schedule"))
    experiment->train.schedule = nn_schedule_spec_default ((NnScheduleKind)value);
  else
    write_value (experiment, field, value);
  if (field >= prepare_fields && field < prepare_fields + G_N_ELEMENTS (prepare_fields))
    nn_prepare_spec_set_fit (&experiment->prepare, NULL); /* of other numbers, perhaps */
  return TRUE;
}
