/* augment.h: a training picture as another hand might have drawn it. */
#pragma once

#include "engine/ink/drawing.h"
#include "prepare.h"

/** nn_augmentation_is_none: Returns: TRUE when it would change nothing. */
gboolean nn_augmentation_is_none (const NnAugmentation *augmentation);

/**
 * nn_augment:
 * @rng: the sample's own, at its first position; how many numbers are drawn never depends on the
 * picture
 * Thickens or thins the stroke, then turns, scales and shifts the picture around the centre of
 * mass. @target and @source are 28×28 and do not overlap.
 */
void nn_augment (const NnAugmentation *augmentation, NnRng *rng, const guint8 *source,
                 guint8 *target);
