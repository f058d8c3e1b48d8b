/* gbx-run.c: one training run as the runs list and the plots show it. */
#include "gbx-run.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _GbxRun {
  GObject parent_instance;
  char *uuid;
  guint number;
  char *name, *detail, *note;
  gint64 begun;
  guint colour;
  gboolean visible;
  GbxRunState state;
  double final_accuracy;
  int best_epoch;
  GbxMetricSeries *series[GBX_N_CURVES];
  GPtrArray *marks; /* GbxDialMark */
};

enum {
  PROP_UUID = 1,
  PROP_NUMBER,
  PROP_NAME,
  PROP_DETAIL,
  PROP_NOTE,
  PROP_BEGUN,
  PROP_STATE,
  PROP_FINAL_ACCURACY,
  PROP_COLOUR,
  PROP_VISIBLE,
  PROP_BEST_EPOCH,
  N_PROPERTIES
};

enum { SIGNAL_MARKS_CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GbxRun, gbx_run, G_TYPE_OBJECT)

/* NaN is not equal to itself, and setting it again is no news. */
static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static void
gbx_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxRun *self = GBX_RUN (object);

  switch (id) {
  case PROP_UUID:
    g_value_set_string (value, self->uuid);
    break;
  case PROP_NOTE:
    g_value_set_string (value, self->note);
    break;
  case PROP_BEGUN:
    g_value_set_int64 (value, self->begun);
    break;
  case PROP_NUMBER:
    g_value_set_uint (value, self->number);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_DETAIL:
    g_value_set_string (value, self->detail);
    break;
  case PROP_STATE:
    g_value_set_int (value, (int)self->state);
    break;
  case PROP_FINAL_ACCURACY:
    g_value_set_double (value, self->final_accuracy);
    break;
  case PROP_COLOUR:
    g_value_set_uint (value, self->colour);
    break;
  case PROP_VISIBLE:
    g_value_set_boolean (value, self->visible);
    break;
  case PROP_BEST_EPOCH:
    g_value_set_int (value, self->best_epoch);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static gboolean
set_text (char **text, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

static void
set_mutable_property (GbxRun *self, guint id, const GValue *value)
{
  gboolean changed = FALSE;

  if (id == PROP_STATE) {
    changed = self->state != (GbxRunState)g_value_get_int (value);
    self->state = (GbxRunState)g_value_get_int (value);
  } else if (id == PROP_FINAL_ACCURACY) {
    changed = !same_number (self->final_accuracy, g_value_get_double (value));
    self->final_accuracy = g_value_get_double (value);
  } else if (id == PROP_VISIBLE) {
    changed = self->visible != g_value_get_boolean (value);
    self->visible = g_value_get_boolean (value);
  } else if (id == PROP_BEST_EPOCH) {
    changed = self->best_epoch != g_value_get_int (value);
    self->best_epoch = g_value_get_int (value);
  } else if (id == PROP_NAME) {
    changed = set_text (&self->name, g_value_get_string (value));
  } else if (id == PROP_NOTE) {
    changed = set_text (&self->note, g_value_get_string (value));
  }
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
gbx_run_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxRun *self = GBX_RUN (object);

  switch (id) {
  case PROP_UUID:
    self->uuid = g_value_dup_string (value);
    break;
  case PROP_BEGUN:
    self->begun = g_value_get_int64 (value);
    break;
  case PROP_NUMBER:
    self->number = g_value_get_uint (value);
    break;
  case PROP_DETAIL:
    self->detail = g_value_dup_string (value);
    break;
  case PROP_COLOUR:
    self->colour = g_value_get_uint (value);
    break;
  case PROP_STATE:
  case PROP_FINAL_ACCURACY:
  case PROP_VISIBLE:
  case PROP_BEST_EPOCH:
  case PROP_NAME:
  case PROP_NOTE:
    set_mutable_property (self, id, value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_run_constructed (GObject *object)
{
  GbxRun *self = GBX_RUN (object);

  if (self->uuid == NULL)
    self->uuid = g_uuid_string_random ();
  if (self->begun == 0)
    self->begun = g_get_real_time ();
  G_OBJECT_CLASS (gbx_run_parent_class)->constructed (object);
}

static void
gbx_run_finalize (GObject *object)
{
  GbxRun *self = GBX_RUN (object);

  g_free (self->uuid);
  g_free (self->name);
  g_free (self->detail);
  g_free (self->note);
  g_ptr_array_unref (self->marks);
  for (int i = 0; i < GBX_N_CURVES; i++)
    g_object_unref (self->series[i]);
  G_OBJECT_CLASS (gbx_run_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags made_with = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags changing = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, made_with);
  properties[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, made_with);
  properties[PROP_BEGUN] = g_param_spec_int64 ("begun", NULL, NULL, 0, G_MAXINT64, 0, made_with);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, changing);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, "", changing);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, made_with);
  properties[PROP_COLOUR] = g_param_spec_uint ("colour", NULL, NULL, 0, G_MAXUINT, 0, made_with);
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, GBX_RUN_NEW, GBX_RUN_DIVERGED, GBX_RUN_NEW, changing);
  /* Lax: validation calls NaN out of range. */
  properties[PROP_FINAL_ACCURACY] =
      g_param_spec_double ("final-accuracy", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                           changing | G_PARAM_LAX_VALIDATION);
  properties[PROP_VISIBLE] = g_param_spec_boolean ("visible", NULL, NULL, TRUE, changing);
  properties[PROP_BEST_EPOCH] =
      g_param_spec_int ("best-epoch", NULL, NULL, -1, G_MAXINT, -1, changing);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gbx_run_class_init (GbxRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_run_get_property;
  object_class->set_property = gbx_run_set_property;
  object_class->constructed = gbx_run_constructed;
  object_class->finalize = gbx_run_finalize;
  install_properties (object_class);
  signals[SIGNAL_MARKS_CHANGED] = g_signal_new ("marks-changed", GBX_TYPE_RUN, G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gbx_run_init (GbxRun *self)
{
  self->note = g_strdup ("");
  self->visible = TRUE;
  self->final_accuracy = NAN;
  self->best_epoch = -1;
  self->marks = g_ptr_array_new_with_free_func (gbx_dial_mark_free);
  for (int i = 0; i < GBX_N_CURVES; i++)
    self->series[i] = gbx_metric_series_new ();
}

GbxDialMark *
gbx_dial_mark_new (double x, const char *dial, double value)
{
  GbxDialMark *mark = g_new (GbxDialMark, 1);

  mark->x = x;
  mark->dial = g_strdup (dial);
  mark->value = value;
  return mark;
}

char *
gbx_dial_mark_describe (const GbxDialMark *mark)
{
  if (g_str_equal (mark->dial, "learning-rate"))
    return g_strdup_printf (_ ("learning rate %g"), mark->value);
  if (g_str_equal (mark->dial, "momentum"))
    return g_strdup_printf (_ ("momentum %g"), mark->value);
  if (g_str_equal (mark->dial, "l2"))
    return g_strdup_printf (_ ("L2 %g"), mark->value);
  if (g_str_equal (mark->dial, "epochs"))
    return g_strdup_printf (_ ("epochs %d"), (int)mark->value);
  return g_strdup_printf ("%s %g", mark->dial, mark->value);
}

void
gbx_dial_mark_free (gpointer data)
{
  GbxDialMark *mark = data;

  g_free (mark->dial);
  g_free (mark);
}

GbxRun *
gbx_run_new (guint number, const char *name, const char *detail, guint colour)
{
  return g_object_new (GBX_TYPE_RUN, "number", number, "name", name, "detail", detail, "colour",
                       colour, NULL);
}

GbxMetricSeries *
gbx_run_get_series (GbxRun *self, GbxCurve curve)
{
  g_return_val_if_fail (GBX_IS_RUN (self) && curve < GBX_N_CURVES, NULL);

  return self->series[curve];
}

const char *
gbx_run_get_uuid (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NULL);

  return self->uuid;
}

const char *
gbx_run_get_note (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NULL);

  return self->note;
}

gint64
gbx_run_get_begun (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), 0);

  return self->begun;
}

guint
gbx_run_get_number (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), 0);

  return self->number;
}

const char *
gbx_run_get_name (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NULL);

  return self->name;
}

const char *
gbx_run_get_detail (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NULL);

  return self->detail;
}

guint
gbx_run_get_colour (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), 0);

  return self->colour;
}

gboolean
gbx_run_get_visible (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), FALSE);

  return self->visible;
}

GbxRunState
gbx_run_get_state (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), GBX_RUN_NEW);

  return self->state;
}

double
gbx_run_get_final_accuracy (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NAN);

  return self->final_accuracy;
}

int
gbx_run_get_best_epoch (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), -1);

  return self->best_epoch;
}

void
gbx_run_add_mark (GbxRun *self, double x, const char *dial, double value)
{
  g_return_if_fail (GBX_IS_RUN (self) && dial != NULL);

  g_ptr_array_add (self->marks, gbx_dial_mark_new (x, dial, value));
  g_signal_emit (self, signals[SIGNAL_MARKS_CHANGED], 0);
}

GPtrArray *
gbx_run_get_marks (GbxRun *self)
{
  g_return_val_if_fail (GBX_IS_RUN (self), NULL);

  return self->marks;
}
