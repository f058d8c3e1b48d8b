/* gbx-step.c: the steps from a drawing or a sample to numbers. */
#include "gbx-step.h"

#include "ui/session/gbx-layer-edits.h"

#include <glib/gi18n-lib.h>

#define DRAWINGS N_ ("Drawings, and pictures of other sizes than 28×28")
#define EVERYTHING N_ ("Every sample and every drawing")
#define TRAINING N_ ("Training samples only, anew in each epoch")

static const GbxStepInfo steps[GBX_N_STEPS] = {
    [GBX_STEP_SPLIT] = {N_ ("Split"),
                        N_ ("Learn from one part, choose by another, judge by a third. Each class "
                            "has the same share in each part; the seed draws them. At 0 the test "
                            "part is the one the data came with, and it validates too."),
                        N_ ("All samples"),
                        {"validation-fraction", "test-fraction"}},
    [GBX_STEP_INVERT] = {N_ ("Invert"),
                         N_ ("You draw dark on light; the network learned light on dark."),
                         N_ ("Drawings; data sets are light on dark already"), .on_off = "invert",
                         .on = TRUE},
    [GBX_STEP_CROP] = {N_ ("Crop to the Ink"),
                       N_ ("Only what was drawn counts, wherever on the paper it is. Off: a small "
                           "digit stays small."),
                       DRAWINGS, .on_off = "crop", .on = TRUE},
    [GBX_STEP_ASPECT] = {N_ ("Keep Proportions"),
                         N_ ("A narrow 1 stays narrow. Off: it is widened to a square."), DRAWINGS,
                         .on_off = "keep-aspect", .on = TRUE},
    [GBX_STEP_RESIZE] = {N_ ("Resize"),
                         N_ ("The longer side fills a field of 20 pixels, as in MNIST. Off: only "
                             "what is in the middle fits, pixel by pixel."),
                         DRAWINGS,
                         {"field"},
                         .on_off = "resize",
                         .on = TRUE},
    [GBX_STEP_CENTRE] = {N_ ("Centre of Mass"),
                         N_ ("The ink is balanced on the middle of 28×28. Off: its box is put in "
                             "the middle, which moves a 7 or a 6."),
                         DRAWINGS, .on_off = "centre", .on = TRUE},
    [GBX_STEP_AUGMENT] = {N_ ("Augmentation"),
                          N_ ("Each epoch shows every sample as another hand might have drawn it: "
                              "more data for nothing. 0 leaves a change out."),
                          TRAINING,
                          {"shift", "rotation", "rescaling", "shear", "elastic",
                           "elastic-smoothing", "stroke-width"}},
    [GBX_STEP_DIVIDE] = {N_ ("Divide by 255"),
                         N_ ("Grey levels 0…255 become numbers from 0 to 1. Off: the first steps "
                             "are far too long, and training stalls or diverges."),
                         EVERYTHING, .on_off = "scale", .on = NN_SCALE_UNIT, .off = NN_SCALE_NONE},
    [GBX_STEP_NOISE] = {N_ ("Noise"),
                        N_ ("Random numbers are added to each pixel, so that no single one is "
                            "trusted. Given as a share of the range."),
                        TRAINING,
                        {"noise"},
                        .on_off = "noise",
                        .on = 0.1},
    [GBX_STEP_STANDARDISE] = {N_ ("Standardise"),
                              N_ ("Minus the mean, divided by the deviation: numbers around 0. "
                                  "Both are measured on the training part only, for the test must "
                                  "not be looked at, and are saved with the model."),
                              EVERYTHING, .on_off = "standardise", .on = TRUE},
    [GBX_STEP_ONE_HOT] = {N_ ("One-hot"),
                          N_ ("The label becomes one number for each class: a 1 where it belongs, "
                              "0 elsewhere. Off: it stays a class number; with cross-entropy the "
                              "loss is the same."),
                          N_ ("Labels"), .on_off = "targets", .on = NN_TARGETS_ONE_HOT,
                          .off = NN_TARGETS_SPARSE},
};

/* What the switch turns on, as good a beginning as any. */
static const NnAugmentation usual = {.shift = 2,
                                     .rotation = 10,
                                     .scale = 0.1,
                                     .shear = 8,
                                     .elastic = 20,
                                     .elastic_smoothing = 4,
                                     .stroke_width = 0.5};

static gboolean
is_augmented (const NnAugmentation *augmentation)
{
  return augmentation->shift > 0 || augmentation->rotation > 0 || augmentation->scale > 0 ||
         augmentation->shear > 0 || augmentation->elastic > 0 || augmentation->stroke_width > 0;
}

const GbxStepInfo *
gbx_step_info (GbxStep step)
{
  return &steps[step];
}

gboolean
gbx_step_has_switch (GbxStep step)
{
  return step != GBX_STEP_SPLIT;
}

gboolean
gbx_step_is_on (GbxStep step, const NnExperiment *experiment)
{
  const GbxStepInfo *info = &steps[step];

  if (step == GBX_STEP_AUGMENT)
    return is_augmented (&experiment->prepare.augmentation);
  return info->on_off == NULL ||
         nn_field_get (experiment, nn_experiment_field_find (info->on_off)) != info->off;
}

void
gbx_step_switch (GbxStep step, GbxSession *session, gboolean on)
{
  const GbxStepInfo *info = &steps[step];

  if (step == GBX_STEP_AUGMENT) {
    NnExperiment *experiment = nn_experiment_copy (gbx_session_get_experiment (session));
    const NnAugmentation none = nn_prepare_spec_default ().augmentation;

    experiment->prepare.augmentation = on ? usual : none;
    gbx_session_edit (session, experiment, info->title, -1);
  } else {
    gbx_experiment_edits_set (session, nn_experiment_field_find (info->on_off),
                              on ? info->on : info->off);
  }
}
