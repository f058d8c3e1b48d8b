/* augment.h: a training picture as another hand might have drawn it. */
#pragma once

#include "prepare.h"

/**
 * nn_augmenter_new:
 * Returns: (transfer full) (nullable): what makes these changes, immutable; NULL where there are
 * none
 */
NnAugmenter *nn_augmenter_new (const NnAugmentation *augmentation);
void nn_augmenter_free (NnAugmenter *augmenter);

/**
 * nn_augment:
 * @rng: the sample's own, at its first position; how many numbers are drawn never depends on the
 * picture
 * Thickens or thins the stroke, then turns, scales, leans, shifts and bends the picture around the
 * centre of mass. @target and @source are 28×28 and do not overlap.
 *
 * Elastic: Simard, Steinkraus, Platt: "Best practices for convolutional neural networks applied to
 * visual document analysis", 2003. Each pixel is displaced by a field of even numbers in ±1,
 * smoothed by a Gaussian of deviation σ and multiplied by α; with α = 34 and σ = 4, theirs, by
 * 1.4 pixels (root mean square) either way.
 */
void nn_augment (const NnAugmenter *augmenter, NnRng *rng, const guint8 *source, guint8 *target);
