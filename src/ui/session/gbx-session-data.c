/* gbx-session-data.c: what is trained on: a data set, or drawings of the user's own, or a mix. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

/* ---- an order: made on the main thread, fulfilled on another ---- */

static GbxDrawnData *
copy_drawings (GbxSession *self, const char *id)
{
  GbxSymbolSet *set = id != NULL ? gbx_drawn_data_find (self->library, id) : NULL;

  return set != NULL ? gbx_drawn_data_new (set) : NULL;
}

/* Returns: (transfer full): the title of the set @id, and whether it is on this machine. */
static char *
find_title (GbxSession *self, const char *id, gboolean *present)
{
  g_autoptr (GPtrArray) list = nn_dataset_list ();
  GbxSymbolSet *set = gbx_drawn_data_find (self->library, id);

  *present = set != NULL;
  if (set != NULL)
    return g_strdup (gbx_symbol_set_get_title (set));
  if (gbx_drawn_data_is_id (id))
    return g_strdup (_ ("A set of your drawings that was deleted"));
  for (guint i = 0; i < list->len; i++) {
    const NnDatasetInfo *info = g_ptr_array_index (list, i);
    if (g_str_equal (info->id, id)) {
      *present = info->origin != NULL;
      return g_strdup (info->title);
    }
  }
  return g_strdup (id);
}

/* The pen digits may go on standing in for what is not here, without asking the disk twice. */
static gboolean
can_stand_in (GbxSession *self, const char *loaded, const char *wanted)
{
  gboolean present;

  g_free (find_title (self, wanted, &present));
  return !present && g_str_equal (loaded, NN_DATASET_STAND_IN);
}

static gboolean
is_outdated (GbxSession *self)
{
  return self->drawn_changes != self->drawn_known;
}

static gboolean
has_base (GbxSession *self, const char *id)
{
  if (self->base == NULL || (is_outdated (self) && gbx_drawn_data_is_id (self->base->id)))
    return FALSE;
  return g_str_equal (self->base->id, id) ||
         (self->experiment->prepare.columns == NULL && can_stand_in (self, self->base->id, id));
}

static gboolean
has_mix (GbxSession *self, const NnMixSpec *mix, guint64 seed)
{
  if (g_strcmp0 (self->mix.dataset, mix->dataset) != 0)
    return FALSE;
  return mix->dataset == NULL || (self->mix.share == mix->share && self->mix_seed == seed &&
                                  !(is_outdated (self) && gbx_drawn_data_is_id (mix->dataset)));
}

