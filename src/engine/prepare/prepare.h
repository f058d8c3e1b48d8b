/* prepare.h: the "prepare" part of the recipe, and the samples it makes of a data set. */
#pragma once

#include "engine/collect/dataset.h"
#include "engine/math/real.h"
#include "engine/math/rng.h"
#include "engine/math/shape.h"

#include <json-glib/json-glib.h>

typedef enum {
  NN_SCALE_UNIT, /* "unit": grey / maximum, so 0…1 (the articles' ÷255) */
  NN_SCALE_NONE, /* "none": 0…255 as they are */
} NnScale;

/* Random changes to each training picture, drawn anew each epoch. All zero: none. */
typedef struct {
  double shift;        /* up to this many pixels each way */
  double rotation;     /* up to this many degrees each way */
  double scale;        /* up to this fraction wider or narrower, and taller or lower */
  double stroke_width; /* up to this much thicker or thinner, in pixels */
} NnAugmentation;

typedef struct {
  int side; /* pictures become side × side × 1: 28 */
  NnScale scale;
  double validation_fraction; /* of the training part; 0: the test part validates, as in the
                                 articles */
  NnAugmentation augmentation;
} NnPrepareSpec;

/** nn_prepare_spec_default: 28, unit, 0, no augmentation. */
NnPrepareSpec nn_prepare_spec_default (void);

/**
 * nn_prepare_spec_parse:
 * @path: where @object stands in the recipe, for messages ("prepare")
 */
gboolean nn_prepare_spec_parse (JsonObject *object, const char *path, NnPrepareSpec *spec,
                                GError **error);
void nn_prepare_spec_write (const NnPrepareSpec *spec, JsonBuilder *builder);

typedef enum { NN_PART_TRAIN, NN_PART_VALIDATION, NN_PART_TEST } NnPart;

/* Pictures ready to be gathered into a batch. They stay bytes until then. Immutable. */
typedef struct {
  gatomicrefcount references;
  NnDataset *dataset;   /* holds the memory where images is borrowed */
  const guint8 *images; /* [count][side][side] grey 0…255 */
  guint8 *owned_images; /* what was resampled here, or NULL */
  guint8 *labels;       /* [count], owned */
  guint32 *source;      /* [count] index in the data set's part, owned */
  gsize count;
  NnShape shape; /* side × side × 1 */
  int n_classes;
  NnPrepareSpec spec;
} NnSamples;

/**
 * nn_samples_new:
 * Splits @dataset (stratified, by @seed) where the recipe asks for it, and resamples its pictures
 * to the recipe's side when they differ, through the same normalisation as a drawing.
 * Returns: (transfer full): the samples of @part, or NULL with NN_ERROR_SHAPE
 */
NnSamples *nn_samples_new (NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed,
                           GError **error);

/**
 * nn_samples_gather:
 * x[count][side·side] = scaled (and, if @augment, augmented) pictures; labels[count].
 * The augmentation depends on (@seed, @epoch, sample index) alone, so any thread may gather any
 * row.
 */
void nn_samples_gather (const NnSamples *samples, const guint32 *indices, int count,
                        gboolean augment, guint64 seed, guint32 epoch, real *x, guint8 *labels);

/**
 * nn_prepare_pixels:
 * One normalised drawing (784 bytes) → the numbers the network reads, by the recipe's scale.
 */
void nn_prepare_pixels (const NnPrepareSpec *spec, const guint8 *pixels, real *x);

NnSamples *nn_samples_ref (NnSamples *samples);
void nn_samples_unref (NnSamples *samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnSamples, nn_samples_unref)
