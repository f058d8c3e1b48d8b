/* gbx-step-card.h: one step of the preparation: its switch, its numbers, and what it does to real
 * samples, before above and after below. */
#pragma once

#include "gbx-step.h"

#include <adwaita.h>

#define GBX_STEP_COLUMNS 6 /* the drawing and five samples */

#define GBX_TYPE_STEP_CARD (gbx_step_card_get_type ())
G_DECLARE_FINAL_TYPE (GbxStepCard, gbx_step_card, GBX, STEP_CARD, AdwBin)

GtkWidget *gbx_step_card_new (GbxStep step, GbxSession *session);

/** gbx_step_card_show: As the recipe has it; @detail: (nullable): what was found out. */
void gbx_step_card_show (GbxStepCard *self, const char *detail);

/* Grey levels of one picture; owned. */
typedef struct {
  guint8 *pixels; /* NULL: there is none */
  int width, height;
} GbxStepPicture;

/** gbx_step_card_show_pictures: In @column; 0 is the drawing's. */
void gbx_step_card_show_pictures (GbxStepCard *self, int column, const GbxStepPicture *before,
                                  const GbxStepPicture *after);

/** gbx_step_card_show_texts: The same where numbers say more. */
void gbx_step_card_show_texts (GbxStepCard *self, int column, const char *before,
                               const char *after);

/** gbx_step_card_hide_column: There is nothing to be seen in it. */
void gbx_step_card_hide_column (GbxStepCard *self, int column);

/** gbx_step_card_add: @widget: (transfer full): below the strip. */
void gbx_step_card_add (GbxStepCard *self, GtkWidget *widget);
