/* test-table.c: data sets whose samples are rows: read, encoded, trained on, asked. */
#include "import-fixture.h"

#include "engine/collect/dataset.h"
#include "engine/collect/new-set.h"
#include "engine/collect/search.h"
#include "engine/deploy/model.h"
#include "engine/evaluate/metrics.h"
#include "engine/train/training.h"

#include <math.h>

#define COLUMNS                                                                                    \
  "[{\"name\":\"x\",\"missing\":1},{\"name\":\"kind\",\"categories\":[\"a\",\"b\"]},"              \
  "{\"name\":\"colour\",\"missing\":1,\"categories\":[\"red\",\"blue\"]}]"
#define WIDTH 6 /* x, a, b, red, blue, colour missing */

static NnColumns *
parse_columns (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return nn_columns_parse (json_node_get_array (node), "columns", error);
}

/* Writes the set "new" of @n rows of three columns each for both parts; with @columns, or without
 * a description where it is NULL. */
static void
write_set (const float (*rows)[3], const guint8 *labels, gsize n, const char *columns)
{
  g_autoptr (NnNewSet) set = nn_new_set_begin ("new", NULL);
  g_autofree guint32 *order = g_new (guint32, n), *swapped = g_memdup2 (rows, n * 3 * 4);
  char *names[] = {(char *)"no", (char *)"yes", NULL};
  NnAbout about = {.class_names = names};

  for (gsize i = 0; i < n; i++)
    order[i] = (guint32)i;
  for (gsize i = 0; i < 3 * n; i++)
    swapped[i] = GUINT32_TO_BE (swapped[i]);
  for (int part = 0; part < 2; part++) {
    const NnRecords x = {
        .kind = NN_IDX_ROWS, .sizes = {n, 3}, .bytes = (const guint8 *)swapped, .order = order};
    const NnRecords y = {.kind = NN_IDX_LABELS, .sizes = {n}, .bytes = labels, .order = order};

    g_assert_true (nn_new_set_add (set, nn_dataset_table_files[2 * part], &x, NULL, NULL));
    g_assert_true (nn_new_set_add (set, nn_dataset_table_files[2 * part + 1], &y, NULL, NULL));
  }
  about.columns = columns != NULL ? parse_columns (columns, NULL) : NULL;
  if (columns != NULL)
    g_assert_true (nn_new_set_describe (set, &about, NULL));
  nn_columns_unref (about.columns);
  g_assert_true (nn_new_set_finish (set, NULL));
}

static const float some_rows[][3] = {{1, 0, 1}, {3, 1, NAN}, {NAN, 0, 0}, {5, 1, 1}};
static const guint8 some_labels[] = {0, 1, 0, 1};

static NnPrepareSpec
make_spec (NnColumns *columns)
{
  NnPrepareSpec spec = nn_prepare_spec_default ();

  spec.columns = columns;
  spec.standardise = TRUE;
  return spec;
}

/* ---- reading and encoding ---- */

static void
test_encoding (Fixture *fixture, gconstpointer data)
{
  static const real expected[4][WIDTH] = {{-1.22474487f, 1, 0, 0, 1, 0},
                                          {0, 0, 1, 0, 0, 1},
                                          {0, 1, 0, 1, 0, 0},
                                          {1.22474487f, 0, 1, 0, 1, 0}};
  const guint32 indices[] = {0, 1, 2, 3};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (NnSamples) samples = NULL;
  real x[4][WIDTH];
  guint8 labels[4];
  NnPrepareSpec spec;

  write_set (some_rows, some_labels, 4, COLUMNS);
  dataset = nn_dataset_load ("new", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (nn_dataset_is_table (dataset));
  g_assert_cmpint (nn_columns_width (dataset->columns), ==, WIDTH);
  g_assert_cmpint (dataset->n_classes, ==, 2);
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 1), ==, "yes");
  spec = make_spec (dataset->columns);
  samples = nn_samples_new (dataset, &spec, NN_PART_TRAIN, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_shape_size (&samples->shape), ==, WIDTH);
  nn_samples_gather (samples, indices, 4, TRUE, 1, 0, x[0], labels);
  g_assert_cmpmem (labels, 4, some_labels, 4);
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < WIDTH; k++)
      g_assert_cmpfloat_with_epsilon (x[i][k], expected[i][k], 1e-6);
}

