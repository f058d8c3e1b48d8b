/* gbx-dial-scale.c: where a dial's value stands on its slider. */
#include "gbx-dial-scale.h"

#include "ui/gbx-format.h"
#include "ui/session/gbx-hyperparameters.h"
#include "ui/widgets/gbx-axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define CATCH 0.012 /* how near a mark the slider must come, in units of its length */

static const GbxDialScale scales[] = {
    {.property = "learning-rate",
     .logarithmic = TRUE,
     .n_marks = 4,
     .marks = {0.0001, 0.001, 0.01, 0.1}},
    {.property = "batch-size",
     .logarithmic = TRUE,
     .n_marks = 6,
     .marks = {1, 32, 64, 128, 256, 1024}},
    {.property = "epochs", .logarithmic = TRUE, .n_marks = 5, .marks = {1, 5, 10, 20, 100}},
    {.property = "hidden-units",
     .logarithmic = TRUE,
     .offset = 1,
     .n_marks = 5,
     .marks = {16, 32, 64, 128, 512}},
    {.property = "l2",
     .logarithmic = TRUE,
     .offset = 1e-6,
     .n_marks = 4,
     .marks = {0, 0.0001, 0.001, 0.01}},
    {.property = "momentum", .n_marks = 3, .marks = {0, 0.5, 0.9}},
    {.property = "dropout", .percent = TRUE, .n_marks = 3, .marks = {0, 0.2, 0.5}},
};

static GbxAxis
axis_of (const GbxDialScale *scale)
{
  GbxAxis axis = {.minimum = scale->minimum + scale->offset,
                  .maximum = scale->maximum + scale->offset,
                  .logarithmic = scale->logarithmic};

  return axis;
}

static double
round_to_digits (double value, int digits)
{
  double unit;

  if (value <= 0)
    return value;
  unit = pow (10, floor (log10 (value)) + 1 - digits);
  return round (value / unit) * unit;
}

gboolean
gbx_dial_scale_find (const char *property, GbxDialScale *scale)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (GBX_TYPE_HYPERPARAMETERS);
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_CLASS (klass), property);

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++) {
    if (spec == NULL || !g_str_equal (scales[i].property, property))
      continue;
    *scale = scales[i];
    scale->integer = G_IS_PARAM_SPEC_INT (spec);
    if (scale->integer) {
      scale->minimum = G_PARAM_SPEC_INT (spec)->minimum;
      scale->maximum = G_PARAM_SPEC_INT (spec)->maximum;
    } else {
      scale->minimum = G_PARAM_SPEC_DOUBLE (spec)->minimum;
      scale->maximum = G_PARAM_SPEC_DOUBLE (spec)->maximum;
    }
    return TRUE;
  }
  return FALSE;
}

double
gbx_dial_scale_to_position (const GbxDialScale *scale, double value)
{
  GbxAxis axis = axis_of (scale);

  return CLAMP (gbx_axis_to_unit (&axis, value + scale->offset), 0, 1);
}

double
gbx_dial_scale_from_position (const GbxDialScale *scale, double position)
{
  GbxAxis axis = axis_of (scale);
  double value = gbx_axis_from_unit (&axis, position) - scale->offset;

  for (int i = 0; i < scale->n_marks; i++)
    if (fabs (gbx_dial_scale_to_position (scale, scale->marks[i]) - position) < CATCH)
      return scale->marks[i];
  if (scale->integer)
    value = value < 100 ? round (value) : round_to_digits (value, 2);
  else if (scale->percent)
    value = round (value * 100) / 100;
  else
    value = round_to_digits (value, 2);
  return CLAMP (value, scale->minimum, scale->maximum);
}

char *
gbx_dial_scale_format (const GbxDialScale *scale, double value)
{
  g_autofree char *number = NULL;

  if (scale->percent)
    value *= 100;
  number = gbx_format_exact (value);
  return scale->percent ? g_strdup_printf (_ ("%s %%"), number) : g_steal_pointer (&number);
}

gboolean
gbx_dial_scale_parse (const GbxDialScale *scale, const char *text, double *value)
{
  g_autofree char *plain = g_strdelimit (g_strdup (text), ",", '.');
  const char *rest;
  char *end;
  double number = g_ascii_strtod (plain, &end);

  if (end == plain || !isfinite (number))
    return FALSE;
  for (rest = end; *rest != '\0'; rest = g_utf8_next_char (rest)) {
    gunichar character = g_utf8_get_char (rest);

    if (!g_unichar_isspace (character) && !(scale->percent && character == '%'))
      return FALSE;
  }
  if (scale->percent)
    number /= 100;
  if (scale->integer)
    number = round (number);
  *value = CLAMP (number, scale->minimum, scale->maximum);
  return TRUE;
}
