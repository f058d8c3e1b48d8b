/* gbx-hop-words.c: one place of a window's way as a bill. */
#include "gbx-hop-words.h"

#include "gbx-axis.h"
#include "gbx-range.h"

#include <glib/gi18n-lib.h>

#define BILL_FINENESS 1000 /* this part of the range is still told apart */

char *
gbx_hop_words_number (double value, double step)
{
  g_autofree char *text = value == 0 ? g_strdup ("0") : gbx_axis_format (value, step);

  return value > 0 ? g_strconcat ("+", text, NULL) : g_steal_pointer (&text);
}

/* @label: (transfer full). */
static void
add (GbxHopLine *lines, int *n, char *label, double value, double step, gboolean is_result)
{
  lines[(*n)++] = (GbxHopLine){label, gbx_hop_words_number (value, step), is_result};
}

static void
add_products (const GbxHop *hop, int place, double step, GbxHopLine *lines, int *n)
{
  int n_others = hop->n_inputs - 1;

  add (lines, n, g_strdup (n_others > 0 ? _ ("products, this map") : _ ("products")),
       gbx_hop_sum (hop, place), step, FALSE);
  if (n_others > 0)
    add (lines, n,
         g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "the other %d map", "the other %d maps",
                                       (gulong)n_others),
                          n_others),
         gbx_hop_others (hop, place), step, FALSE);
  add (lines, n, g_strdup (_ ("bias")), hop->bias, step, FALSE);
}

int
gbx_hop_words_bill (const GbxHop *hop, int place, GbxHopLine *lines)
{
  double range = gbx_range_find (hop->sums, (gsize)gbx_hop_n_places (hop));
  double step = range > 0 ? range / BILL_FINENESS : 0.001;
  int n = 0;

  if (hop->kind == GBX_HOP_CONVOLUTION) {
    add_products (hop, place, step, lines, &n);
  } else if (hop->kind == GBX_HOP_MEAN) {
    add (lines, &n, g_strdup (_ ("sum")), gbx_hop_sum (hop, place), step, FALSE);
    lines[n++] = (GbxHopLine){g_strdup (_ ("divided by")),
                              g_strdup_printf ("%d", gbx_hop_n_inside (hop, place)), FALSE};
  }
  add (lines, &n,
       g_strdup (hop->kind == GBX_HOP_MAXIMUM ? _ ("the largest")
                 : hop->kind == GBX_HOP_MEAN  ? _ ("mean")
                                              : _ ("sum")),
       hop->sums[place], step, TRUE);
  if (hop->outputs)
    add (lines, &n, g_strdup (hop->output_name), hop->outputs[place], step, TRUE);
  return n;
}

void
gbx_hop_words_free (GbxHopLine *lines, int n)
{
  for (int i = 0; i < n; i++) {
    g_free (lines[i].label);
    g_free (lines[i].value);
  }
}

char *
gbx_hop_words_describe (const GbxHop *hop, int place)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bill = NULL;
  GbxHopLine lines[GBX_HOP_MOST_LINES];
  int n = gbx_hop_words_bill (hop, place, lines);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (parts, g_strdup_printf ("%s %s", lines[i].label, lines[i].value));
  g_ptr_array_add (parts, NULL);
  gbx_hop_words_free (lines, n);
  bill = g_strjoinv (_ (", "), (char **)parts->pdata);
  return g_strdup_printf (_ ("Row %d, column %d: %s"), place / hop->output_width + 1,
                          place % hop->output_width + 1, bill);
}
