/* numbers.h: the few figures that stand for many, and their place in the JSON. */
#pragma once

#include <json-glib/json-glib.h>

/** bench_percentile: Sorts @values. Returns: the one that @share of them do not exceed; NaN of
 * none.
 */
double bench_percentile (double *values, gsize n, double share);

/** bench_median: Sorts @values. Returns: the middle one, or the mean of two; NaN of none. */
double bench_median (double *values, gsize n);

double bench_seconds_since (gint64 start); /* g_get_monotonic_time() then */

/** bench_add_number: One member of the object under way; null where @value is not finite. */
void bench_add_number (JsonBuilder *builder, const char *name, double value);
void bench_add_string (JsonBuilder *builder, const char *name, const char *value);
void bench_begin_list (JsonBuilder *builder, const char *name);

/** bench_get_number: Returns: member @name of @object; NaN where it is null or missing. */
double bench_get_number (JsonObject *object, const char *name);
