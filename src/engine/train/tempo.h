/* tempo.h: whether a step is faster by all threads, or by one alone. */
#pragma once

#include <glib.h>

#define NN_TEMPO_MEASURED 9 /* steps of which the median counts */

/* A small step may be over before what its threads have to tell each other has got from core to
 * core, the more so where these share no cache, or where something else keeps one of them busy. So
 * now and then some steps are made the other way, and the faster way is kept. The numbers do not
 * depend on it. Zeroed it begins with all threads. */
typedef struct {
  gboolean alone;                                           /* the way that is kept */
  int step;                                                 /* since it was compared last */
  double kept[NN_TEMPO_MEASURED], other[NN_TEMPO_MEASURED]; /* seconds */
} NnTempo;

/** nn_tempo_is_alone: Returns: whether one thread is to make the next step alone. */
gboolean nn_tempo_is_alone (const NnTempo *tempo);

/** nn_tempo_take: Tells how long the step took that nn_tempo_is_alone() was asked about. */
void nn_tempo_take (NnTempo *tempo, double seconds);
