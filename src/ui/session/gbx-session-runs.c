/* gbx-session-runs.c: which of the runs' changes are written, and which are still to be.
 *
 * A run grows by the second while it is trained, so only what is new goes to the store: the points
 * that were added, and the fields of runs that changed. Nothing counts as written before the store
 * says so; a write that fails is made up for by the next. */
#include "gbx-session-private.h"

typedef struct {
  guint64 changes, kept;          /* how often its fields changed, and as of which they are kept */
  gboolean own;                   /* this session trained it: it knows more than the store */
  guint n_kept[GBX_N_CURVES];     /* points that are kept, */
  guint generation[GBX_N_CURVES]; /* of this generation of the curve */
} GbxRunKeeping;

/* What a write has of a run. */
typedef struct {
  GbxRun *run;
  GbxRunKeeping state; /* as it will be when that is written */
} Mark;

static void
mark_free (gpointer data)
{
  Mark *mark = data;

  g_object_unref (mark->run);
  g_free (mark);
}

static void
changed_cb (GbxRun *run, gpointer detail, GbxSession *self)
{
  GbxRunKeeping *keeping = g_hash_table_lookup (self->keeping, run);

  if (keeping == NULL || self->closed)
    return;
  keeping->changes++;
  gbx_session_keep_soon (self);
}

static void
marks_changed_cb (GbxRun *run, GbxSession *self)
{
  changed_cb (run, NULL, self);
}

/* As of now: @keeping's state when all there is of the run will be written. */
static GbxRunKeeping
look_at (GbxRun *run, const GbxRunKeeping *keeping)
{
  GbxRunKeeping now = *keeping;

  now.kept = now.changes;
  for (int i = 0; i < GBX_N_CURVES; i++) {
    GbxMetricSeries *series = gbx_run_get_series (run, i);
    now.n_kept[i] = gbx_metric_series_get_length (series);
    now.generation[i] = gbx_metric_series_get_generation (series);
  }
  return now;
}

static gboolean
has_grown (const GbxRunKeeping *keeping, const GbxRunKeeping *now)
{
  return memcmp (keeping->n_kept, now->n_kept, sizeof now->n_kept) != 0 ||
         memcmp (keeping->generation, now->generation, sizeof now->generation) != 0;
}

static void
add_run (GbxSession *self, GbxKept *kept, GbxRun *run, const GbxRunKeeping *keeping,
         const GbxRunKeeping *now)
{
  guint first[GBX_N_CURVES];
  GbxKeptRun *copy;

  for (int i = 0; i < GBX_N_CURVES; i++)
    first[i] = keeping->generation[i] == now->generation[i] ? keeping->n_kept[i] : 0;
  copy = gbx_kept_add_run (kept, run, first);
  copy->own = keeping->own;
  if (run != self->current_run || self->network_experiment == NULL)
    return;
  copy->recipe = nn_experiment_to_json (self->network_experiment);
  copy->dataset_id = g_strdup (gbx_session_get_dataset_id (self));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const GbxKeptRun *first = *(GbxKeptRun *const *)a, *second = *(GbxKeptRun *const *)b;

  return (first->number < second->number) - (first->number > second->number);
}

/* A run that is no longer shown was only waiting to be written. */
static gboolean
is_shown (GbxSession *self, GbxRun *run)
{
  return run == self->current_run || g_list_store_find (self->runs, run, NULL);
}

/* ---- shared with the session's other files ---- */

void
gbx_session_watch_run (GbxSession *self, GbxRun *run, gboolean is_new)
{
  GbxRunKeeping *keeping = g_new0 (GbxRunKeeping, 1);

  keeping->own = is_new;
  keeping->changes = is_new;
  if (!is_new)
    *keeping = look_at (run, keeping);
  g_hash_table_insert (self->keeping, g_object_ref (run), keeping);
  g_signal_connect_object (run, "notify", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (run, "marks-changed", G_CALLBACK (marks_changed_cb), self, 0);
}

void
gbx_session_own_run (GbxSession *self, GbxRun *run)
{
  GbxRunKeeping *keeping = g_hash_table_lookup (self->keeping, run);

  if (keeping != NULL)
    keeping->own = TRUE;
}

GPtrArray *
gbx_session_add_changed_runs (GbxSession *self, GbxKept *kept)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func (mark_free);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->keeping);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GbxRunKeeping *keeping = value;
    GbxRunKeeping now;
    Mark *mark;

    now = look_at (key, keeping);
    if (keeping->changes == keeping->kept && !(keeping->own && has_grown (keeping, &now)) &&
        key != self->current_run)
      continue;
    add_run (self, kept, key, keeping, &now);
    now.own = key == self->current_run;
    mark = g_new (Mark, 1);
    *mark = (Mark){g_object_ref (key), now};
    g_ptr_array_add (marks, mark);
  }
  g_ptr_array_sort (kept->runs, compare_numbers);
  for (guint i = 0; i < self->deleted->len; i++)
    g_ptr_array_add (kept->deleted, g_strdup (g_ptr_array_index (self->deleted, i)));
  return marks;
}

void
gbx_session_runs_are_kept (GbxSession *self, GPtrArray *marks)
{
  for (guint i = 0; i < marks->len; i++) {
    const Mark *mark = g_ptr_array_index (marks, i);
    GbxRunKeeping *keeping = g_hash_table_lookup (self->keeping, mark->run);
    guint64 changes;

    if (keeping == NULL)
      continue;
    changes = keeping->changes;
    *keeping = mark->state;
    keeping->changes = changes;
    keeping->own = mark->state.own || changes != keeping->kept;
    if (!is_shown (self, mark->run) && changes == keeping->kept)
      g_hash_table_remove (self->keeping, mark->run);
  }
}

void
gbx_session_run_is_deleted (GbxSession *self, GbxRun *run)
{
  g_ptr_array_add (self->deleted, g_strdup (gbx_run_get_uuid (run)));
  g_hash_table_remove (self->keeping, run);
}
