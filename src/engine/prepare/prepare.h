/* prepare.h: the "prepare" part of the recipe, and the samples it makes of a data set. */
#pragma once

#include "engine/collect/dataset.h"
#include "engine/ink/drawing.h"
#include "engine/math/real.h"
#include "engine/math/rng.h"
#include "engine/math/shape.h"

#include <json-glib/json-glib.h>

/* The bounds of its numbers. Beyond these no digit would survive an augmentation. */
#define NN_MAX_SHIFT 14
#define NN_MAX_ROTATION 180
#define NN_MAX_RESCALING 0.9
#define NN_MAX_SHEAR 60
#define NN_MAX_ELASTIC 200
#define NN_MIN_SMOOTHING 1
#define NN_MAX_SMOOTHING 16
#define NN_MAX_STROKE_CHANGE 8
#define NN_MAX_NOISE 1
#define NN_MAX_FRACTION 0.9
#define NN_MIN_FIELD 4
#define NN_MIN_DEVIATION 1e-30

typedef enum {
  NN_SCALE_UNIT, /* "unit": grey / maximum, so 0…1 (the articles' ÷255) */
  NN_SCALE_NONE, /* "none": 0…255 as they are */
} NnScale;

/* Random changes to each training picture, drawn anew each epoch. All zero: none. */
typedef struct {
  double shift;             /* up to this many pixels each way */
  double rotation;          /* up to this many degrees each way */
  double scale;             /* up to this fraction wider or narrower, and taller or lower */
  double shear;             /* up to this many degrees leaning each way */
  double elastic;           /* α of the random displacement of each pixel (augment.h) */
  double elastic_smoothing; /* σ of the Gaussian that makes neighbours move alike, in pixels */
  double stroke_width;      /* up to this much thicker or thinner, in pixels */
} NnAugmentation;

/* What was measured on the training part: mean and deviation of each column of a table, or of all
 * pixels alike. Immutable, shared by reference count. */
typedef struct {
  gatomicrefcount references;
  gsize n;         /* columns; 1 for pictures */
  double *numbers; /* [2][n], owned: the means, then the deviations, each above 0 */
} NnFit;

typedef struct {
  /* Of a table: a network reads nn_columns_width() numbers, made by standardise and fit; what is
   * about pictures means nothing. NULL: pictures. Owned like fit. */
  NnColumns *columns;

  int side;        /* pictures become side × side × 1: 28 */
  gboolean invert; /* a drawing is dark on light; networks are shown light on dark */
  NnInkSteps ink;  /* of drawings, and of pictures that are not side × side */
  NnScale scale;
  double noise;         /* deviation of what is added to each training picture, of the range */
  gboolean standardise; /* (x − mean) / deviation */
  NnFit *fit;           /* of which, or NULL before it was measured; see nn_prepare_spec_set_fit */
  double validation_fraction; /* of the training part; 0: the test part validates, as in the
                                 articles */
  double test_fraction;       /* of all; 0: the test part is the one the data came with */
  NnAugmentation augmentation;
} NnPrepareSpec;

/** nn_prepare_spec_default: 28, all steps of the ink, unit, own test part, nothing else. */
NnPrepareSpec nn_prepare_spec_default (void);

/**
 * nn_prepare_spec_parse:
 * @path: where @object stands in the recipe, for messages ("prepare")
 * @spec: one without a fit; it may have one afterwards, to be given back
 */
gboolean nn_prepare_spec_parse (JsonObject *object, const char *path, NnPrepareSpec *spec,
                                GError **error);
void nn_prepare_spec_write (const NnPrepareSpec *spec, JsonBuilder *builder);

/** nn_prepare_spec_input: Returns: the shape of what the network reads. */
NnShape nn_prepare_spec_input (const NnPrepareSpec *spec);

/** nn_prepare_spec_same_input: Returns: whether a network for @a reads what is made by @b: pictures
 * of one size, or rows of the same columns. */
gboolean nn_prepare_spec_same_input (const NnPrepareSpec *a, const NnPrepareSpec *b);

/**
 * nn_prepare_spec_follow:
 * Makes @spec, which owns what it has, one for @dataset's kind of samples: pictures, or rows of its
 * columns, which are standardised. One that is for them already stays as it is.
 */
void nn_prepare_spec_follow (NnPrepareSpec *spec, const NnDataset *dataset);

/** nn_prepare_spec_hold / _release: A copy by assignment takes its references, or gives them
 * back. */
