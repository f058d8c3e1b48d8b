/* test-cli-predict.c: pictures read from the command line are read as the canvas reads them. */
#include "program.h"

#include "engine/deploy/model.h"
#include "engine/ink/drawing.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>

#include <string.h>

#define SIDE 200
#define TRAIN "train keras-784-64-10 --data digits --epochs 12 --save m"

typedef enum { DARK_ON_LIGHT, LIGHT_ON_DARK, ON_TRANSPARENT } Paper;

/* A seven in a corner, drawn as on the canvas. */
static void
draw_seven (guint8 *ink)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  nn_drawing_begin_stroke (drawing, 0.5f, 0.15f);
  nn_drawing_add_point (drawing, 0.85f, 0.15f);
  nn_drawing_add_point (drawing, 0.65f, 0.6f);
  nn_drawing_rasterise (drawing, 0.05f, SIDE, ink);
}

static void
write_picture (const Place *place, const char *name, const guint8 *ink, Paper paper)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = place_path (place, name);
  g_autoptr (GdkPixbuf) picture =
      gdk_pixbuf_new (GDK_COLORSPACE_RGB, paper == ON_TRANSPARENT, 8, SIDE, SIDE);
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  int stride = gdk_pixbuf_get_rowstride (picture), n = gdk_pixbuf_get_n_channels (picture);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      guint8 *pixel = pixels + y * stride + x * n, value = ink[y * SIDE + x];
      memset (pixel, paper == LIGHT_ON_DARK ? value : 255 - value, 3);
      if (paper == ON_TRANSPARENT) {
        memset (pixel, 0, 3); /* black ink: where there is none, black that one looks through */
        pixel[3] = value;
      }
    }
  gdk_pixbuf_save (picture, path, "png", &error, NULL);
  g_assert_no_error (error);
}

static void
write_bytes (const Place *place, const char *name, const void *data, gsize length)
{
  g_autofree char *path = place_path (place, name);
  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
}

/* What the engine makes of the same ink, without a picture file between. */
static int
expect (const Place *place, const guint8 *ink, real *probabilities)
{
  GError *error = NULL;
  NnNormalised normalised;
  g_autofree char *path = place_path (place, "m");
  g_autoptr (NnModel) model = nn_model_open (path, 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, &normalised));
  return nn_model_predict (model, normalised.pixels, probabilities);
}

static void
test_every_paper (Place *place, gconstpointer data)
{
  static const char *const files[] = {"dark.png", "light.png", "transparent.png"};
  guint8 ink[SIDE * SIDE];
  real expected[10];
  draw_seven (ink);
  for (guint i = 0; i < 3; i++)
    write_picture (place, files[i], ink, (Paper)i);
  assert_run (place, TRAIN, 0, NULL);
  int class_ = expect (place, ink, expected);
  g_auto (Result) result = place_run (place, "predict m dark.png light.png transparent.png --json");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.errors, ==, "");
  g_autoptr (JsonNode) root = result_json (&result);
  JsonArray *answers = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (answers), ==, 3);
  for (guint i = 0; i < 3; i++) {
    JsonObject *answer = json_array_get_object_element (answers, i);
    assert_members (answer, "file class probability probabilities");
    g_assert_cmpstr (json_object_get_string_member (answer, "file"), ==, files[i]);
    g_assert_cmpint (json_object_get_int_member (answer, "class"), ==, class_);
    JsonArray *probabilities = json_object_get_array_member (answer, "probabilities");
    g_assert_cmpuint (json_array_get_length (probabilities), ==, 10);
    g_assert_true (json_object_get_double_member (answer, "probability") ==
                   json_array_get_double_element (probabilities, (guint)class_));
    double sum = 0;
    for (guint c = 0; c < 10; c++) {
      double p = json_array_get_double_element (probabilities, c);
      g_assert_cmpfloat_with_epsilon (p, (double)expected[c], 0.02);
      sum += p;
    }
    g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  }
}

