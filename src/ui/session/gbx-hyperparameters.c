/* gbx-hyperparameters.c: the recipe's dials. Every one of them is a number, so that one table
 * describes them all. */
#include "gbx-hyperparameters.h"

typedef enum {
  LEARNING_RATE = 1,
  MOMENTUM,
  L2,
  EPOCHS,
  BATCH_SIZE,
  HIDDEN_UNITS,
  DROPOUT,
  OPTIMIZER,
  ACTIVATION,
  LOSS,
  SCHEDULE,
  CLIP_NORM,
  N_DIALS
} Dial;

typedef struct {
  const char *name;
  GType type;
  double minimum, maximum;
  gboolean live; /* acts without a reset */
} DialInfo;

struct _GbxHyperparameters {
  GObject parent_instance;
  NnExperiment *experiment; /* borrowed */
  double told[N_DIALS];     /* the values notified last */
  double initial[N_DIALS];  /* what double-click restores */
};

static const DialInfo dials[N_DIALS] = {
    [LEARNING_RATE] = {"learning-rate", G_TYPE_DOUBLE, 1e-6, 10, TRUE},
    [MOMENTUM] = {"momentum", G_TYPE_DOUBLE, 0, 0.999, TRUE},
    [L2] = {"l2", G_TYPE_DOUBLE, 0, 1, TRUE},
    [EPOCHS] = {"epochs", G_TYPE_INT, 1, 10000, TRUE},
    [BATCH_SIZE] = {"batch-size", G_TYPE_INT, 1, 65536, FALSE},
    [HIDDEN_UNITS] = {"hidden-units", G_TYPE_INT, 0, 4096, FALSE},
    [DROPOUT] = {"dropout", G_TYPE_DOUBLE, 0, 0.9, FALSE},
    [OPTIMIZER] = {"optimizer", G_TYPE_UINT, 0, NN_OPTIMIZER_ADAM, FALSE},
    [ACTIVATION] = {"activation", G_TYPE_UINT, 0, NN_FUNCTION_SOFTMAX, FALSE},
    [LOSS] = {"loss", G_TYPE_UINT, 0, NN_LOSS_MEAN_SQUARED_ERROR, FALSE},
    [SCHEDULE] = {"schedule", G_TYPE_UINT, 0, NN_SCHEDULE_EXPONENTIAL, FALSE},
    [CLIP_NORM] = {"clip-norm", G_TYPE_DOUBLE, 0, G_MAXDOUBLE, FALSE},
};

static GParamSpec *properties[N_DIALS];
static guint edited_signal;

G_DEFINE_FINAL_TYPE (GbxHyperparameters, gbx_hyperparameters, G_TYPE_OBJECT)

static double
dial_read (const NnExperiment *experiment, Dial dial)
{
  const NnTrainSpec *train = &experiment->train;

  switch (dial) {
  case LEARNING_RATE:
    return train->optimizer.learning_rate;
  case MOMENTUM:
    return train->optimizer.momentum;
  case L2:
    return train->l2;
  case EPOCHS:
    return train->epochs;
  case BATCH_SIZE:
    return train->batch_size;
  case HIDDEN_UNITS:
    return nn_experiment_get_hidden_units (experiment);
  case DROPOUT:
    return nn_experiment_get_dropout (experiment);
  case OPTIMIZER:
    return train->optimizer.kind;
  case ACTIVATION:
    return nn_experiment_get_hidden_function (experiment);
  case LOSS:
    return train->loss;
  case SCHEDULE:
    return train->schedule.kind;
  case CLIP_NORM:
    return train->clip_norm;
  default:
    g_assert_not_reached ();
  }
}

static void
dial_write (NnExperiment *experiment, Dial dial, double value)
{
  NnTrainSpec *train = &experiment->train;

  switch (dial) {
  case LEARNING_RATE:
    train->optimizer.learning_rate = value;
    break;
  case MOMENTUM:
    train->optimizer.momentum = value;
    break;
  case L2:
    train->l2 = value;
    break;
  case EPOCHS:
    train->epochs = (int)value;
    break;
  case BATCH_SIZE:
    train->batch_size = (int)value;
    break;
  case HIDDEN_UNITS:
    nn_experiment_set_hidden_units (experiment, (int)MAX (value, 1));
    break;
  case DROPOUT:
    nn_experiment_set_dropout (experiment, value);
    break;
  case OPTIMIZER: /* with its own usual learning rate: Adam's is far too small for plain SGD */
    train->optimizer = nn_optimizer_spec_default ((NnOptimizerKind)value);
    break;
  case ACTIVATION:
    nn_experiment_set_hidden_function (experiment, (NnFunction)value);
    break;
  case LOSS:
    nn_experiment_set_loss (experiment, (NnLossKind)value);
    break;
  case SCHEDULE:
    train->schedule = nn_schedule_spec_default ((NnScheduleKind)value);
    break;
  case CLIP_NORM:
    train->clip_norm = value;
    break;
  default:
    g_assert_not_reached ();
  }
}