void nn_prepare_spec_hold (NnPrepareSpec *spec);
void nn_prepare_spec_release (NnPrepareSpec *spec);

/** nn_prepare_spec_set_fit: Exchanges the one reference a spec that owns its fit has; @fit may be
 * NULL. A spec that was copied by assignment borrows. */
void nn_prepare_spec_set_fit (NnPrepareSpec *spec, NnFit *fit);

/** nn_prepare_spec_same_samples: Returns: whether both make the same samples of a data set, which
 * has pictures @as_they_are when it needs no steps of the ink. */
gboolean nn_prepare_spec_same_samples (const NnPrepareSpec *a, const NnPrepareSpec *b,
                                       gboolean as_they_are);

/** nn_fit_new: Returns: (transfer full): of @n columns, @numbers copied: [2][n] as in NnFit. */
NnFit *nn_fit_new (gsize n, const double *numbers);
NnFit *nn_fit_ref (NnFit *fit);
void nn_fit_unref (NnFit *fit);

typedef enum { NN_PART_TRAIN, NN_PART_VALIDATION, NN_PART_TEST } NnPart;

typedef struct NnAugmenter NnAugmenter;

/* Samples ready to be gathered into a batch. Pictures stay bytes and rows as they are until then.
 * Immutable. */
typedef struct {
  gatomicrefcount references;
  NnDataset *dataset;   /* holds the memory where images is borrowed */
  const guint8 *images; /* [count][side][side] grey 0…255; NULL for a table */
  guint8 *owned_images; /* what was resampled here, or NULL */
  guint8 *labels;       /* [count], owned */
  guint32 *source;      /* [count] index in the data set, owned: first its training part's
                           samples, then its test part's */
  gsize count;
  NnShape shape; /* side × side × 1, or the numbers a row becomes */
  int n_classes;
  NnPrepareSpec spec;     /* held; with its fit where it standardises, and for a table */
  NnAugmenter *augmenter; /* owned */
} NnSamples;

/**
 * nn_samples_new:
 * Splits @dataset (stratified, by @seed) where the recipe asks for it, and resamples its pictures
 * to the recipe's side when they differ, through the same normalisation as a drawing. A recipe that
 * standardises and has no fit yet gets that of the training part, whichever @part is asked for.
 * Returns: (transfer full): the samples of @part, or NULL with NN_ERROR_SHAPE: other columns than
 * the recipe's, or pictures where it wants rows
 */
NnSamples *nn_samples_new (NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed,
                           GError **error);

/**
 * nn_samples_gather:
 * x[count][numbers] = scaled (and, if @augment, augmented) pictures, or encoded rows;
 * labels[count].
 * The augmentation depends on (@seed, @epoch, sample index) alone, so any thread may gather any
 * row.
 */
void nn_samples_gather (const NnSamples *samples, const guint32 *indices, int count,
                        gboolean augment, guint64 seed, guint32 epoch, real *x, guint8 *labels);

/**
 * nn_samples_show:
 * What a training is shown of the sample @index: the picture after augmentation, and the numbers.
 */
void nn_samples_show (const NnSamples *samples, guint32 index, guint64 seed, guint32 epoch,
                      guint8 *picture, real *x);

/** nn_samples_grey: Returns: the grey level that a number made of it stands for, whole range. */
guint8 nn_samples_grey (const NnSamples *samples, real x);

/** nn_dataset_is_as_asked: Returns: whether its pictures need no steps of the ink. */
gboolean nn_dataset_is_as_asked (const NnDataset *dataset);

/**
 * nn_prepare_ink:
 * From a drawing to the picture that stands for it, by the recipe's steps.
 * @ink: [height][stride] bytes, 0 paper … 255 ink: where the recipe does not invert, it is taken as
 * the eye sees it, dark on light
 * Returns: FALSE when there is no ink: @result is then all zero
 */
gboolean nn_prepare_ink (const NnPrepareSpec *spec, const guint8 *ink, int width, int height,
                         int stride, NnNormalised *result);

/**
 * nn_prepare_pixels:
 * One normalised drawing (784 bytes) → the numbers the network reads: scaled, and standardised
 * where the recipe asks for it and has a fit.
 */
void nn_prepare_pixels (const NnPrepareSpec *spec, const guint8 *pixels, real *x);

NnSamples *nn_samples_ref (NnSamples *samples);
void nn_samples_unref (NnSamples *samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnSamples, nn_samples_unref)
