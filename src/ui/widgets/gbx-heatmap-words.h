/* gbx-heatmap-words.h: what is said about pictures of numbers. All results are (transfer full). */
#pragma once

#include "gbx-heatmap.h"

/** gbx_heatmap_words_tile: Picture @index (−1: the only one), its least and greatest number. */
char *gbx_heatmap_words_tile (GbxHeatmapSubject subject, int index, const char *from,
                              const char *to);

/** gbx_heatmap_words_all: How many there are, and how large each is. */
char *gbx_heatmap_words_all (GbxHeatmapSubject subject, int n, int height, int width);
