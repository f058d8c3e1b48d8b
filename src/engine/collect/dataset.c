/* dataset.c: labelled samples: pictures, held as bytes, or rows of a table. */
#include "engine/collect/dataset.h"

#include "engine/collect/about.h"
#include "engine/collect/idx.h"
#include "engine/collect/pen-digits.h"
#include "engine/collect/search.h"
#include "engine/error.h"
#include "engine/resources.h"

#include <glib/gi18n-lib.h>

#define MOST_PICTURES 1000000 /* in one part */
#define MOST_SIDE 4096

/* The pen digits: as many as MNIST has. */
#define PEN_TRAIN 60000
#define PEN_TEST 10000
#define PEN_SEED 1

/* What the files themselves do not say. */
typedef struct {
  const char *id;
  const char *title;
  const char *licence;
  const char *const *class_names; /* NULL: the numerals */
  int n_classes;                  /* 0: as many as the labels show */
  int maximum;
  gboolean built_in;
  gboolean drawn; /* by the program, when it is asked for */
  gboolean can_download;
} KnownSet;

static const char *const fashion_names[] = {
    N_ ("T-shirt/top"), N_ ("Trouser"), N_ ("Pullover"), N_ ("Dress"), N_ ("Coat"),
    N_ ("Sandal"),      N_ ("Shirt"),   N_ ("Sneaker"),  N_ ("Bag"),   N_ ("Ankle boot"),
};

static const KnownSet known_sets[] = {
    {
        .id = NN_DATASET_PEN,
        .title = N_ ("Pen digits"),
        .licence = N_ ("Drawn by this program from stroke models of its own, with no picture of "
                       "anybody's: free for any use (CC0 1.0)."),
        .n_classes = 10,
        .maximum = 255,
        .built_in = TRUE,
        .drawn = TRUE,
    },
    {
        .id = NN_DATASET_DIGITS,
        .title = N_ ("UCI optical digits"),
        .licence =
            N_ ("Made by E. Alpaydın and C. Kaynak (UCI Machine Learning Repository), licensed "
                "under Creative Commons Attribution 4.0 (CC BY 4.0)."),
        .n_classes = 10,
        .maximum = 16,
        .built_in = TRUE,
    },
    {
        .id = NN_DATASET_MNIST,
        .title = N_ ("MNIST handwritten digits"),
        .licence = N_ ("Made by Y. LeCun, C. Cortes and C. J. C. Burges, licensed under Creative "
                       "Commons Attribution-ShareAlike 3.0 (CC BY-SA 3.0)."),
        .n_classes = 10,
        .maximum = 255,
        .can_download = TRUE,
    },
    {
        .id = NN_DATASET_FASHION,
        .title = N_ ("Fashion-MNIST"),
        .licence = N_ ("Made by Zalando Research, licensed under the MIT licence."),
        .class_names = fashion_names,
        .n_classes = G_N_ELEMENTS (fashion_names),
        .maximum = 255,
    },
};

static const KnownSet other_set = {
    .licence = N_ ("Your own data, under whatever licence they came with."),
    .maximum = 255,
};

static const KnownSet *
find_known_set (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_sets); i++)
    if (g_str_equal (known_sets[i].id, id))
      return &known_sets[i];
  return &other_set;
}

static gboolean
read_file (NnIdx *idx, const NnDataset *dataset, const KnownSet *set, const char *name,
           NnIdxKind kind, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!set->built_in) {
    path = nn_dataset_find_file (dataset->origin, name);
    if (path != NULL)
      return nn_idx_read_file (idx, path, kind, cancellable, error);
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND, _ ("%s is no longer in %s"), name,
                 dataset->origin);
    return FALSE;
  }
  path = g_strdup_printf ("datasets/%s/%s.gz", set->id, name);
  bytes = nn_resource_load (path, error);
  return bytes != NULL && nn_idx_read_bytes (idx, bytes, path, kind, cancellable, error);
}

static gboolean
check_labels (const NnExamples *part, const KnownSet *set, const char *name, const char *origin,
              GError **error)
{
  for (gsize i = 0; i < part->count && set->n_classes > 0; i++)
    if (part->labels[i] >= set->n_classes) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("%s in %s: label %zu is %d, expected 0 to %d"), name, origin, i + 1,
                   part->labels[i], set->n_classes - 1);
      return FALSE;
    }
  return TRUE;
}

