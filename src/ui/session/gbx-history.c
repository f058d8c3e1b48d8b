/* gbx-history.c: every recipe there was. A recipe is one small document, so they are kept whole. */
#include "gbx-history.h"

#define MAX_STEPS 200

typedef struct {
  NnExperiment *recipe; /* owned: after the edit */
  const char *what;     /* NULL for the first */
  int place;
} Step;

struct GbxHistory {
  GPtrArray *steps; /* of Step, oldest first; at least one */
  guint now;        /* of them */
  gboolean open;    /* the last edit may go on */
};

static Step *
step_new (const NnExperiment *recipe, const char *what, int place)
{
  Step *step = g_new (Step, 1);

  *step = (Step){nn_experiment_copy (recipe), what, place};
  return step;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  nn_experiment_free (step->recipe);
  g_free (step);
}

static Step *
get_step (GbxHistory *self, guint index)
{
  return g_ptr_array_index (self->steps, index);
}

static gboolean
goes_on (GbxHistory *self, const char *what, int place)
{
  const Step *last = get_step (self, self->now);

  return self->open && place >= 0 && g_strcmp0 (last->what, what) == 0 && last->place == place;
}

/* What was dragged back to where it was is no edit. */
static void
forget_idle_step (GbxHistory *self)
{
  if (self->now == 0 || !nn_experiment_equal (get_step (self, self->now)->recipe,
                                              get_step (self, self->now - 1)->recipe))
    return;
  g_ptr_array_set_size (self->steps, (int)self->now);
  self->now--;
  self->open = FALSE;
}

GbxHistory *
gbx_history_new (const NnExperiment *recipe)
{
  GbxHistory *self = g_new0 (GbxHistory, 1);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  g_ptr_array_add (self->steps, step_new (recipe, NULL, -1));
  return self;
}

void
gbx_history_record (GbxHistory *self, const NnExperiment *recipe, const char *what, int place)
{
  g_ptr_array_set_size (self->steps, (int)self->now + 1);
  if (goes_on (self, what, place))
    g_ptr_array_remove_index (self->steps, self->now);
  else if (self->steps->len > MAX_STEPS)
    g_ptr_array_remove_index (self->steps, 0);
  g_ptr_array_add (self->steps, step_new (recipe, what, place));
  self->now = self->steps->len - 1;
  self->open = TRUE;
  forget_idle_step (self);
}

void
gbx_history_seal (GbxHistory *self)
{
  self->open = FALSE;
}

const NnExperiment *
gbx_history_now (GbxHistory *self)
{
  return get_step (self, self->now)->recipe;
}

const NnExperiment *
gbx_history_undo (GbxHistory *self)
{
  self->open = FALSE;
  if (self->now == 0)
    return NULL;
  self->now--;
  return gbx_history_now (self);
}

const NnExperiment *
gbx_history_redo (GbxHistory *self)
{
  self->open = FALSE;
  if (self->now + 1 == self->steps->len)
    return NULL;
  self->now++;
  return gbx_history_now (self);
}

const char *
gbx_history_undoes (GbxHistory *self)
{
  return self->now == 0 ? NULL : get_step (self, self->now)->what;
}

const char *
gbx_history_redoes (GbxHistory *self)
{
  return self->now + 1 == self->steps->len ? NULL : get_step (self, self->now + 1)->what;
}

void
gbx_history_free (GbxHistory *self)
{
  g_ptr_array_unref (self->steps);
  g_free (self);
}
