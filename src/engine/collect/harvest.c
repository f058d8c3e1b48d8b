/* harvest.c: imported samples in memory: split, and written as a data set. */
#include "engine/collect/import-private.h"

#include "engine/collect/about.h"
#include "engine/collect/dataset.h"
#include "engine/collect/idx.h"
#include "engine/collect/new-set.h"
#include "engine/collect/search.h"
#include "engine/error.h"
#include "engine/math/rng.h"

#include <glib/gi18n-lib.h>

#define ORDER_SEED 1

gboolean
nn_harvest_reserve (NnHarvest *harvest, gsize count, int height, int width, GError **error)
{
  gsize size = (gsize)height * width;

  if (count > NN_IMPORT_MOST_SAMPLES || count * size > NN_IDX_LIMIT) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%zu samples of %zu values are more than a data set may hold: %d samples, 1 "
                    "GiB in all"),
                 count, size, NN_IMPORT_MOST_SAMPLES);
    return FALSE;
  }
  harvest->images = g_try_malloc (MAX (count * size, 1));
  if (harvest->images == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%zu samples of %zu values need more memory than there is"), count, size);
    return FALSE;
  }
  harvest->labels = g_malloc0 (MAX (count, 1));
  harvest->destination = g_malloc0 (MAX (count, 1));
  harvest->count = count;
  harvest->height = height;
  harvest->width = width;
  return TRUE;
}

/* Gives every sample that was not refused its part; @train and @test (guint32) are in the order in
 * which they will be written. */
static void
split (NnHarvest *harvest, GArray *train, GArray *test)
{
  g_autofree guint32 *order = g_new (guint32, MAX (harvest->count, 1));
  gsize seen[NN_IMPORT_MOST_CLASSES] = {0}, n = 0;

  for (guint32 i = 0; i < harvest->count; i++)
    if (harvest->destination[i] != NN_GOES_NOWHERE)
      order[n++] = i;
  if (harvest->shuffle) {
    NnRng rng = nn_rng (ORDER_SEED, NN_STREAM_SHUFFLING, 0, 0);

    nn_rng_shuffle (&rng, order, n);
  }
  for (gsize i = 0; i < n; i++) {
    int label = harvest->labels[order[i]];
    NnDestination to = harvest->destination[order[i]];
    gboolean tests = to == NN_GOES_TO_TEST ||
                     (to == NN_GOES_BY_SPLIT && nn_split_for_test (label, seen[label]++));

    g_array_append_val (tests ? test : train, order[i]);
  }
}

/* What could not be read of a class leaves no class behind. */
static void
drop_empty_classes (NnHarvest *harvest)
{
  guint8 renumbered[NN_IMPORT_MOST_CLASSES] = {0};
  gboolean seen[NN_IMPORT_MOST_CLASSES] = {FALSE};
  guint n = g_strv_length (harvest->class_names), n_left = 0;

  for (gsize i = 0; i < harvest->count; i++)
    if (harvest->destination[i] != NN_GOES_NOWHERE)
      seen[harvest->labels[i]] = TRUE;
  for (guint i = 0; i < n; i++) {
    char *name = g_steal_pointer (&harvest->class_names[i]);

    renumbered[i] = (guint8)n_left;
    if (seen[i])
      harvest->class_names[n_left++] = name;
    else
      g_free (name);
  }
  for (gsize i = 0; i < harvest->count; i++)
    harvest->labels[i] = renumbered[harvest->labels[i]];
}

static gboolean
check_parts (const NnHarvest *harvest, const GArray *train, const GArray *test, GError **error)
{
  guint n_classes = g_strv_length (harvest->class_names);

  if (n_classes < 2) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("Samples of %u classes could be read; two or more are needed to tell apart"),
                 n_classes);
    return FALSE;
  }
  if (train->len > 0 && test->len > 0)
    return TRUE;
  g_set_error (
      error, NN_ERROR, NN_ERROR_RANGE,
      _ ("%u samples could be read to train with and %u to test with; at least one of each "
         "is needed"),
      train->len, test->len);
  return FALSE;
}

void
nn_harvest_name_classes (NnHarvest *harvest, const NnNames *classes)
{
  guint8 rank[NN_NAMES_MOST] = {0};

  harvest->class_names = nn_names_sort (classes, rank);
  for (gsize i = 0; i < harvest->count; i++)
    harvest->labels[i] = rank[harvest->labels[i]];
}

/* To the order of bytes that files have. */
static void
swap_rows (NnHarvest *harvest)
{
  guint32 *values = (guint32 *)(gpointer)harvest->rows;
  gsize n = harvest->columns != NULL ? harvest->count * (gsize)harvest->columns->count : 0;

  for (gsize i = 0; i < n; i++)
    values[i] = GUINT32_TO_BE (values[i]);
}

static gboolean
write_part (const NnHarvest *harvest, NnNewSet *set, const char *const *files, const GArray *chosen,
            GCancellable *cancellable, GError **error)
{
  const guint32 *order = (const guint32 *)(gconstpointer)chosen->data;
  NnRecords samples = {
      .kind = NN_IDX_IMAGES,
      .sizes = {chosen->len, (gsize)harvest->height, (gsize)harvest->width},
      .bytes = harvest->images,
      .order = order,
  };
  const NnRecords labels = {
      .kind = NN_IDX_LABELS, .sizes = {chosen->len}, .bytes = harvest->labels, .order = order};

  if (harvest->columns != NULL)
    samples = (NnRecords){
        .kind = NN_IDX_ROWS,
        .sizes = {chosen->len, (gsize)harvest->columns->count},
        .bytes = (const guint8 *)harvest->rows,
        .order = order,
    };
  return nn_new_set_add (set, files[0], &samples, cancellable, error) &&
         nn_new_set_add (set, files[1], &labels, cancellable, error);
}

gboolean
nn_harvest_write (NnHarvest *harvest, NnImport *import, GError **error)
{
  g_autoptr (GArray) train = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) test = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (NnNewSet) set = NULL;
  NnImportReport *report = import->report;
  const char *const *files = harvest->columns != NULL ? nn_dataset_table_files : nn_dataset_files;
  NnAbout about;

  drop_empty_classes (harvest);
  split (harvest, train, test);
  if (!check_parts (harvest, train, test, error))
    return FALSE;
  swap_rows (harvest);
  about = (NnAbout){
      .class_names = harvest->class_names, .label = harvest->label, .columns = harvest->columns};
  set = nn_new_set_begin (import->options->name, error);
  if (set == NULL || !write_part (harvest, set, files, train, import->cancellable, error) ||
      !write_part (harvest, set, files + 2, test, import->cancellable, error) ||
      !nn_new_set_describe (set, &about, error) || !nn_new_set_finish (set, error))
    return FALSE;
  report->n_train = train->len;
  report->n_test = test->len;
  report->n_read = (gsize)train->len + test->len;
  report->n_classes = (int)g_strv_length (harvest->class_names);
  return TRUE;
}

void
nn_harvest_clear (NnHarvest *harvest)
{
  g_clear_pointer (&harvest->images, g_free);
  g_clear_pointer (&harvest->rows, g_free);
  g_clear_pointer (&harvest->columns, nn_columns_unref);
  g_clear_pointer (&harvest->label, g_free);
  g_clear_pointer (&harvest->labels, g_free);
  g_clear_pointer (&harvest->destination, g_free);
  g_clear_pointer (&harvest->class_names, g_strfreev);
}
