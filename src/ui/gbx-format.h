/* gbx-format.h: numbers as the window writes them. All results are (transfer full). */
#pragma once

#include <glib.h>

/** gbx_format_count: Groups of three, set apart by a narrow space that never breaks: "60 000". */
char *gbx_format_count (guint64 count);

/** gbx_format_padded: The same, padded with spaces as wide as a digit to @width characters. */
char *gbx_format_padded (guint64 count, guint width);

/** gbx_format_percent: @fraction 0…1; "–" for NaN. */
char *gbx_format_percent (double fraction, guint decimals);

/** gbx_format_number: @digits significant ones, never 1e-05, but 1.06e27; "–" for NaN. */
char *gbx_format_number (double value, guint digits);

/** gbx_format_exact: The shortest decimal that reads back as @value, without an exponent. */
char *gbx_format_exact (double value);

/** gbx_format_signed: With a minus sign as wide as a digit: "−1.67". */
char *gbx_format_signed (double value, guint decimals);
