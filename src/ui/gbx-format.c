/* gbx-format.c: numbers as the window writes them. */
#include "gbx-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NO_BREAK_SPACE "\302\240"
#define FIGURE_SPACE "\342\200\207"
#define EN_DASH "\342\200\223"
#define MINUS "\342\210\222"
#define HUGE_NUMBER 1e6 /* from here on the digits cannot be counted at a glance */

char *
gbx_format_count (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append (text, NO_BREAK_SPACE);
    g_string_append_c (text, digits[i]);
  }
  return g_string_free (text, FALSE);
}

char *
gbx_format_padded (guint64 count, guint width)
{
  g_autofree char *text = gbx_format_count (count);
  GString *padded = g_string_new (NULL);

  for (glong length = g_utf8_strlen (text, -1); length < (glong)width; length++)
    g_string_append (padded, FIGURE_SPACE);
  g_string_append (padded, text);
  return g_string_free (padded, FALSE);
}

char *
gbx_format_percent (double fraction, guint decimals)
{
  if (isnan (fraction))
    return g_strdup (EN_DASH);
  /* TRANSLATORS: a percentage such as 97.6 % */
  return g_strdup_printf (_ ("%.*f %%"), (int)decimals, 100 * fraction);
}

char *
gbx_format_number (double value, guint digits)
{
  int decimals, exponent;

  if (isnan (value))
    return g_strdup (EN_DASH);
  if (value == 0)
    return g_strdup ("0");
  if (fabs (value) >= HUGE_NUMBER) {
    exponent = (int)floor (log10 (fabs (value)));
    return g_strdup_printf ("%.*fe%d", (int)digits - 1, value / pow (10, exponent), exponent);
  }
  decimals = (int)digits - 1 - (int)floor (log10 (fabs (value)));
  return g_strdup_printf ("%.*f", CLAMP (decimals, 0, 12), value);
}

char *
gbx_format_exact (double value)
{
  char text[64];

  for (int decimals = 0; decimals <= 12; decimals++) {
    double rest;

    g_snprintf (text, sizeof text, "%.*f", decimals, value);
    rest = fabs (g_strtod (text, NULL) - value);
    if (rest <= fabs (value) * 1e-9)
      break;
  }
  return g_strdup (text);
}

char *
gbx_format_signed (double value, guint decimals)
{
  g_autofree char *number = g_strdup_printf ("%.*f", (int)decimals, fabs (value));

  return g_strconcat (value < 0 ? MINUS : "", number, NULL);
}
