/* test-import-files.c: tables and IDX pairs, honest ones and broken ones, become data sets. */
#include "import-fixture.h"

#include "engine/collect/dataset.h"

#define SIDE 8

/* Appends a row: a picture whose pixels are @grey, with @label where the column @at is. */
static void
append_row (GString *text, const char *label, int at, int grey, char delimiter, const char *end)
{
  for (int i = 0; i < SIDE * SIDE + 1; i++) {
    if (i > 0)
      g_string_append_c (text, delimiter);
    if (i == at)
      g_string_append (text, label);
    else
      g_string_append_printf (text, "%d", grey);
  }
  g_string_append (text, end);
}

static void
append_header (GString *text, const char *label, int at, char delimiter, const char *end)
{
  for (int i = 0; i < SIDE * SIDE + 1; i++)
    g_string_append_printf (text, "%.*s%s", i > 0, &delimiter, i == at ? label : "pixel");
  g_string_append (text, end);
}

static gboolean
import_file (const Fixture *fixture, const NnImportOptions *chosen, NnImportReport *report,
             GError **error)
{
  NnImportOptions options = *chosen;
  g_autofree char *path = source_path (fixture, chosen->source);

  options.source = path;
  options.name = "new";
  return nn_import (&options, report, NULL, error);
}

static void
write_table (const Fixture *fixture, const GString *text)
{
  write_bytes (fixture, "table.csv", text->str, text->len);
}

static void
assert_fails (const Fixture *fixture, const NnImportOptions *options, const char *part_of_message)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) none = NULL;

  g_assert_false (import_file (fixture, options, &report, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part_of_message));
  none = nn_dataset_load ("new", NULL, NULL);
  g_assert_null (none);
}

/* ---- tables ---- */

static void
check_table (Fixture *fixture, int at, const char *first_class)
{
  g_autoptr (NnDataset) dataset = nn_dataset_load ("new", NULL, NULL);
  const NnExamples *parts[] = {&dataset->train, &dataset->test};

  g_assert_nonnull (dataset);
  g_assert_cmpint (dataset->width, ==, SIDE);
  g_assert_cmpint (dataset->n_classes, ==, 2);
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 0), ==, first_class);
  g_assert_cmpuint (dataset->train.count, ==, 16);
  g_assert_cmpuint (dataset->test.count, ==, 4);
  for (int part = 0; part < 2; part++)
    for (gsize i = 0; i < parts[part]->count; i++) {
      const guint8 *image = parts[part]->images + i * SIDE * SIDE;

      g_assert_cmpint (parts[part]->labels[i], ==, image[0] < 100 ? 1 : 0);
      for (int k = 1; k < SIDE * SIDE; k++)
        g_assert_cmpint (image[k], ==, image[0]);
    }
}

