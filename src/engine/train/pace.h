/* pace.h: whether a step is faster by all threads, or by one alone. */
#pragma once

#include <glib.h>

#define NN_PACE_MEASURED 9 /* steps of which the median counts */

/* A small step may be over before what its threads have to tell each other has got from core to
 * core, the more so where these share no cache, or where something else keeps one of them busy. So
 * now and then some steps are made the other way, and the faster way is kept. The numbers do not
 * depend on it. Zeroed it begins with all threads. */
typedef struct {
  gboolean alone;                                         /* the way that is kept */
  int step;                                               /* since it was compared last */
  double kept[NN_PACE_MEASURED], other[NN_PACE_MEASURED]; /* seconds */
} NnPace;

/** nn_pace_is_alone: Returns: whether one thread is to make the next step alone. */
gboolean nn_pace_is_alone (const NnPace *pace);

/** nn_pace_take: Tells how long the step took that nn_pace_is_alone() was asked about. */
void nn_pace_take (NnPace *pace, double seconds);
