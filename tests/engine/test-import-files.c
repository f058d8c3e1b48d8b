/* test-import-files.c: tables and IDX pairs, honest ones and broken ones, become data sets. */
#include "import-fixture.h"

#include "engine/collect/dataset.h"

#include <math.h>

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
    const NnCsvChoice choice = {.header = -1, .label = -1, .column = cases[i].column};
    const NnImportOptions options = {.source = "table.csv", .csv = &choice};
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
  const NnCsvChoice choice = {.header = -1, .label = -1, .column = "colour"};
  const NnImportOptions other = {.source = "table.csv", .csv = &choice};
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *long_line = g_strnfill (200000, '1');

  write_table (fixture, text);
  assert_fails (fixture, &table, "empty");
  write_bytes (fixture, "table.csv", "a,b,c\n1,2,3\n", 12);
  assert_fails (fixture, &table, "Samples of 1 classes");
  write_bytes (fixture, "table.csv", "\"open\n", 6);
  assert_fails (fixture, &table, "line 1: a quote");
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

/* ---- tables of numbers and categories ---- */

#define TABLE                                                                                      \
  "\357\273\277name;age;sex;cabin;fare;survived\r\n"                                               \
  "\"A; \"\"B\"\"\";22;m;;7,25;no\r\n"                                                             \
  "C;;f;C2; 1e2 ;yes\r\n"                                                                          \
  "D;NA;f;C10;-3;yes\r\n"                                                                          \
  "E;35;m;C2;.5;no\r\n"                                                                            \
  "F;1;m;?;4;no\r\n"                                                                               \
  "G;2;f;;5;yes\r\n"

static void
set_text (const Fixture *fixture, const char *text)
{
  write_bytes (fixture, "table.csv", text, strlen (text));
}