/* Every way of writing a table that programs have. */
static void
test_tables (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *start, *header, *end, *column;
    const char *high, *low; /* labels as written */
    const char *first_class;
    int at;
    char delimiter;
  } cases[] = {
      {"", "label", "\n", NULL, "9", "10", "9", 0, ','},
      {"\357\273\277", "Class", "\r\n", NULL, "\"a;\"\"b\"", "zwei ○", "a;\"b", 64, ';'},
      {"", NULL, "\r\n", NULL, "x", "y", "x", 0, '\t'},
      {"", "kind", "\n\n", "kind", "x", "y", "x", 7, ','},
      {"", NULL, "\n", "65", "x", "y", "x", 64, '|'},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const NnImportOptions options = {.source = "table.csv", .label_column = cases[i].column};
    g_autofree char *folder = g_build_filename (fixture->user, "new", NULL);
    g_autoptr (GString) text = g_string_new (cases[i].start);
    g_auto (NnImportReport) report = {0};
    g_autoptr (GError) error = NULL;

    if (cases[i].header != NULL)
      append_header (text, cases[i].header, cases[i].at, cases[i].delimiter, cases[i].end);
    for (int row = 0; row < 20; row++)
      append_row (text, row % 2 ? cases[i].high : cases[i].low, cases[i].at,
                  row % 2 ? 200 + row : row, cases[i].delimiter, cases[i].end);
    write_table (fixture, text);
    g_assert_true (import_file (fixture, &options, &report, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (report.n_refused, ==, 0);
    check_table (fixture, cases[i].at, cases[i].first_class);
    scratch_remove (folder);
  }
}

static void
test_bad_rows (Fixture *fixture, gconstpointer data)
{
  const NnImportOptions options = {.source = "table.csv"};
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (NnImportReport) report = {0};
  g_autoptr (GError) error = NULL;

  append_header (text, "label", 0, ',', "\n");
  append_row (text, "a", 0, 1, ',', "\n");
  append_row (text, "a", 0, 256, ',', "\n");    /* line 3 */
  append_row (text, "b", 0, -1, ',', "\n");     /* line 4 */
  append_row (text, "b", 0, 1, ',', ",1\n");    /* line 5 */
  append_row (text, "b", 0, 1, ',', ",\n");     /* line 6 */
  append_row (text, "", 0, 1, ',', "\n");       /* line 7 */
  append_row (text, "\"b", 0, 1, ',', "\n");    /* line 8 */
  append_row (text, "\xff", 0, 1, ',', "\n\n"); /* line 9 */
  append_row (text, "b,", 0, 1, ',', "\n");     /* line 11 */
  g_string_append (text, "b,,2\n");             /* line 12 */
  append_row (text, "b", 0, 1, ',', "\n");
  append_row (text, "b", 0, 2, ',', "\n");
  append_row (text, "a", 0, 2, ',', "");
  write_table (fixture, text);
  g_assert_true (import_file (fixture, &options, &report, &error));
  g_assert_no_error (error);
  assert_refused (&report, "table.csv:3", "column 2 is no grey level");
  assert_refused (&report, "table.csv:4", "column 2 is no grey level");
  assert_refused (&report, "table.csv:5", "66 fields, expected 65");
  assert_refused (&report, "table.csv:6", "66 fields, expected 65");
  assert_refused (&report, "table.csv:7", "label is missing");
  assert_refused (&report, "table.csv:8", "quote");
  assert_refused (&report, "table.csv:9", "UTF-8");
  assert_refused (&report, "table.csv:11", "66 fields");
  assert_refused (&report, "table.csv:12", "3 fields");
  g_assert_cmpuint (report.n_refused, ==, 9);
  g_assert_cmpuint (report.n_read, ==, 4);
}

static void
test_bad_tables (Fixture *fixture, gconstpointer data)
{
  const NnImportOptions table = {.source = "table.csv"};
  const NnImportOptions other = {.source = "table.csv", .label_column = "colour"};
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *long_line = g_strnfill (200000, '1');

  write_table (fixture, text);
  assert_fails (fixture, &table, "empty");
  write_bytes (fixture, "table.csv", "a,b,c\n1,2,3\n", 12);
  assert_fails (fixture, &table, "3 fields");
  write_bytes (fixture, "table.csv", "\"open\n", 6);
  assert_fails (fixture, &table, "0 fields");
  write_bytes (fixture, "table.csv", long_line, 200000);
  assert_fails (fixture, &table, "line 1: it is too long");
  append_header (text, "label", 0, ',', "\n");
  write_table (fixture, text);
  assert_fails (fixture, &table, "Samples of 0 classes");
  append_row (text, "a", 0, 1, ',', "\n");
  write_table (fixture, text);
  assert_fails (fixture, &other, "no column “colour”");
  g_string_append_c (text, '\0');
  write_table (fixture, text);
  assert_fails (fixture, &table, "line 3: there is a zero byte");
  write_bytes (fixture, "table.txt", "x", 1);
  assert_fails (fixture, &(NnImportOptions){.source = "table.txt"}, "neither a folder");
  assert_fails (fixture, &(NnImportOptions){.source = "nowhere.csv"}, "neither a folder");
}

/* Packed, and then cut off or changed anywhere: said, or read, but never a crash. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  guint8 packed[4096];
  gsize n_read, length;

  for (int row = 0; row < 10; row++)
    append_row (text, row % 2 ? "a" : "b", 0, row, ',', "\n");
  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), text->str, text->len, packed,
                                        sizeof packed, G_CONVERTER_INPUT_AT_END, &n_read, &length,
                                        NULL),
                   ==, G_CONVERTER_FINISHED);
  for (gsize i = 2; i <= length; i++) {
    const NnImportOptions options = {.source = "table.csv.gz"};
    g_autofree char *folder = g_build_filename (fixture->user, "new", NULL);
    g_auto (NnImportReport) cut_report = {0}, report = {0};

    write_bytes (fixture, "table.csv.gz", packed, i);
    g_assert_cmpint (import_file (fixture, &options, &cut_report, NULL), ==, i == length);
    scratch_remove (folder);
    packed[i - 1] ^= 0x10;
    write_bytes (fixture, "table.csv.gz", packed, length);
    import_file (fixture, &options, &report, NULL);
    packed[i - 1] ^= 0x10;
    scratch_remove (folder);
  }
}

/* ---- IDX ---- */

static void
write_pair (const Fixture *fixture, const char *images, const char *labels, int n_labels)
{
  const guint8 image_header[] = {0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 1};
  const guint8 label_header[] = {0, 0, 8, 1, 0, 0, 0, (guint8)n_labels};
  guint8 bytes[16 + 10];

  memcpy (bytes, image_header, sizeof image_header);
  for (int i = 0; i < 10; i++)
    bytes[16 + i] = (guint8)i;
  write_bytes (fixture, images, bytes, sizeof bytes);
  memcpy (bytes, label_header, sizeof label_header);
  for (int i = 0; i < n_labels; i++)
    bytes[8 + i] = (guint8)(i % 2 ? 7 : 3);
  write_bytes (fixture, labels, bytes, 8 + (gsize)n_labels);
}

static void
test_idx (Fixture *fixture, gconstpointer given)
{
  g_autofree char *labels = source_path (fixture, given ? "other" : "my-labels-idx1-ubyte");
  const NnImportOptions options = {.source = "my-images-idx3-ubyte",
                                   .labels = given ? labels : NULL};
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  write_pair (fixture, options.source, given ? "other" : "my-labels-idx1-ubyte", 10);
  g_assert_true (import_file (fixture, &options, &report, &error));
  g_assert_no_error (error);
  dataset = nn_dataset_load ("new", NULL, NULL);
  g_assert_nonnull (dataset);
  g_assert_cmpint (dataset->n_classes, ==, 2);
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 0), ==, "3");
  g_assert_cmpuint (dataset->train.count, ==, 8);
  for (gsize i = 0; i < dataset->train.count; i++)
    g_assert_cmpint (dataset->train.labels[i], ==, dataset->train.images[i] % 2);
}

static void
test_bad_idx (Fixture *fixture, gconstpointer data)
{
  const NnImportOptions images = {.source = "my-images-idx3-ubyte"};

  write_pair (fixture, "my-images-idx3-ubyte", "elsewhere", 10);
  assert_fails (fixture, &images, "must be given too");
  write_pair (fixture, "my-images-idx3-ubyte", "my-labels-idx1-ubyte", 9);
  assert_fails (fixture, &images, "10 pictures, but 9 labels");
  assert_fails (fixture, &(NnImportOptions){.source = "my-labels-idx1-ubyte"}, "must be given");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/import-files/tables", Fixture, NULL, set_up, test_tables, tear_down);
  g_test_add ("/import-files/bad-rows", Fixture, NULL, set_up, test_bad_rows, tear_down);
  g_test_add ("/import-files/bad-tables", Fixture, NULL, set_up, test_bad_tables, tear_down);
  g_test_add ("/import-files/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/import-files/idx", Fixture, NULL, set_up, test_idx, tear_down);
  g_test_add ("/import-files/idx-given", Fixture, "given", set_up, test_idx, tear_down);
  g_test_add ("/import-files/bad-idx", Fixture, NULL, set_up, test_bad_idx, tear_down);
  return g_test_run ();
}
