/* gbx-axis.h: scaling maths of the plots, without GTK: pure, tested. */
#pragma once

#include <glib.h>

typedef struct {
  double minimum, maximum;
  gboolean logarithmic;
} GbxAxis;

/** gbx_axis_to_unit: Returns: 0 at the minimum, 1 at the maximum; NaN off a log axis (≤ 0). */
double gbx_axis_to_unit (const GbxAxis *axis, double value);
double gbx_axis_from_unit (const GbxAxis *axis, double unit);
/** gbx_axis_ticks: Round values (1, 2, 5 · 10ⁿ; decades on a log axis). Returns: how many. */
guint gbx_axis_ticks (const GbxAxis *axis, guint most, double *ticks);
/** gbx_axis_include: Widens the axis so that @value is inside, with round ends. An axis of all
 * zeros is a fresh one. What is not finite, or not positive on a log axis, is left out. */
void gbx_axis_include (GbxAxis *axis, double value);
/**
 * gbx_axis_zoom:
 * @shown: where an axis of percent begins now
 * @least: the least number that is to be seen
 * Returns: where it shall begin: at one of few round numbers below @least, with some room. It goes
 * up only when there is room to spare, so that a number that wavers does not make it jump.
 */
double gbx_axis_zoom (double shown, double least);
/** gbx_axis_format: Returns: (transfer full): as many digits as tell neighbours at @step apart. */
char *gbx_axis_format (double value, double step);

/* A debiased average under way: all zeros at the start. */
typedef struct {
  double shown;
  double weight; /* 1 − sᵗ: what the weights given out so far add up to */
} GbxSmoother;

/** gbx_smoother_add: Returns: the average with @y in it; a NaN is returned and not taken in. */
double gbx_smoother_add (GbxSmoother *smoother, double y, double s);
/**
 * gbx_smooth:
 * Debiased exponential average: m ← s·m + (1−s)·y, shown m/(1−sᵗ) (Kingma & Ba 2015, §3). A
 * constant stays exactly what it is. NaN restarts nothing and is passed through.
 */
void gbx_smooth (const double *y, double *smoothed, gsize n, double s);
