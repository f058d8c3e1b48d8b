/* gbx-heatmap-words.c: what is said about pictures of numbers. */
#include "gbx-heatmap-words.h"

#include <glib/gi18n-lib.h>

char *
gbx_heatmap_words_tile (GbxHeatmapSubject subject, int index, const char *from, const char *to)
{
  if (subject == GBX_HEATMAP_NUMBERS)
    return g_strdup_printf (_ ("Unit %d: %s"), MAX (index, 0) + 1, from);
  if (index < 0)
    return g_strdup_printf (subject == GBX_HEATMAP_MAPS ? _ ("Numbers from %s to %s")
                                                        : _ ("Weights from %s to %s"),
                            from, to);
  switch (subject) {
  case GBX_HEATMAP_FILTERS:
    return g_strdup_printf (_ ("Filter %d: weights from %s to %s"), index + 1, from, to);
  case GBX_HEATMAP_MAPS:
    return g_strdup_printf (_ ("Map %d: numbers from %s to %s"), index + 1, from, to);
  default:
    return g_strdup_printf (_ ("Unit %d: weights from %s to %s"), index + 1, from, to);
  }
}

char *
gbx_heatmap_words_all (GbxHeatmapSubject subject, int n, int height, int width)
{
  switch (subject) {
  case GBX_HEATMAP_FILTERS:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d filter of %d×%d weights",
                                         "%d filters of %d×%d weights each", (gulong)n),
                            n, height, width);
  case GBX_HEATMAP_MAPS:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d map of %d×%d numbers",
                                         "%d maps of %d×%d numbers each", (gulong)n),
                            n, height, width);
  case GBX_HEATMAP_NUMBERS:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The number of %d unit",
                                         "The numbers of %d units", (gulong)n),
                            n);
  default:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d unit with %d×%d weights",
                                         "%d units with %d×%d weights each", (gulong)n),
                            n, width, height);
  }
}
