/* peak.h: what this machine can do at the very most, measured: the limit the ratios refer to. */
#pragma once

#include <glib.h>

/**
 * bench_peak_flops:
 * Multiplies and adds in registers on @n_threads threads for @seconds, and nothing else.
 * Returns: single-precision operations a second, a multiply-add counted as two
 */
double bench_peak_flops (guint n_threads, double seconds);

/** bench_peak_bandwidth: Returns: bytes read from memory a second by @n_threads. */
double bench_peak_bandwidth (guint n_threads);
