/* gbx-probability-bars.h: one bar a class, with its name and its percentage. */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_PROBABILITY_BARS (gbx_probability_bars_get_type ())
G_DECLARE_FINAL_TYPE (GbxProbabilityBars, gbx_probability_bars, GBX, PROBABILITY_BARS, GbxDrawn)

GtkWidget *gbx_probability_bars_new (void);
void gbx_probability_bars_set_classes (GbxProbabilityBars *self, const char *const *names, int n);
/** gbx_probability_bars_set_values: @values [n] in 0…1; @winner −1: none (all bars empty). */
void gbx_probability_bars_set_values (GbxProbabilityBars *self, const float *values, int winner);
