/* gbx-axis.c: scaling maths of the plots. */
#include "gbx-axis.h"

#include <math.h>

/* A hair of tolerance, so that 0.1 + 0.2 still is the tick at 0.3. */
#define SLACK 1e-9

#define ROOM_TO_ZOOM 0.2 /* of the axis must be free below, once it begins further up */

/* The largest 1, 2, 5 · 10ⁿ that is at most @value (> 0). */
static double
round_down (double value)
{
  double decade = pow (10, floor (log10 (value) + SLACK));
  double mantissa = value / decade * (1 + SLACK);

  return decade * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
}

/* The smallest 1, 2, 5 · 10ⁿ that is at least @value (> 0). */
static double
round_up (double value)
{
  double decade = pow (10, floor (log10 (value) + SLACK));
  double mantissa = value / decade * (1 - SLACK);

  return decade * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
}

static guint
linear_ticks (const GbxAxis *axis, guint most, double *ticks)
{
  double range = axis->maximum - axis->minimum;
  double step = round_up (range / most);

  for (;;) {
    double first = ceil (axis->minimum / step - SLACK);
    double last = floor (axis->maximum / step + SLACK);

    if (last - first + 1 <= most) {
      guint n = 0;

      for (double k = first; k <= last; k++)
        ticks[n++] = k * step;
      return n;
    }
    step = round_up (step * 1.5);
  }
}

/* The @count mantissas of every @stride-th decade. Returns: how many, however many that is; fills
 * @ticks only up to @most. */
static guint
log_ticks_of (const GbxAxis *axis, const double *mantissas, int count, int stride, guint most,
              double *ticks)
{
  int first = (int)floor (log10 (axis->minimum) + SLACK);
  int last = (int)ceil (log10 (axis->maximum) - SLACK);
  guint n = 0;

  for (int decade = first; decade <= last; decade++) {
    for (int k = 0; k < count && decade % stride == 0; k++) {
      double value = mantissas[k] * pow (10, decade);

      if (value < axis->minimum * (1 - SLACK) || value > axis->maximum * (1 + SLACK))
        continue;
      if (n < most)
        ticks[n] = value;
      n++;
    }
  }
  return n;
}

static guint
log_ticks (const GbxAxis *axis, guint most, double *ticks)
{
  static const double fine[] = {1, 2, 5};
  guint n = log_ticks_of (axis, fine, 3, 1, most, ticks);

  for (int stride = 1; n > most; stride++)
    n = log_ticks_of (axis, fine, 1, stride, most, ticks);
  return n;
}

/* @value as 2.5e−7, with digits down to 10^−@digits. */
static char *
power_of_ten (double value, int digits)
{
  int exponent = (int)floor (log10 (fabs (value)) + SLACK);

  return g_strdup_printf (exponent < 0 ? "%.*fe−%d" : "%.*fe%d", MAX (0, exponent + digits),
                          value / pow (10, exponent), ABS (exponent));
}

double
gbx_axis_to_unit (const GbxAxis *axis, double value)
{
  if (axis->maximum <= axis->minimum)
    return isnan (value) ? NAN : 0;
  if (!axis->logarithmic)
    return (value - axis->minimum) / (axis->maximum - axis->minimum);
  if (!(value > 0))
    return NAN;
  return log (value / axis->minimum) / log (axis->maximum / axis->minimum);
}

double
gbx_axis_from_unit (const GbxAxis *axis, double unit)
{
  if (!axis->logarithmic)
    return axis->minimum + unit * (axis->maximum - axis->minimum);
  return axis->minimum * pow (axis->maximum / axis->minimum, unit);
}

guint
gbx_axis_ticks (const GbxAxis *axis, guint most, double *ticks)
{
  if (most == 0 || !(axis->maximum > axis->minimum) || !isfinite (axis->maximum - axis->minimum))
    return 0;
  if (axis->logarithmic)
    return axis->minimum > 0 ? log_ticks (axis, most, ticks) : 0;
  return linear_ticks (axis, most, ticks);
}

void
gbx_axis_include (GbxAxis *axis, double value)
{
  if (!(fabs (value) < 1e300) || (axis->logarithmic && value <= 0))
    return;
  if (axis->logarithmic) {
    gboolean fresh = !(axis->minimum > 0);

    if (fresh || value < axis->minimum)
      axis->minimum = round_down (value);
    if (fresh || value > axis->maximum)
      axis->maximum = round_up (value);
    if (axis->maximum <= axis->minimum)
      axis->maximum = round_up (axis->minimum * 1.5);
  } else if (value < axis->minimum || value > axis->maximum) {
    double minimum = MIN (axis->minimum, value), maximum = MAX (axis->maximum, value);
    double step = round_up ((maximum - minimum) / 5);

    axis->minimum = floor (minimum / step + SLACK) * step;
    axis->maximum = ceil (maximum / step - SLACK) * step;
  }
}

double
gbx_axis_zoom (double shown, double least)
{
  static const double begins[] = {99.5, 99, 98, 95, 90, 80, 50};

  for (guint i = 0; i < G_N_ELEMENTS (begins); i++) {
    double room = (100 - begins[i]) * (begins[i] > shown ? ROOM_TO_ZOOM : 0);

    if (least >= begins[i] + room)
      return begins[i];
  }
  return 0;
}

char *
gbx_axis_format (double value, double step)
{
  int digits = step > 0 ? (int)-floor (log10 (step) + SLACK) : 0;
  g_autofree char *text = NULL;

  if (fabs (value) < step * SLACK)
    value = 0;
  if (value != 0 && (digits > 4 || fabs (value) >= 1e6))
    text = power_of_ten (value, digits);
  else
    text = g_strdup_printf ("%.*f", CLAMP (digits, 0, 4), value);
  if (text[0] == '-')
    return g_strconcat ("−", text + 1, NULL);
  return g_steal_pointer (&text);
}

double
gbx_smoother_add (GbxSmoother *smoother, double y, double s)
{
  if (isnan (y))
    return y;
  /* The same as m/(1−sᵗ), written as a step towards y, so that a constant is exact. */
  smoother->weight = 1 - s * (1 - smoother->weight);
  smoother->shown += (1 - s) / smoother->weight * (y - smoother->shown);
  return smoother->shown;
}

void
gbx_smooth (const double *y, double *smoothed, gsize n, double s)
{
  GbxSmoother smoother = {0};

  for (gsize i = 0; i < n; i++)
    smoothed[i] = gbx_smoother_add (&smoother, y[i], s);
}
