/* peak.h: what this machine can do at the very most, measured: the limit the ratios refer to. */
#pragma once

#include <glib.h>

/** bench_peak_flops: Returns: single-precision multiply-adds in registers, FLOP/s, @n_threads. */
double bench_peak_flops (guint n_threads);

/** bench_peak_bandwidth: Returns: bytes read from memory a second by @n_threads. */
double bench_peak_bandwidth (guint n_threads);
