/* gbx-step-pictures.h: what each step makes of one picture, without GTK's help. */
#pragma once

#include "gbx-step-card.h"

/* After each step: of the ink up to GBX_STEP_CENTRE, index 0 is as drawn; then the numbers. */
typedef struct {
  GbxStepPicture ink[GBX_STEP_CENTRE + 1]; /* owned; [GBX_STEP_SPLIT]: as the eye sees it */
  GbxStepPicture grey, noisy;              /* before and after the noise; owned */
  char *levels, *scaled, *standardised;    /* a few numbers, owned; NULL where there are none */
} GbxStepPictures;

/** gbx_step_pictures_draw: @ink[height][width]: 0 paper … 255 ink. */
void gbx_step_pictures_draw (GbxStepPictures *pictures, const NnPrepareSpec *prepare,
                             const guint8 *ink, int width, int height);

/** gbx_step_pictures_lay_on_paper: @sample[28][28], somewhere on a paper, twice as large: as if it
 * were drawn. */
void gbx_step_pictures_lay_on_paper (GbxStepPictures *pictures, const NnPrepareSpec *prepare,
                                     const guint8 *sample);

/**
 * gbx_step_pictures_count:
 * The numbers of @picture[28][28] by @prepare, whose fit is that of the training part.
 */
void gbx_step_pictures_count (GbxStepPictures *pictures, const NnPrepareSpec *prepare,
                              const guint8 *picture);

/** gbx_step_pictures_add_noise: As the sample @index is shown in @epoch. */
void gbx_step_pictures_add_noise (GbxStepPictures *pictures, const NnSamples *samples,
                                  guint32 index, guint64 seed, guint32 epoch);
void gbx_step_pictures_clear (GbxStepPictures *pictures);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GbxStepPictures, gbx_step_pictures_clear)