/* A header of few bytes can stand for pictures that cost a thousand times as much to work with. */
static gboolean
check_size (const NnIdx *images, const char *name, const char *origin, GError **error)
{
  if (images->sizes[0] <= MOST_PICTURES && images->sizes[1] <= MOST_SIDE &&
      images->sizes[2] <= MOST_SIDE)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
               _ ("%s in %s: %zu pictures of %zu×%zu; at most %d of %d×%d can be used"), name,
               origin, images->sizes[0], images->sizes[1], images->sizes[2], MOST_PICTURES,
               MOST_SIDE, MOST_SIDE);
  return FALSE;
}

/* @files: the names of the part's images and labels. */
static gboolean
load_part (NnDataset *dataset, NnExamples *part, const KnownSet *set, const char *const *files,
           GCancellable *cancellable, GError **error)
{
  g_auto (NnIdx) images = {0};
  g_auto (NnIdx) labels = {0};

  if (!read_file (&images, dataset, set, files[0], NN_IDX_IMAGES, cancellable, error) ||
      !check_size (&images, files[0], dataset->origin, error) ||
      !read_file (&labels, dataset, set, files[1], NN_IDX_LABELS, cancellable, error))
    return FALSE;
  if (images.sizes[0] != labels.sizes[0]) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s: %s holds %zu pictures, but %s %zu labels; the two do not belong together"),
                 dataset->origin, files[0], images.sizes[0], files[1], labels.sizes[0]);
    return FALSE;
  }
  if (part == &dataset->train) {
    dataset->height = images.sizes[1];
    dataset->width = images.sizes[2];
  } else if (images.sizes[1] != (gsize)dataset->height ||
             images.sizes[2] != (gsize)dataset->width) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("%s: the pictures to train with are %d×%d, those to test with %d×%d; they must "
                    "be of one size"),
                 dataset->origin, dataset->height, dataset->width, (int)images.sizes[1],
                 (int)images.sizes[2]);
    return FALSE;
  }
  part->count = images.sizes[0];
  part->images = g_steal_pointer (&images.content);
  part->labels = g_steal_pointer (&labels.content);
  return check_labels (part, set, files[1], dataset->origin, error);
}

/* The rows of a table, once its columns are known. */
static gboolean
load_rows (NnDataset *dataset, NnExamples *part, const KnownSet *set, const char *const *files,
           GCancellable *cancellable, GError **error)
{
  g_auto (NnIdx) rows = {0};
  g_auto (NnIdx) labels = {0};

  if (!read_file (&rows, dataset, set, files[0], NN_IDX_ROWS, cancellable, error) ||
      !read_file (&labels, dataset, set, files[1], NN_IDX_LABELS, cancellable, error))
    return FALSE;
  if (rows.sizes[0] != labels.sizes[0] || rows.sizes[0] > MOST_PICTURES) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s: %s holds %zu rows and %s %zu labels; there must be as many of both, at "
                    "most %d"),
                 dataset->origin, files[0], rows.sizes[0], files[1], labels.sizes[0],
                 MOST_PICTURES);
    return FALSE;
  }
  if (rows.sizes[1] != (gsize)dataset->columns->count) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE, _ ("%s: %s has %zu columns, but %s names %d"),
                 dataset->origin, files[0], rows.sizes[1], NN_ABOUT_FILE, dataset->columns->count);
    return FALSE;
  }
  part->count = rows.sizes[0];
  part->rows = (float *)(gpointer)g_steal_pointer (&rows.content);
  part->labels = g_steal_pointer (&labels.content);
  for (gsize i = 0; i < part->count; i++)
    if (!nn_columns_check_row (dataset->columns, part->rows + i * rows.sizes[1], error)) {
      g_prefix_error (error, _ ("%s: %s: row %zu: "), dataset->origin, files[0], i + 1);
      return FALSE;
    }
  return check_labels (part, set, files[1], dataset->origin, error);
}