/* What validates or tests must not have been looked at. */
static void
test_measured_on_training_part (Fixture *fixture, gconstpointer data)
{
  g_autofree float (*rows)[3] = g_malloc0 (100 * sizeof *rows);
  g_autofree guint8 *labels = g_malloc0 (100);
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (NnSamples) train = NULL;
  NnPrepareSpec spec;
  double sum = 0;

  for (int i = 0; i < 100; i++) {
    rows[i][0] = (float)(i * i);
    labels[i] = i % 2;
  }
  write_set ((const float (*)[3])rows, labels, 100, COLUMNS);
  dataset = nn_dataset_load ("new", NULL, NULL);
  spec = make_spec (dataset->columns);
  spec.validation_fraction = 0.3;
  train = nn_samples_new (dataset, &spec, NN_PART_TRAIN, 1, NULL);
  g_assert_cmpuint (train->count, ==, 70);
  for (gsize i = 0; i < train->count; i++)
    sum += rows[train->source[i]][0];
  for (int part = NN_PART_TRAIN; part <= NN_PART_TEST; part++) {
    g_autoptr (NnSamples) samples = nn_samples_new (dataset, &spec, part, 1, NULL);

    g_assert_cmpfloat_with_epsilon (samples->spec.fit->numbers[0], sum / 70, 1e-9);
  }
}

static void
test_constant_column (void)
{
  g_autoptr (NnColumns) columns = parse_columns ("[{\"name\":\"x\"},{\"name\":\"y\"}]", NULL);
  const float row[] = {0.1f, NAN};
  const float *const rows[] = {row, row, row};
  double numbers[4];
  real x[2];

  nn_columns_measure (columns, rows, 3, numbers);
  nn_columns_encode (columns, numbers, TRUE, (const float[]){1.1f, 7}, x);
  g_assert_cmpfloat_with_epsilon (x[0], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (x[1], 7, 1e-6);
  nn_columns_encode (columns, numbers, FALSE, (const float[]){NAN, NAN}, x);
  g_assert_cmpfloat_with_epsilon (x[0], 0.1f, 1e-6);
  g_assert_cmpfloat_with_epsilon (x[1], 0, 1e-6);
}

static void
assert_set_refused (const float (*rows)[3], const char *columns, const char *part_of_message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) none = NULL;
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  g_autofree char *folder = g_build_filename (search_path[0], "new", NULL);

  write_set (rows, some_labels, 4, columns);
  none = nn_dataset_load ("new", NULL, &error);
  g_assert_null (none);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part_of_message));
  scratch_remove (folder);
}

static void
test_hostile_sets (Fixture *fixture, gconstpointer data)
{
  static const struct {
    float row[3];
    const char *message;
  } rows[] = {{{INFINITY, 0, 0}, "“x” is not a finite number"},
              {{0, 2, 0}, "“kind” is 2"},
              {{0, -1, 0}, "“kind” is -1"},
              {{0, 0.5f, 0}, "“kind” is 0.5"},
              {{0, 0, 1e30f}, "numbered 0 to 1"}};
  g_autofree char *long_name = g_strnfill (200, 'x');
  g_autofree char *long_columns = g_strdup_printf ("[{\"name\":\"%s\"}]", long_name);
  static const char *const bad_columns[] = {
      "[]",
      "[3]",
      "[{}]",
      "[{\"name\":\"x\",\"categories\":[]}]",
      "[{\"name\":\"x\",\"categories\":[1]}]",
      "[{\"name\":\"x\",\"categories\":[\"a\"],\"mean\":1}]",
      "[{\"name\":\"x\\n\"}]",
      "[{\"name\":\"x\",\"missing\":-1}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    float bad[4][3];

    memcpy (bad, some_rows, sizeof bad);
    memcpy (bad[2], rows[i].row, sizeof bad[2]);
    assert_set_refused ((const float (*)[3])bad, COLUMNS, rows[i].message);
  }
  assert_set_refused (some_rows, NULL, "dataset.json");
  assert_set_refused (some_rows, "[{\"name\":\"x\"}]", "has 3 columns");
  for (guint i = 0; i < G_N_ELEMENTS (bad_columns); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse_columns (bad_columns[i], &error));
    g_assert_nonnull (error);
    g_assert_true (g_str_has_prefix (error->message, "columns"));
  }
  g_assert_null (parse_columns (long_columns, NULL));
}

