/* natural.c: names in the order in which people count. */
#include "engine/collect/import-private.h"

#include <string.h>

/* Moves both behind their digits. Returns: which of the two numbers is larger, of any length. */
static int
compare_numbers (const char **a, const char **b)
{
  const char *x = *a, *y = *b;
  gsize n, m;
  int order;

  while (*x == '0')
    x++;
  while (*y == '0')
    y++;
  n = strspn (x, "0123456789");
  m = strspn (y, "0123456789");
  order = n != m ? (n < m ? -1 : 1) : strncmp (x, y, n);
  *a = x + n;
  *b = y + m;
  return order;
}

int
nn_natural_compare (const char *a, const char *b)
{
  const char *x = a, *y = b;

  while (*x != '\0' && *y != '\0') {
    if (g_ascii_isdigit (*x) && g_ascii_isdigit (*y)) {
      int order = compare_numbers (&x, &y);

      if (order != 0)
        return order;
    } else if (*x != *y) {
      return (guchar)*x < (guchar)*y ? -1 : 1;
    } else {
      x++;
      y++;
    }
  }
  if (*x != *y)
    return *x == '\0' ? -1 : 1;
  return strcmp (a, b); /* "07" and "7" */
}