static gboolean
load_table (NnDataset *dataset, const KnownSet *set, GCancellable *cancellable, GError **error)
{
  g_auto (NnAbout) about = {0};

  if (!nn_about_read (&about, dataset->origin, error))
    return FALSE;
  if (about.columns == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("%s holds a table, but no %s that names its columns"), dataset->origin,
                 NN_ABOUT_FILE);
    return FALSE;
  }
  dataset->channels = dataset->maximum = 0;
  dataset->columns = g_steal_pointer (&about.columns);
  dataset->label = g_steal_pointer (&about.label);
  return load_rows (dataset, &dataset->train, set, nn_dataset_table_files, cancellable, error) &&
         load_rows (dataset, &dataset->test, set, nn_dataset_table_files + 2, cancellable, error);
}

/* The pictures to test with are those that follow the ones to train with. */
static gboolean
draw_part (NnDataset *dataset, NnExamples *part, guint64 first, gsize count,
           GCancellable *cancellable, GError **error)
{
  dataset->height = dataset->width = NN_DIGIT_SIDE;
  part->count = count;
  part->images = g_malloc_n (count, NN_DIGIT_PIXELS);
  part->labels = g_malloc (count);
  return nn_pen_digits (PEN_SEED, first, count, 0, part->images, part->labels, cancellable, error);
}

static int
highest_label (const NnExamples *part)
{
  int highest = 0;

  for (gsize i = 0; i < part->count; i++)
    highest = MAX (highest, part->labels[i]);
  return highest;
}

/* By what is known of the set, by its own dataset.json, or by the labels themselves. */
static gboolean
name_classes (NnDataset *dataset, const KnownSet *set, GError **error)
{
  g_auto (NnAbout) about = {0};
  int highest = MAX (highest_label (&dataset->train), highest_label (&dataset->test));

  if (set == &other_set && !nn_about_read (&about, dataset->origin, error))
    return FALSE;
  dataset->n_classes = set->n_classes > 0 ? set->n_classes : 1 + highest;
  if (about.class_names != NULL) {
    dataset->class_names = g_steal_pointer (&about.class_names);
    dataset->n_classes = (int)g_strv_length (dataset->class_names);
    if (highest < dataset->n_classes)
      return TRUE;
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("%s: %s names %d classes, but there is a label %d"), dataset->origin,
                 NN_ABOUT_FILE, dataset->n_classes, highest);
    return FALSE;
  }
  dataset->class_names = g_new0 (char *, dataset->n_classes + 1);
  for (int i = 0; i < dataset->n_classes; i++)
    dataset->class_names[i] =
        set->class_names != NULL ? g_strdup (set->class_names[i]) : g_strdup_printf ("%d", i);
  return TRUE;
}

static gboolean
set_incomplete (const char *id, const char *folder, GError **error)
{
  const char *missing = nn_dataset_missing_file (folder);

  if (missing == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR))
    return FALSE;
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("The data set “%s” is not complete: %s has no %s"), id, folder, missing);
  return TRUE;
}

/* Says where was looked, and of a folder that is there but not whole, what it lacks. */
static void
set_not_found (const char *id, const KnownSet *set, GError **error)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  g_autofree char *looked_in = g_strjoinv (", ", search_path);

  for (char **parent = search_path; *parent != NULL && nn_dataset_is_folder_name (id); parent++) {
    g_autofree char *folder = g_build_filename (*parent, id, NULL);

    if (set_incomplete (id, folder, error))
      return;
  }
  if (set->can_download)
    g_set_error (
        error, NN_ERROR, NN_ERROR_NOT_FOUND,
        _ ("The data set “%s” is not on this machine (looked in %s). Get it in the Collect "
           "stage or with “glassbox-cli datasets get %s”"),
        id, looked_in, id);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("The data set “%s” is not on this machine (looked in %s)"), id, looked_in);
}

static void
add_info (GPtrArray *list, const KnownSet *set, const char *id)
{
  NnDatasetInfo *info = g_new0 (NnDatasetInfo, 1);

  info->id = g_strdup (id);
  info->title = g_strdup (set->title != NULL ? _ (set->title) : id);
  info->licence = g_strdup (_ (set->licence));
  info->origin = set->built_in ? g_strdup (_ ("built in")) : nn_dataset_find_folder (id);
  info->can_download = set->can_download;
  g_ptr_array_add (list, info);
}