/* What cannot be read is said; what can be read is read all the same. */
static void
test_bad_pictures (Place *place, gconstpointer data)
{
  /* A header that promises 65 535 × 65 535 pixels, and nothing behind it. */
  static const guint8 huge[] = {0x89, 'P',  'N', 'G', '\r', '\n', 0x1a, '\n', 0,    0,    0,
                                13,   'I',  'H', 'D', 'R',  0,    0,    0xff, 0xff, 0,    0,
                                0xff, 0xff, 8,   6,   0,    0,    0,    0x89, 0x6b, 0x71, 0x8b};
  guint8 ink[SIDE * SIDE] = {0};
  write_picture (place, "blank.png", ink, DARK_ON_LIGHT);
  draw_seven (ink);
  write_picture (place, "seven.png", ink, DARK_ON_LIGHT);
  write_bytes (place, "huge.png", huge, sizeof huge);
  write_bytes (place, "text.png", "no picture", 10);
  g_autofree char *path = place_path (place, "seven.png"), *content = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  write_bytes (place, "cut.png", content, length / 2);
  content[length / 2] ^= 1; /* a checksum no longer fits */
  write_bytes (place, "spoilt.png", content, length);
  assert_run (place, TRAIN, 0, NULL);
  g_auto (Result) result = place_run (
      place,
      "predict m none.png text.png huge.png cut.png spoilt.png blank.png . seven.png --json");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.errors, "“none.png”: No such file"));
  g_assert_nonnull (strstr (result.errors, "“text.png”: this is no picture in PNG"));
  g_assert_nonnull (strstr (result.errors, "“huge.png”: the picture is 65535×65535"));
  g_assert_nonnull (strstr (result.errors, "“cut.png”: the picture is cut short"));
  g_assert_nonnull (strstr (result.errors, "“spoilt.png”: "));
  g_assert_nonnull (strstr (result.errors, "“.”: this is not a file"));
  g_assert_nonnull (strstr (result.errors, "“blank.png” shows nothing but paper"));
  g_autoptr (JsonNode) root = result_json (&result);
  JsonArray *answers = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (answers), ==, 1);
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (answers, 0), "file"), ==,
      "seven.png");
}

static void
test_text (Place *place, gconstpointer data)
{
  guint8 ink[SIDE * SIDE];
  real expected[10];
  draw_seven (ink);
  write_picture (place, "--odd name.png", ink, DARK_ON_LIGHT);
  assert_run (place, TRAIN, 0, NULL);
  int class_ = expect (place, ink, expected);
  g_auto (Result) result = place_run (place, "predict -- m '--odd name.png'");
  g_autofree char *answer = g_strdup_printf ("--odd name.png: %d (", class_);
  g_assert_cmpint (result.status, ==, 0);
  g_assert_true (g_str_has_prefix (result.output, answer));
}

#ifdef __linux__ /* elsewhere a file system may take no such name */
/* A name of bytes that are no text does not spoil the JSON. */
static void
test_unreadable_name (Place *place, gconstpointer data)
{
  guint8 ink[SIDE * SIDE];
  draw_seven (ink);
  write_picture (place, "seven.png", ink, DARK_ON_LIGHT);
  g_autofree char *from = place_path (place, "seven.png"), *to = place_path (place, "\xff.png");
  g_assert_cmpint (g_rename (from, to), ==, 0);
  g_auto (Result) result = place_run (place, "predict pretrained \xff.png --json");
  g_assert_cmpint (result.status, ==, 0);
  g_autoptr (JsonNode) root = result_json (&result);
  JsonObject *answer = json_array_get_object_element (json_node_get_array (root), 0);
  g_assert_cmpstr (json_object_get_string_member (answer, "file"), ==, "\357\277\275.png");
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/predict/every-paper", test_every_paper);
  ADD ("/cli/predict/bad-pictures", test_bad_pictures);
  ADD ("/cli/predict/text", test_text);
#ifdef __linux__
  ADD ("/cli/predict/unreadable-name", test_unreadable_name);
#endif
  return g_test_run ();
}
