/* pace.c: whether a step is faster by all threads, or by one alone. */
#include "pace.h"

#include <stdlib.h>

#define UNMEASURED 3    /* steps after a change, until the caches hold what they need */
#define COMPARED_AT 640 /* steps */
#define LONG_STEP 5e-4  /* seconds: threads that take so long have little to tell each other */

/* The steps of a round: UNMEASURED + NN_PACE_MEASURED the way that is kept, as many the other way,
 * and the rest the better way. */
#define OTHER_AT (UNMEASURED + NN_PACE_MEASURED)
#define CHOSEN_AT (2 * OTHER_AT)

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static double
median (double *seconds)
{
  qsort (seconds, NN_PACE_MEASURED, sizeof *seconds, compare);
  return seconds[NN_PACE_MEASURED / 2];
}

static gboolean
tries_other (const NnPace *pace)
{
  return pace->step >= OTHER_AT && pace->step < CHOSEN_AT;
}

gboolean
nn_pace_is_alone (const NnPace *pace)
{
  return tries_other (pace) ? !pace->alone : pace->alone;
}

void
nn_pace_take (NnPace *pace, double seconds)
{
  int measured = pace->step % OTHER_AT - UNMEASURED;

  if (pace->step < CHOSEN_AT && measured >= 0)
    (tries_other (pace) ? pace->other : pace->kept)[measured] = seconds;
  pace->step++;
  if (pace->step == OTHER_AT && !pace->alone && median (pace->kept) > LONG_STEP)
    pace->step = CHOSEN_AT;
  else if (pace->step == CHOSEN_AT && median (pace->other) < median (pace->kept))
    pace->alone = !pace->alone;
  if (pace->step >= COMPARED_AT)
    pace->step = 0;
}