GPtrArray *
nn_dataset_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)nn_dataset_info_free);
  g_auto (GStrv) names = nn_dataset_folder_names ();

  for (guint i = 0; i < G_N_ELEMENTS (known_sets); i++)
    add_info (list, &known_sets[i], known_sets[i].id);
  for (char **name = names; *name != NULL; name++)
    if (find_known_set (*name) == &other_set)
      add_info (list, &other_set, *name);
  return list;
}

static gboolean
load_parts (NnDataset *dataset, const KnownSet *set, GCancellable *cancellable, GError **error)
{
  NnExamples *train = &dataset->train, *test = &dataset->test;

  if (set->drawn)
    return draw_part (dataset, train, 0, PEN_TRAIN, cancellable, error) &&
           draw_part (dataset, test, PEN_TRAIN, PEN_TEST, cancellable, error);
  if (!set->built_in && nn_dataset_has_table (dataset->origin))
    return load_table (dataset, set, cancellable, error);
  return load_part (dataset, train, set, nn_dataset_files, cancellable, error) &&
         load_part (dataset, test, set, nn_dataset_files + 2, cancellable, error);
}

NnDataset *
nn_dataset_load (const char *id, GCancellable *cancellable, GError **error)
{
  const KnownSet *set = find_known_set (id);
  g_autofree char *folder = set->built_in ? NULL : nn_dataset_find_folder (id);
  g_autoptr (NnDataset) dataset = NULL;

  if (folder == NULL && !set->built_in) {
    set_not_found (id, set, error);
    return NULL;
  }
  dataset = g_new0 (NnDataset, 1);
  g_atomic_ref_count_init (&dataset->references);
  dataset->id = g_strdup (id);
  dataset->origin = g_steal_pointer (&folder);
  dataset->channels = 1;
  dataset->maximum = set->maximum;
  if (!load_parts (dataset, set, cancellable, error) || !name_classes (dataset, set, error))
    return NULL;
  return g_steal_pointer (&dataset);
}

const char *
nn_dataset_get_title (const NnDataset *dataset)
{
  const KnownSet *set = find_known_set (dataset->id);

  if (dataset->title != NULL)
    return dataset->title;
  return set->title != NULL ? _ (set->title) : dataset->id;
}

const char *
nn_dataset_get_licence (const NnDataset *dataset)
{
  if (dataset->licence != NULL)
    return dataset->licence;
  return _ (find_known_set (dataset->id)->licence);
}

const char *
nn_dataset_get_origin (const NnDataset *dataset)
{
  return dataset->origin != NULL ? dataset->origin : _ ("built in");
}

const char *
nn_dataset_get_class_name (const NnDataset *dataset, int index)
{
  const KnownSet *set = find_known_set (dataset->id);

  /* Of a mix, what lies beyond is another set's. */
  if (set->class_names != NULL && index < set->n_classes)
    return _ (set->class_names[index]);
  return dataset->class_names[index];
}

gboolean
nn_dataset_is_table (const NnDataset *dataset)
{
  return dataset->columns != NULL;
}

NnDataset *
nn_dataset_ref (NnDataset *dataset)
{
  g_atomic_ref_count_inc (&dataset->references);
  return dataset;
}

void
nn_dataset_unref (NnDataset *dataset)
{
  if (!g_atomic_ref_count_dec (&dataset->references))
    return;
  g_free (dataset->id);
  g_free (dataset->title);
  g_free (dataset->origin);
  g_free (dataset->licence);
  g_strfreev (dataset->class_names);
  g_free (dataset->label);
  nn_columns_unref (dataset->columns);
  g_free (dataset->train.images);
  g_free (dataset->train.rows);
  g_free (dataset->train.labels);
  g_free (dataset->test.images);
  g_free (dataset->test.rows);
  g_free (dataset->test.labels);
  g_free (dataset);
}

void
nn_dataset_info_free (NnDatasetInfo *info)
{
  g_free (info->id);
  g_free (info->title);
  g_free (info->licence);
  g_free (info->origin);
  g_free (info);
}