static NnDataset *
load (const char *id, const GbxDrawnData *drawn, GCancellable *cancellable, GError **error)
{
  return drawn != NULL ? gbx_drawn_data_make (drawn, error)
                       : nn_dataset_load (id, cancellable, error);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What the recipe asks for, or else the pen digits, which are always there; but they are no
 * table. */
static gboolean
fulfil_base (GbxDataOrder *order, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (order->base != NULL)
    return TRUE;
  order->base = load (order->id, order->drawn, cancellable, &local);
  if (order->base == NULL && !is_cancelled (local) &&
      !g_str_equal (order->id, NN_DATASET_STAND_IN) && !order->is_table) {
    order->fallback = g_steal_pointer (&local);
    order->base = nn_dataset_load (NN_DATASET_STAND_IN, cancellable, &local);
  }
  if (order->base == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return order->base != NULL;
}

/* What cannot be mixed in is left out. */
static gboolean
fulfil_mix (GbxDataOrder *order, GCancellable *cancellable, GError **error)
{
  g_autoptr (NnDataset) other = NULL;

  if (order->mix.dataset != NULL) {
    other = load (order->mix.dataset, order->drawn_mix, cancellable, &order->mix_fault);
    if (other != NULL)
      order->dataset =
          nn_dataset_mix (order->base, other, order->mix.share, order->seed, &order->mix_fault);
  }
  if (is_cancelled (order->mix_fault)) {
    g_propagate_error (error, g_steal_pointer (&order->mix_fault));
    return FALSE;
  }
  if (order->dataset == NULL)
    order->dataset = nn_dataset_ref (order->base);
  return TRUE;
}

/* ---- what there is to say about it ---- */

static char *
describe_base (GbxSession *self)
{
  const char *wanted = self->experiment->dataset;
  gboolean present;
  g_autofree char *title = find_title (self, wanted, &present);

  if (g_str_equal (self->dataset->id, wanted))
    return NULL;
  if (!present)
    return g_strdup_printf (
        _ ("%s is not on this machine: training on the built-in pen digits instead."), title);
  if (self->unreadable)
    return g_strdup_printf (_ ("%s cannot be read: training on the built-in pen digits instead."),
                            title);
  return g_strdup_printf (
      _ ("This run goes on with the data it was begun with; Reset asks for %s again."), title);
}

static char *
describe_mix (GbxSession *self)
{
  gboolean present;
  g_autofree char *title =
      self->mix.dataset != NULL ? find_title (self, self->mix.dataset, &present) : NULL;

  if (self->mix_fault == NULL || title == NULL)
    return NULL;
  return g_strdup_printf (_ ("%s is not mixed in. %s"), title, self->mix_fault);
}

/* ---- drawings that change ---- */

static gboolean
is_of (const char *id, GbxSymbolSet *set)
{
  g_autofree char *own = gbx_drawn_data_id (set);

  return g_strcmp0 (id, own) == 0;
}

/* What nobody trained on yet is taken in at once; a run that was begun goes on as it was. */
static void
set_changed_cb (GbxSession *self, GbxSymbolSet *set)
{
  const NnExperiment *recipe = self->experiment;

  if (self->closed || recipe == NULL)
    return;
  if (!is_of (recipe->dataset, set) && !is_of (recipe->mix.dataset, set) &&
      !is_of (self->mix.dataset, set) && !is_of (gbx_session_get_dataset_id (self), set))
    return;
  self->drawn_changes++;
  self->fits_data = TRUE;
  if (self->state == GBX_SESSION_READY || self->state == GBX_SESSION_LOADING)
    gbx_session_rebuild_soon (self);
  gbx_session_say_data (self);
  gbx_session_tell (self);
}

/* ---- shared with the session's other files ---- */

void
gbx_data_order_init (GbxDataOrder *order, GbxSession *self, const char *id)
{
  const NnExperiment *recipe = self->experiment;

  *order = (GbxDataOrder){.id = g_strdup (id != NULL ? id : recipe->dataset),
                          .mix = {g_strdup (recipe->mix.dataset), recipe->mix.share},
                          .seed = recipe->seed,
                          .is_table = recipe->prepare.columns != NULL,
                          .drawn_known = self->drawn_changes};
  order->drawn = copy_drawings (self, order->id);
  order->drawn_mix = copy_drawings (self, order->mix.dataset);
  if (!has_base (self, order->id))
    return;
  order->base = nn_dataset_ref (self->base);
  if (has_mix (self, &order->mix, order->seed))
    order->dataset = nn_dataset_ref (self->dataset);
}

gboolean
gbx_data_order_fulfil (GbxDataOrder *order, GCancellable *cancellable, GError **error)
{
  return order->dataset != NULL ||
         (fulfil_base (order, cancellable, error) && fulfil_mix (order, cancellable, error));
}

void
gbx_data_order_clear (GbxDataOrder *order)
{
  g_free (order->id);
  g_free (order->mix.dataset);
  g_clear_pointer (&order->drawn, gbx_drawn_data_free);
  g_clear_pointer (&order->drawn_mix, gbx_drawn_data_free);
  g_clear_pointer (&order->base, nn_dataset_unref);
  g_clear_pointer (&order->dataset, nn_dataset_unref);
  g_clear_error (&order->fallback);
  g_clear_error (&order->mix_fault);
}

gboolean
gbx_session_take_data (GbxSession *self, GbxDataOrder *order)
{
  gboolean present;

  if (self->dataset == order->dataset) {
    gbx_session_say_data (self);
    return FALSE;
  }
  g_clear_pointer (&self->dataset, nn_dataset_unref);
  g_clear_pointer (&self->base, nn_dataset_unref);
  self->dataset = nn_dataset_ref (order->dataset);
  self->base = nn_dataset_ref (order->base);
  g_free (self->mix.dataset);
  self->mix = order->mix;
  order->mix.dataset = NULL;
  self->mix_seed = order->seed;
  g_free (self->mix_fault);
  self->mix_fault = order->mix_fault != NULL ? g_strdup (order->mix_fault->message) : NULL;
  self->unreadable = order->fallback != NULL;
  self->drawn_known = order->drawn_known;
  gbx_session_say_data (self);
  g_free (find_title (self, order->id, &present));
  if (order->fallback != NULL && present)
    gbx_session_set_error (self, order->fallback->message);
  return TRUE;
}

void
gbx_session_say_data (GbxSession *self)
{
  g_clear_pointer (&self->notice, g_free);
  if (self->dataset == NULL)
    return;
  self->notice = describe_base (self);
  if (self->notice == NULL)
    self->notice = describe_mix (self);
  if (self->notice == NULL && is_outdated (self) && self->current_run != NULL)
    self->notice = g_strdup (_ ("Your drawings are others than when this run began; Reset takes "
                                "them as they are now."));
}

void
gbx_session_watch_drawings (GbxSession *self)
{
  g_signal_connect_object (self->library, "set-changed", G_CALLBACK (set_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
