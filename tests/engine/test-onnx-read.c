/* test-onnx-read.c: networks that others exported open as ours and answer the same; what is none is
 * refused by a sentence that names the node. */
#include "engine/deploy/onnx.h"

#include "onnx.pb-c.h"

#include <math.h>
#include <string.h>

#define PICTURES 2

static GBytes *
read_file (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "engine", "foreign", file, NULL);
  g_autoptr (GError) error = NULL;
  char *content;
  gsize length;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}

static void
test_foreign (gconstpointer name)
{
  g_autoptr (GBytes) bytes = read_file (name, ".onnx"), expected = read_file (name, ".answers");
  const float *answers = g_bytes_get_data (expected, NULL);
  gboolean is_logarithm = g_str_equal (name, "torch-dense");
  g_autoptr (GError) error = NULL;
  g_autoptr (NnModel) model = nn_model_open_bytes (bytes, name, 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (expected), ==,
                    PICTURES * (gsize)model->n_classes * sizeof (float));
  for (int k = 0; k < PICTURES; k++) {
    const NnRun run = {.batch = 1};
    guint8 pixels[784];
    real x[784];

    for (int i = 0; i < 784; i++)
      pixels[i] = (guint8)(37 * i + 101 * k);
    nn_prepare_pixels (&model->experiment->prepare, pixels, x);
    const real *y = nn_network_forward (model->network, &run, x);
    for (int i = 0; i < model->n_classes; i++) {
      double theirs = answers[k * model->n_classes + i];

      g_assert_cmpfloat_with_epsilon (y[i], is_logarithm ? exp (theirs) : theirs, 1e-5);
    }
  }
}

/* ---- files that lie ---- */

typedef struct {
  const char *what;
  void (*spoil) (Onnx__ModelProto *model);
  const char *says; /* a part of the sentence */
} Lie;

static Onnx__NodeProto *
node_of (Onnx__ModelProto *model, const char *type)
{
  for (gsize i = 0; i < model->graph->n_node; i++)
    if (g_str_equal (model->graph->node[i]->op_type, type))
      return model->graph->node[i];
  g_assert_not_reached ();
}

static Onnx__AttributeProto *
attribute_of (Onnx__NodeProto *node, const char *name)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    if (g_str_equal (node->attribute[i]->name, name))
      return node->attribute[i];
  g_assert_not_reached ();
}

static void
rename_to (char **name, const char *other)
{
  free (*name);
  *name = strdup (other);
}

static void
spoil_type (Onnx__ModelProto *model)
{
  rename_to (&node_of (model, "Relu")->op_type, "Elu");
}

static void
spoil_domain (Onnx__ModelProto *model)
{
  node_of (model, "Relu")->domain = strdup ("com.example");
}

static void
spoil_circle (Onnx__ModelProto *model)
{
  rename_to (&node_of (model, "Conv")->input[0], "f");
}

static void
spoil_branch (Onnx__ModelProto *model)
{
  rename_to (&node_of (model, "MaxPool")->input[0], "b");
}

static void
spoil_twice (Onnx__ModelProto *model)
{
  rename_to (&node_of (model, "Relu")->output[0], "c");
}

static void
spoil_tensors (Onnx__ModelProto *model)
{
  rename_to (&model->graph->initializer[0]->name, model->graph->initializer[1]->name);
}

static void
spoil_stride (Onnx__ModelProto *model)
{
  attribute_of (node_of (model, "Conv"), "strides")->ints[1] = 0;
}

static void
spoil_window (Onnx__ModelProto *model)
{
  attribute_of (node_of (model, "MaxPool"), "kernel_shape")->ints[0] = G_MAXINT64;
}

static void
spoil_dims (Onnx__ModelProto *model)
{
  model->graph->initializer[0]->dims[0] = G_MAXINT64;
}

static void
spoil_negative (Onnx__ModelProto *model)
{
  model->graph->initializer[0]->dims[0] = -4;
}

static void
spoil_length (Onnx__ModelProto *model)
{
  model->graph->initializer[0]->raw_data.len -= 4;
}

static void
spoil_external (Onnx__ModelProto *model)
{
  model->graph->initializer[0]->has_data_location = 1;
  model->graph->initializer[0]->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
}

static void
spoil_graph (Onnx__ModelProto *model)
{
  attribute_of (node_of (model, "Conv"), "strides")->type =
      ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH;
}

static void
spoil_attribute (Onnx__ModelProto *model)
{
  rename_to (&attribute_of (node_of (model, "Conv"), "strides")->name, "auto_pad");
}

static void
spoil_order (Onnx__ModelProto *model)
{
  attribute_of (node_of (model, "Transpose"), "perm")->ints[0] = 1;
}