static void
test_mixed_table (Fixture *fixture, gconstpointer data)
{
  const guint8 kinds[] = {NN_CSV_LEFT_OUT,   NN_CSV_NUMBERS, NN_CSV_CATEGORIES,
                          NN_CSV_CATEGORIES, NN_CSV_NUMBERS, NN_CSV_NUMBERS};
  const NnCsvChoice choice = {.header = -1, .label = -1, .kinds = kinds};
  const NnImportOptions options = {.source = "table.csv", .csv = &choice};
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  const NnColumn *columns;

  set_text (fixture, TABLE);
  g_assert_true (import_file (fixture, &options, &report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_read, ==, 6);
  dataset = nn_dataset_load ("new", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (dataset->columns->count, ==, 4);
  g_assert_cmpstr (dataset->label, ==, "survived");
  g_assert_cmpint (dataset->n_classes, ==, 2);
  columns = dataset->columns->columns;
  g_assert_cmpstr (columns[0].name, ==, "age");
  g_assert_cmpuint (columns[0].n_missing, ==, 2);
  g_assert_cmpint (columns[1].n_categories, ==, 2);
  g_assert_cmpstr (columns[2].categories[0], ==, "C2");
  g_assert_cmpstr (columns[2].categories[1], ==, "C10");
  g_assert_cmpuint (columns[2].n_missing, ==, 3);
  /* The first row of its class goes to the part to train with. */
  g_assert_cmpfloat (dataset->train.rows[0], ==, 22);
  g_assert_cmpfloat (dataset->train.rows[1], ==, 1);
  g_assert_true (isnan (dataset->train.rows[2]));
  g_assert_cmpfloat (dataset->train.rows[3], ==, 7.25f);
  g_assert_nonnull (strstr (report.notes[2], "age"));
  g_assert_nonnull (strstr (report.notes[3], "cabin"));
}

/* What the first rows tell. */
static void
test_look (Fixture *fixture, gconstpointer data)
{
  const NnCsvChoice none = NN_CSV_NO_CHOICE;
  g_autofree char *path = source_path (fixture, "table.csv");
  g_auto (NnCsvLook) look = {0}, plain = {0};
  g_autoptr (GError) error = NULL;

  set_text (fixture, TABLE);
  g_assert_true (nn_csv_look (&look, path, &none, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (look.delimiter, ==, ';');
  g_assert_true (look.has_header);
  g_assert_cmpint (look.rows, ==, NN_CSV_TABLE);
  g_assert_cmpint (look.label, ==, 5);
  g_assert_cmpint (look.columns[1].kind, ==, NN_CSV_NUMBERS);
  g_assert_cmpuint (look.columns[1].n_missing, ==, 2);
  g_assert_cmpint (look.columns[2].kind, ==, NN_CSV_CATEGORIES);
  g_assert_cmpint (look.columns[4].kind, ==, NN_CSV_NUMBERS);
  g_assert_cmpuint (look.preview->len, ==, 6);
  g_assert_cmpstr (((char **)look.preview->pdata[0])[0], ==, "A; \"B\"");

  set_text (fixture, "1,2.5,x\n3,4,y\n5,6,x\n");
  g_assert_true (nn_csv_look (&plain, path, &none, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (plain.has_header);
  g_assert_cmpint (plain.label, ==, 2);
  g_assert_cmpuint (plain.n_rows, ==, 3);
  g_assert_cmpstr (plain.columns[0].name, ==, "column 1");
}

static void
test_bad_table_rows (Fixture *fixture, gconstpointer data)
{
  const guint8 kinds[] = {NN_CSV_NUMBERS, NN_CSV_CATEGORIES, NN_CSV_CATEGORIES};
  const NnCsvChoice choice = {.header = 1, .label = 2, .kinds = kinds};
  const NnImportOptions options = {.source = "table.csv", .csv = &choice};
  g_autofree char *long_text = g_strnfill (101, 'z');
  g_autofree char *text = g_strdup_printf ("x,kind,y\n1,a,p\n2,b,q\n" /* lines 1 to 3 */
                                           "abc,a,p\n0x10,a,p\ninf,a,p\n1e39,a,p\n" /* 4 to 7 */
                                           "1,a\n1,a,p,q\n\"1,a,p\n1,\xff,p\n"      /* 8 to 11 */
                                           "1,%s,p\n1,a,\n1 2,a,p\n"                /* 12 to 14 */
                                           "1,2,p\n\"3\",a,q\n4,a,q\n",
                                           long_text);
  g_auto (NnImportReport) report = {0};
  g_autoptr (GError) error = NULL;

  set_text (fixture, text);
  g_assert_true (import_file (fixture, &options, &report, &error));
  g_assert_no_error (error);
  for (int line = 4; line <= 7; line++) {
    g_autofree char *place = g_strdup_printf ("table.csv:%d", line);

    assert_refused (&report, place, "column 1 (“x”) is no number");
  }
  assert_refused (&report, "table.csv:8", "2 fields, expected 3");
  assert_refused (&report, "table.csv:9", "4 fields, expected 3");
  assert_refused (&report, "table.csv:10", "quote");
  assert_refused (&report, "table.csv:11", "column 2 (“kind”) is no UTF-8");
  assert_refused (&report, "table.csv:12", "longer than the 100 bytes");
  assert_refused (&report, "table.csv:13", "label is missing");
  assert_refused (&report, "table.csv:14", "column 1 (“x”) is no number");
  g_assert_cmpuint (report.n_refused, ==, 11);
  g_assert_cmpuint (report.n_read, ==, 5);
}

/* Columns of too many categories are left out; without any other there is nothing to learn from. */
static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  const guint8 kinds[] = {NN_CSV_CATEGORIES, NN_CSV_NUMBERS, NN_CSV_CATEGORIES};
  const NnCsvChoice choice = {.header = 0, .label = 2, .kinds = kinds};
  const NnCsvChoice labels = {.header = 0, .label = 0, .kinds = kinds};
  const NnImportOptions options = {.source = "table.csv", .csv = &choice};
  const NnImportOptions by_labels = {.source = "table.csv", .csv = &labels};
  g_autoptr (GString) text = g_string_new (NULL), narrow = g_string_new (NULL);
  g_auto (NnImportReport) report = {0}, labels_report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autofree char *folder = g_build_filename (fixture->user, "new", NULL);

  for (int i = 0; i < 300; i++) {
    g_string_append_printf (text, "name %d,%d,%d\n", i, i, i % 2);
    g_string_append_printf (narrow, "name %d,%d\n", i, i % 2);
  }
  set_text (fixture, text->str);
  g_assert_true (import_file (fixture, &options, &report, NULL));
  g_assert_nonnull (strstr (report.notes[1], "column 1"));
  dataset = nn_dataset_load ("new", NULL, NULL);
  g_assert_cmpint (dataset->columns->count, ==, 1);
  for (gsize i = 0; i < dataset->train.count; i++)
    g_assert_cmpint ((int)dataset->train.rows[i] % 2, ==, dataset->train.labels[i]);
  scratch_remove (folder);
  g_assert_false (import_file (fixture, &by_labels, &labels_report, NULL));
  assert_refused (&labels_report, "table.csv:257", "one more than the 256 classes");
  set_text (fixture, narrow->str);
  assert_fails (fixture, &(NnImportOptions){.source = "table.csv"}, "no column of numbers");
}

static void
test_numbers (void)
{
  static const char *const numbers[] = {"0",
                                        "-0",
                                        "1",
                                        "+1.5",
                                        ".5",
                                        "5.",
                                        "1e3",
                                        "1E-3",
                                        " 12\t",
                                        "9007199254740993",
                                        "0.1",
                                        "123456789012345678901234567890",
                                        "1e-320",
                                        "2.2250738585072011e-308",
                                        "179769313486231570e291",
                                        "0.000000000000000000000000000001",
                                        "3.14159265358979"};
  static const char *const bad[] = {"",    " ",   "-",     ".",   "e5",  "1e",    "1e+", "0x1p3",
                                    "inf", "nan", "1e999", "1,5", "1 2", "1.2.3", "--1", "１"};
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_assert_true (nn_csv_number (numbers[i], FALSE, &value));
    if (value != g_ascii_strtod (numbers[i], NULL))
      g_error ("%s was read as %.17g", numbers[i], value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (nn_csv_number (bad[i], FALSE, &value))
      g_error ("“%s” was taken for a number", bad[i]);
  g_assert_true (nn_csv_number ("-1,25", TRUE, &value));
  g_assert_cmpfloat (value, ==, -1.25);
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
  g_test_add ("/import-files/mixed-table", Fixture, NULL, set_up, test_mixed_table, tear_down);
  g_test_add ("/import-files/look", Fixture, NULL, set_up, test_look, tear_down);
  g_test_add ("/import-files/bad-table-rows", Fixture, NULL, set_up, test_bad_table_rows,
              tear_down);
  g_test_add ("/import-files/too-many", Fixture, NULL, set_up, test_too_many, tear_down);
  g_test_add_func ("/import-files/numbers", test_numbers);
  g_test_add ("/import-files/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/import-files/idx", Fixture, NULL, set_up, test_idx, tear_down);
  g_test_add ("/import-files/idx-given", Fixture, "given", set_up, test_idx, tear_down);
  g_test_add ("/import-files/bad-idx", Fixture, NULL, set_up, test_bad_idx, tear_down);
  return g_test_run ();
}