static double
value_to_number (const GValue *value)
{
  if (G_VALUE_HOLDS_DOUBLE (value))
    return g_value_get_double (value);
  if (G_VALUE_HOLDS_INT (value))
    return g_value_get_int (value);
  return g_value_get_uint (value);
}

static void
number_to_value (double number, GValue *value)
{
  if (G_VALUE_HOLDS_DOUBLE (value))
    g_value_set_double (value, number);
  else if (G_VALUE_HOLDS_INT (value))
    g_value_set_int (value, (int)number);
  else
    g_value_set_uint (value, (guint)number);
}

static Dial
find_dial (const char *property)
{
  for (int dial = 1; dial < N_DIALS; dial++)
    if (g_str_equal (dials[dial].name, property))
      return dial;
  return 0;
}

/* One dial may move another: an optimizer brings its learning rate. */
static void
tell_differences (GbxHyperparameters *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (int dial = 1; dial < N_DIALS; dial++) {
    double value = dial_read (self->experiment, dial);
    if (value != self->told[dial]) {
      self->told[dial] = value;
      g_object_notify_by_pspec (G_OBJECT (self), properties[dial]);
    }
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
gbx_hyperparameters_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxHyperparameters *self = GBX_HYPERPARAMETERS (object);

  if (id >= N_DIALS)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (self->experiment != NULL)
    number_to_value (dial_read (self->experiment, id), value);
}

static void
gbx_hyperparameters_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxHyperparameters *self = GBX_HYPERPARAMETERS (object);
  double asked, before;

  if (id >= N_DIALS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  if (self->experiment == NULL)
    return;

  asked = value_to_number (value);
  before = dial_read (self->experiment, id);
  if (asked == before)
    return;

  dial_write (self->experiment, id, asked);
  tell_differences (self);
  if (dial_read (self->experiment, id) != before)
    g_signal_emit (self, edited_signal, 0, dials[id].name);
  else /* the recipe has no such thing to turn: whoever is bound goes back */
    g_object_notify_by_pspec (object, properties[id]);
}

static GParamSpec *
dial_param_spec (const DialInfo *dial)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  if (dial->type == G_TYPE_DOUBLE)
    return g_param_spec_double (dial->name, NULL, NULL, dial->minimum, dial->maximum, dial->minimum,
                                flags);
  if (dial->type == G_TYPE_INT)
    return g_param_spec_int (dial->name, NULL, NULL, (int)dial->minimum, (int)dial->maximum,
                             (int)dial->minimum, flags);
  return g_param_spec_uint (dial->name, NULL, NULL, (guint)dial->minimum, (guint)dial->maximum,
                            (guint)dial->minimum, flags);
}

static void
gbx_hyperparameters_class_init (GbxHyperparametersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_hyperparameters_get_property;
  object_class->set_property = gbx_hyperparameters_set_property;
  for (int dial = 1; dial < N_DIALS; dial++)
    properties[dial] = dial_param_spec (&dials[dial]);
  g_object_class_install_properties (object_class, N_DIALS, properties);
  edited_signal = g_signal_new ("edited", GBX_TYPE_HYPERPARAMETERS, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gbx_hyperparameters_init (GbxHyperparameters *self)
{
}

GbxHyperparameters *
gbx_hyperparameters_new (void)
{
  return g_object_new (GBX_TYPE_HYPERPARAMETERS, NULL);
}

void
gbx_hyperparameters_set_experiment (GbxHyperparameters *self, NnExperiment *experiment)
{
  g_autoptr (NnExperiment) preset = NULL;
  const NnExperiment *usual;

  g_return_if_fail (GBX_IS_HYPERPARAMETERS (self) && experiment != NULL);

  self->experiment = experiment;
  preset = nn_preset_load (experiment->name, NULL);
  usual = preset != NULL ? preset : experiment;
  for (int dial = 1; dial < N_DIALS; dial++)
    self->initial[dial] = dial_read (usual, dial);
  tell_differences (self);
}

gboolean
gbx_hyperparameters_is_live (const char *property)
{
  Dial dial = find_dial (property);

  g_return_val_if_fail (dial != 0, FALSE);

  return dials[dial].live;
}

void
gbx_hyperparameters_get_default (GbxHyperparameters *self, const char *property, GValue *value)
{
  Dial dial = find_dial (property);

  g_return_if_fail (GBX_IS_HYPERPARAMETERS (self) && dial != 0);

  if (!G_IS_VALUE (value))
    g_value_init (value, dials[dial].type);
  number_to_value (self->initial[dial], value);
}