/* ---- recipes and networks ---- */

#define RECIPE                                                                                     \
  "{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"new\",\"prepare\":{"                    \
  "\"columns\":" COLUMNS                                                                           \
  "},\"layers\":[{\"type\":\"dense\",\"units\":1},{\"type\":\"activation\","                       \
  "\"function\":\"sigmoid\"}],\"train\":{\"loss\":\"binary-cross-entropy\",\"batch_size\":1,"      \
  "\"epochs\":60,\"optimizer\":{\"type\":\"sgd\",\"learning_rate\":0.1}}}"

static void
test_recipe (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_experiment_parse (RECIPE, -1, &error);
  g_autoptr (NnExperiment) again = NULL, copy = NULL, picture = NULL;
  g_autofree char *text = NULL;
  NnShape input;

  g_assert_no_error (error);
  input = nn_prepare_spec_input (&experiment->prepare);
  g_assert_cmpint (input.n_dims, ==, 1);
  g_assert_cmpint (input.dims[0], ==, WIDTH);
  text = nn_experiment_to_json (experiment);
  again = nn_experiment_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (nn_experiment_equal (experiment, again));
  copy = nn_experiment_copy (experiment);
  g_assert_true (nn_experiment_same_network (experiment, copy));
  picture = nn_experiment_copy (experiment);
  nn_prepare_spec_release (&picture->prepare);
  g_assert_false (nn_experiment_same_network (experiment, picture));
  g_assert_false (nn_experiment_fit_classes (experiment, 2)); /* one unit is enough */
  g_assert_true (nn_experiment_fit_classes (experiment, 3));
}

/* Rows of a class each, told apart by x and by kind; some values are missing. */
static NnDataset *
make_dataset (gsize n)
{
  g_autofree float (*rows)[3] = g_malloc0 (n * sizeof *rows);
  g_autofree guint8 *labels = g_malloc0 (n);
  NnRng rng = nn_rng (1, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++) {
    double x = nn_rng_normal (&rng);
    int kind = (int)nn_rng_below (&rng, 2);

    labels[i] = x + kind > 0.5;
    rows[i][0] = i % 50 == 0 ? NAN : (float)(1e6 + 1000 * x);
    rows[i][1] = (float)kind;
    rows[i][2] = i % 30 == 0 ? NAN : (float)nn_rng_below (&rng, 2);
  }
  write_set ((const float (*)[3])rows, labels, n, COLUMNS);
  return nn_dataset_load ("new", NULL, NULL);
}

static NnTraining *
train (const NnExperiment *experiment, NnDataset *dataset, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnSamples) samples =
      nn_samples_new (dataset, &experiment->prepare, NN_PART_TRAIN, 1, &error);
  g_autoptr (NnSamples) test =
      nn_samples_new (dataset, &experiment->prepare, NN_PART_TEST, 1, &error);
  NnTraining *training = nn_training_new (experiment, samples, test, n_threads, &error);
  NnStepResult step;
  NnEpochResult epoch;

  g_assert_no_error (error);
  while (!nn_training_finished (training)) {
    nn_training_step (training, &step, &error);
    g_assert_no_error (error);
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
  }
  g_assert_cmpfloat (epoch.validation_accuracy, >, 0.95);
  return training;
}

