/* gbx-hop-words.h: one place of a window's way as a bill: what is added up to what. */
#pragma once

#include "gbx-hop.h"

#define GBX_HOP_MOST_LINES 5

typedef struct {
  char *label, *value;
  gboolean is_result; /* of the lines above it */
} GbxHopLine;

/** gbx_hop_words_bill: Fills @lines for @place. Returns: how many; free them with
 * gbx_hop_words_free(). */
int gbx_hop_words_bill (const GbxHop *hop, int place, GbxHopLine *lines);
void gbx_hop_words_free (GbxHopLine *lines, int n);

/** gbx_hop_words_describe: Returns: (transfer full): place and bill in one sentence. */
char *gbx_hop_words_describe (const GbxHop *hop, int place);

/** gbx_hop_words_number: Returns: (transfer full): @value with its sign and as many digits as
 * tell neighbours at @step apart; zero is "0". */
char *gbx_hop_words_number (double value, double step);
