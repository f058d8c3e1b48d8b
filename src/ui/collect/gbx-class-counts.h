/* gbx-class-counts.h: how many pictures of each class there are. */
#pragma once

#include "engine/collect/dataset.h"

/** gbx_class_counts: counts[n_classes] of @examples. */
void gbx_class_counts (const NnExamples *examples, int n_classes, gsize *counts);
