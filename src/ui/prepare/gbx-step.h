/* gbx-step.h: the steps from a drawing or a sample to numbers, as the Prepare page lists them. */
#pragma once

#include "ui/session/gbx-session.h"

/* In the order in which they act. */
typedef enum {
  GBX_STEP_SPLIT,
  GBX_STEP_INVERT,
  GBX_STEP_CROP,
  GBX_STEP_ASPECT,
  GBX_STEP_RESIZE,
  GBX_STEP_CENTRE,
  GBX_STEP_AUGMENT,
  GBX_STEP_DIVIDE,
  GBX_STEP_NOISE,
  GBX_STEP_STANDARDISE,
  GBX_STEP_ONE_HOT,
  GBX_N_STEPS
} GbxStep;

#define GBX_STEP_MAX_FIELDS 7

/* Texts are untranslated. */
typedef struct {
  const char *title;
  const char *text; /* what it does, and what breaks without it */
  const char *acts_on;
  const char *fields[GBX_STEP_MAX_FIELDS + 1]; /* of nn_experiment_field_find() */
  const char *on_off;                          /* the field of the switch, or NULL */
  double on, off;                              /* its values */
} GbxStepInfo;

/** gbx_step_info: Returns: (transfer none). */
const GbxStepInfo *gbx_step_info (GbxStep step);

/** gbx_step_has_switch: Returns: FALSE for the split: there always is one. */
gboolean gbx_step_has_switch (GbxStep step);
gboolean gbx_step_is_on (GbxStep step, const NnExperiment *experiment);

/** gbx_step_switch: An edit of the recipe that can be undone. */
void gbx_step_switch (GbxStep step, GbxSession *session, gboolean on);
