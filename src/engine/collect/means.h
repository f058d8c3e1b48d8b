/* means.h: what the pictures of a class have in common. */
#pragma once

#include "engine/collect/dataset.h"

/**
 * nn_class_mean:
 * The mean of the pictures of class @index to train with, over their channels too, from sums of
 * whole numbers: the same on every machine. Reads all of them, some milliseconds for a digit of
 * MNIST: call it off the main thread.
 * Returns: (transfer full) (nullable): [height][width], 0 paper … 255 full ink, rounded to the
 * nearest; NULL where the class has no pictures
 */
guint8 *nn_class_mean (const NnDataset *dataset, int index);
