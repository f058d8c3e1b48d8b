/* csv-number.c: numbers and gaps as people and programs write them into a table. */
#include "engine/collect/csv.h"

#include <math.h>
#include <string.h>

#define MOST_DIGITS 19 /* of a mantissa in 64 bits */
#define EXACT_MANTISSA (G_GUINT64_CONSTANT (1) << 53)
#define EXACT_POWER 22
#define MOST_EXPONENT 9999

static const double powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

gboolean
nn_csv_is_missing (const char *text)
{
  static const char *const words[] = {"NA", "N/A", "NaN", "null", "?"};

  if (*text == '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* A number taken apart: mantissa · 10^exponent. */
typedef struct {
  guint64 mantissa;
  int exponent, n_digits; /* significant ones */
  gboolean negative;
} Parts;

/* Returns: (nullable): behind the digits of a whole number or a fraction; NULL: there are none. */
static const char *
read_digits (const char *text, gboolean comma, Parts *parts)
{
  gboolean any = FALSE, fraction = FALSE;

  for (;; text++) {
    if (*text >= '0' && *text <= '9') {
      any = TRUE;
      if (parts->n_digits > 0 || *text != '0')
        parts->n_digits++;
      if (parts->n_digits <= MOST_DIGITS)
        parts->mantissa = 10 * parts->mantissa + (guint64)(*text - '0');
      parts->exponent += (parts->n_digits > MOST_DIGITS) - fraction;
    } else if (!fraction && (*text == '.' || (comma && *text == ','))) {
      fraction = TRUE;
    } else {
      return any ? text : NULL;
    }
  }
}

static const char *
read_exponent (const char *text, Parts *parts)
{
  int sign = 1, exponent = 0;
  const char *start;

  if (*text != 'e' && *text != 'E')
    return text;
  text++;
  if (*text == '+' || *text == '-')
    sign = *text++ == '-' ? -1 : 1;
  for (start = text; *text >= '0' && *text <= '9'; text++)
    exponent = MIN (10 * exponent + (*text - '0'), MOST_EXPONENT);
  parts->exponent += sign * exponent;
  return text > start ? text : NULL;
}

/* Correctly rounded, by the C library's own way. */
static double
compose_slowly (const char *start, const char *end)
{
  char number[128];
  gsize length = MIN ((gsize)(end - start), sizeof number - 1);

  memcpy (number, start, length);
  number[length] = '\0';
  g_strdelimit (number, ",", '.');
  return g_ascii_strtod (number, NULL);
}

gboolean
nn_csv_number (const char *text, gboolean comma, double *value)
{
  Parts parts = {0};
  const char *start, *end;

  while (*text == ' ' || *text == '\t')
    text++;
  start = text;
  if (*text == '+' || *text == '-')
    parts.negative = *text++ == '-';
  end = read_digits (text, comma, &parts);
  if (end != NULL)
    end = read_exponent (end, &parts);
  if (end == NULL || end[strspn (end, " \t")] != '\0')
    return FALSE;

  if (parts.mantissa < EXACT_MANTISSA && parts.n_digits <= MOST_DIGITS &&
      ABS (parts.exponent) <= EXACT_POWER) {
    double mantissa = (double)parts.mantissa;

    *value =
        parts.exponent < 0 ? mantissa / powers[-parts.exponent] : mantissa * powers[parts.exponent];
    *value = parts.negative ? -*value : *value;
  } else {
    *value = compose_slowly (start, end);
  }
  return isfinite (*value);
}