/* The articles' logistic regression: one sigmoid unit, sample by sample; saved and asked again. */
static void
test_logistic_regression (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_experiment_parse (RECIPE, -1, NULL);
  g_autoptr (NnDataset) dataset = make_dataset (300);
  g_autoptr (NnTraining) training = train (experiment, dataset, 1);
  g_autoptr (NnTraining) other = train (experiment, dataset, 3);
  const NnNetwork *network = nn_training_network (training);
  g_autofree char *path = g_build_filename (fixture->root, "model.safetensors", NULL);
  g_autoptr (NnModel) model = NULL;
  g_autoptr (NnEvaluation) scores = NULL;
  g_autoptr (NnSamples) test = NULL;
  gsize bytes = network->parameters.reserved * sizeof (real), n_right = 0;

  g_assert_cmpmem (network->parameters.data, bytes, nn_training_network (other)->parameters.data,
                   bytes);
  nn_model_save (network, nn_training_experiment (training), path, &error);
  g_assert_no_error (error);
  model = nn_model_open (path, 16, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (model->n_classes, ==, 2);
  for (gsize i = 0; i < dataset->test.count; i++) {
    real p[2];
    int class_ = nn_model_predict_row (model, dataset->test.rows + 3 * i, p);

    g_assert_cmpfloat_with_epsilon (p[0] + p[1], 1, 1e-6);
    g_assert_cmpint (class_, ==, p[1] > p[0]);
    n_right += class_ == dataset->test.labels[i];
  }
  test = nn_samples_new (dataset, &model->experiment->prepare, NN_PART_TEST, 1, &error);
  scores = nn_evaluate (model->network, NN_LOSS_BINARY_CROSS_ENTROPY, test, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scores->confusion[0] + scores->confusion[3], ==, n_right);
}

/* A recipe for the one kind does not take the other. */
static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NnDataset) table = make_dataset (20);
  g_autoptr (NnDataset) pictures = nn_dataset_load (NN_DATASET_DIGITS, NULL, NULL);
  g_autoptr (NnColumns) others = parse_columns ("[{\"name\":\"x\"}]", NULL);
  NnPrepareSpec of_pictures = nn_prepare_spec_default (), of_table = make_spec (table->columns);
  NnPrepareSpec of_others = make_spec (others);
  const struct {
    NnDataset *dataset;
    const NnPrepareSpec *spec;
    const char *message;
  } cases[] = {{table, &of_pictures, "is a table"},
               {pictures, &of_table, "has pictures"},
               {table, &of_others, "other columns"}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (nn_samples_new (cases[i].dataset, cases[i].spec, NN_PART_TRAIN, 1, &error));
    g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
    g_assert_nonnull (strstr (error->message, cases[i].message));
  }
  of_pictures = nn_prepare_spec_default ();
  nn_prepare_spec_follow (&of_pictures, table);
  g_assert_true (of_pictures.columns == table->columns);
  g_assert_true (of_pictures.standardise);
  nn_prepare_spec_follow (&of_pictures, pictures);
  g_assert_null (of_pictures.columns);
  g_assert_false (of_pictures.standardise);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/table/encoding", Fixture, NULL, set_up, test_encoding, tear_down);
  g_test_add ("/table/measured-on-training-part", Fixture, NULL, set_up,
              test_measured_on_training_part, tear_down);
  g_test_add_func ("/table/constant-column", test_constant_column);
  g_test_add ("/table/hostile-sets", Fixture, NULL, set_up, test_hostile_sets, tear_down);
  g_test_add_func ("/table/recipe", test_recipe);
  g_test_add ("/table/logistic-regression", Fixture, NULL, set_up, test_logistic_regression,
              tear_down);
  g_test_add ("/table/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  return g_test_run ();
}
