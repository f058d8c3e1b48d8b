/* memory.c: how much of this process lies in memory, as Linux tells it. */
#include "memory.h"

#include <glib.h>
#include <math.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define FORGET_PEAK "5" /* proc(5), /proc/pid/clear_refs */

/* Returns: the bytes behind @key ("VmRSS:") in the process's status. */
static double
read_status (const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ||
      (line = strstr (text, key)) == NULL)
    return NAN;
  return 1024.0 * g_ascii_strtod (line + strlen (key), NULL);
}

double
bench_resident_start (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
  g_file_set_contents_full ("/proc/self/clear_refs", FORGET_PEAK, -1, G_FILE_SET_CONTENTS_NONE, 0,
                            NULL);
  return read_status ("VmRSS:");
}

double
bench_resident_peak (void)
{
  return read_status ("VmHWM:");
}