static void
spoil_axes (Onnx__ModelProto *model)
{
  attribute_of (node_of (model, "Transpose"), "perm")->ints[1] = 1;
}

static void
spoil_input (Onnx__ModelProto *model)
{
  model->graph->input[0]->type->tensor_type->shape->dim[1]->dim_value = 224;
}

static void
spoil_output (Onnx__ModelProto *model)
{
  rename_to (&model->graph->output[0]->name, "h");
}

static void
spoil_opset (Onnx__ModelProto *model)
{
  model->opset_import[0]->version = 3;
}

static void
spoil_number (Onnx__ModelProto *model)
{
  memset (model->graph->initializer[0]->raw_data.data, 0xff, 4);
}

static const Lie lies[] = {
    {"unknown", spoil_type, "(Elu): Glassbox has no such layer"},
    {"domain", spoil_domain, "(Relu): Glassbox has no such layer"},
    {"circle", spoil_circle, "(Conv): it reads “f”, which nothing before it makes"},
    {"branch", spoil_branch, "(MaxPool): it reads “b”, which is neither"},
    {"made-twice", spoil_twice, "(Relu): it makes “c”, which is there already"},
    {"two-tensors", spoil_tensors, "two tensors “"},
    {"stride", spoil_stride, "(Conv): “strides” is 0; expected 1…64"},
    {"window", spoil_window, "(MaxPool): “kernel_shape” is 9223372036854775807"},
    {"huge", spoil_dims, "larger than any memory"},
    {"negative", spoil_negative, "a dimension is below zero"},
    {"short", spoil_length, "the file holds"},
    {"external", spoil_external, "in another file"},
    {"nested", spoil_graph, "(Conv): its attribute “strides” is a graph of its own"},
    {"attribute-twice", spoil_attribute, "(Conv): the attribute “auto_pad” is there twice"},
    {"batch", spoil_order, "(Transpose): it must put the axes"},
    {"axis-twice", spoil_axes, "(Transpose): it must put the axes"},
    {"input", spoil_input, "the input “x” is"},
    {"output", spoil_output, "the output “h” is not the answer"},
    {"opset", spoil_opset, "version 3 of ONNX's operators"},
    {"not-finite", spoil_number, "is not finite"},
};

static void
refuse (GBytes *bytes, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_onnx_decode (bytes, "model.onnx", 1, NULL, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, says) == NULL)
    g_test_message ("expected “%s”, got “%s”", says, error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_lie (gconstpointer data)
{
  const Lie *lie = data;
  g_autoptr (GBytes) bytes = read_file ("keras-conv", ".onnx"), spoilt = NULL;
  Onnx__ModelProto *model =
      onnx__model_proto__unpack (NULL, g_bytes_get_size (bytes), g_bytes_get_data (bytes, NULL));
  guint8 *packed;

  g_assert_nonnull (model);
  lie->spoil (model);
  packed = g_malloc (onnx__model_proto__get_packed_size (model));
  spoilt = g_bytes_new_take (packed, onnx__model_proto__pack (model, packed));
  onnx__model_proto__free_unpacked (model, NULL);
  refuse (spoilt, lie->says);
}

/* Every length short of the whole, and a file that is nothing but empty nodes. */
static void
test_damaged (void)
{
  g_autoptr (GBytes) bytes = read_file ("keras-conv", ".onnx"), hollow = NULL;
  gsize length = g_bytes_get_size (bytes);
  guint8 *nodes = g_malloc0 (4000010);

  for (gsize n = 0; n < length; n += n < 600 ? 1 : 97) {
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, n);

    refuse (part, "model.onnx: ");
  }
  const guint8 start[] = {0x08, 7, 0x3a, 0x80, 0x92, 0xf4, 0x01}; /* a graph of 4 000 000 bytes */
  memcpy (nodes, start, sizeof start);
  for (gsize i = 0; i < 2000000; i++)
    nodes[sizeof start + 2 * i] = 0x0a;
  hollow = g_bytes_new_take (nodes, sizeof start + 4000000);
  refuse (hollow, "do not fit into each other");
}

int
main (int argc, char **argv)
{
  static const char *const foreign[] = {"torch-dense",  "torch-folded", "torch-unfolded",
                                        "torch-global", "keras-conv",   "keras-global",
                                        "gemm"};

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_autofree char *path = g_strconcat ("/onnx-read/foreign/", foreign[i], NULL);

    g_test_add_data_func (path, foreign[i], test_foreign);
  }
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_autofree char *path = g_strconcat ("/onnx-read/lie/", lies[i].what, NULL);

    g_test_add_data_func (path, &lies[i], test_lie);
  }
  g_test_add_func ("/onnx-read/damaged", test_damaged);
  return g_test_run ();
}
