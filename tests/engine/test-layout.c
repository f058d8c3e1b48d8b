/* test-layout.c: files have PyTorch's order, memory the kernels', and nothing is lost between. */
#include "engine/deploy/parameters.h"

#include "scratch.h"

#include <math.h>
#include <string.h>

enum { OUT = 5, IN = 3, KERNEL = 2, PLACES = 6 }; /* the map is 2 × 3 × 5 */

/* ---- layers that have nothing but a shape ---- */

static NnParameter
parameter_of (const char *name, NnShape shape)
{
  return (NnParameter){.name = name, .shape = shape};
}

static gboolean
infer_convolution (NnLayer *layer, GError **error)
{
  NnShape kernel = {4, {OUT, IN, KERNEL, KERNEL}};

  layer->output_shape = nn_shape_image (2, 3, OUT);
  layer->parameters[0] = parameter_of ("weight", kernel);
  layer->parameters[0].panel = OUT;
  layer->parameters[1] = parameter_of ("bias", nn_shape_vector (OUT));
  layer->n_parameters = 2;
  return TRUE;
}

/* As a batch norm has them: one for each channel of a map, for each number of a vector. */
static gboolean
infer_norm (NnLayer *layer, GError **error)
{
  NnShape each = nn_shape_vector (layer->input_shape.dims[layer->input_shape.n_dims - 1]);

  layer->output_shape = layer->input_shape;
  layer->parameters[0] = parameter_of ("weight", each);
  layer->parameters[1] = parameter_of ("running_var", each);
  layer->parameters[1].is_statistic = TRUE;
  layer->n_parameters = 2;
  return TRUE;
}

static const NnLayerClass convolution_class = {
    .type = "convolution", .spec_size = sizeof (NnLayerSpec), .infer = infer_convolution};
static const NnLayerClass norm_class = {
    .type = "norm", .spec_size = sizeof (NnLayerSpec), .infer = infer_norm};

static NnLayerSpec *
plain_spec (const NnLayerClass *class_)
{
  NnLayerSpec *spec = g_new0 (NnLayerSpec, 1);

  spec->class_ = class_;
  return spec;
}

enum { CONVOLUTION, MAP_NORM, FLATTEN, RELU, VECTOR_NORM, DROPOUT, DENSE, DENSE_NORM, LAST };

static NnNetwork *
make_network (void)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_image (3, 4, IN);
  NnNetwork *network;

  g_ptr_array_add (specs, plain_spec (&convolution_class));
  g_ptr_array_add (specs, plain_spec (&norm_class));
  g_ptr_array_add (specs, nn_flatten_spec ());
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, plain_spec (&norm_class));
  g_ptr_array_add (specs, nn_dropout_spec (0.5));
  g_ptr_array_add (specs, nn_dense_spec (PLACES * OUT, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, plain_spec (&norm_class));
  g_ptr_array_add (specs, nn_dense_spec (2, NN_INITIALISER_ZEROS));
  network = nn_network_new (specs, &input, 1, TRUE, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < network->parameters.reserved; i++)
    network->parameters.data[i] = (real)(i + 1);
  return network;
}

static NnTensorFile *
make_file (const NnNetwork *network)
{
  NnTensorFile *file = nn_tensor_file_new ();

  nn_parameters_add (file, network, &network->parameters, "");
  return file;
}

static const real *
numbers_of (const NnTensorFile *file, const char *name)
{
  return nn_tensor_file_find (file, name)->data;
}

static const real *
values_of (const NnNetwork *network, int layer, int parameter)
{
  return network->layers[layer]->parameters[parameter].value;
}

/* ---- the orders ---- */

static void
test_convolution (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (NnTensorFile) file = make_file (network);
  const real *memory = values_of (network, CONVOLUTION, 0);
  const real *weight = numbers_of (file, "0.weight");

  for (int o = 0; o < OUT; o++)
    for (int i = 0; i < IN; i++)
      for (int y = 0; y < KERNEL; y++)
        for (int x = 0; x < KERNEL; x++)
          g_assert_true (weight[((o * IN + i) * KERNEL + y) * KERNEL + x] ==
                         memory[((y * KERNEL + x) * IN + i) * OUT + o]);
  g_assert_cmpmem (numbers_of (file, "0.bias"), OUT * sizeof (real),
                   values_of (network, CONVOLUTION, 1), OUT * sizeof (real));
  g_assert_cmpmem (numbers_of (file, "1.weight"), OUT * sizeof (real),
                   values_of (network, MAP_NORM, 0), OUT * sizeof (real));
}

/* PyTorch's flattened vector goes through the map channel by channel. */
static void
test_behind_flatten (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (NnTensorFile) file = make_file (network);
  const int n = PLACES * OUT;

  for (int channel = 0; channel < OUT; channel++)
    for (int place = 0; place < PLACES; place++) {
      int there = channel * PLACES + place, here = place * OUT + channel;

      g_assert_true (numbers_of (file, "4.weight")[there] ==
                     values_of (network, VECTOR_NORM, 0)[here]);
      g_assert_true (numbers_of (file, "4.running_var")[there] ==
                     values_of (network, VECTOR_NORM, 1)[here]);
      for (int unit = 0; unit < n; unit++)
        g_assert_true (numbers_of (file, "6.weight")[unit * n + there] ==
                       values_of (network, DENSE, 0)[unit * n + here]);
    }
}

/* A dense layer's units are a vector and no map any more, were they as many as the map's numbers.
 */
static void
test_behind_dense (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (NnTensorFile) file = make_file (network);
  const gsize bytes = PLACES * OUT * sizeof (real);

  g_assert_cmpmem (numbers_of (file, "6.bias"), bytes, values_of (network, DENSE, 1), bytes);
  g_assert_cmpmem (numbers_of (file, "7.weight"), bytes, values_of (network, DENSE_NORM, 0), bytes);
  g_assert_cmpmem (numbers_of (file, "8.weight"), 2 * bytes, values_of (network, LAST, 0),
                   2 * bytes);
}

/* Through the bytes of a file and back, with a prefix as the optimizer's moments have it. */
static void
test_round_trip (void)
{
  g_autoptr (NnNetwork) network = make_network (), other = make_network ();
  g_autoptr (NnTensorFile) file = make_file (network), read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("glassbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "layout.safetensors", NULL);
  const gsize bytes = network->parameters.reserved * sizeof (real);

  nn_parameters_add (file, network, &network->parameters, NN_OPTIMIZER_PREFIX "first.");
  nn_tensor_file_write (file, path, &error);
  g_assert_no_error (error);
  read = nn_tensor_file_read (path, &error);
  g_assert_no_error (error);
  memset (other->parameters.data, 0, bytes);
  nn_parameters_load (read, other, FALSE, &error);
  g_assert_no_error (error);
  for (int l = 0; l < network->n_layers; l++)
    for (int p = 0; p < network->layers[l]->n_parameters; p++) {
      gsize size = nn_shape_size (&network->layers[l]->parameters[p].shape) * sizeof (real);

      g_assert_cmpmem (values_of (other, l, p), size, values_of (network, l, p), size);
    }
  g_autofree real *moments =
      nn_parameters_read (read, network, NN_OPTIMIZER_PREFIX "first.", FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (moments, bytes, other->parameters.data, bytes);
  scratch_remove (folder);
}

/* ---- what other programs put in, and what is no good ---- */

static void
add_counter (NnTensorFile *file, const char *name, int n_dims, NnDtype dtype)
{
  static const gint64 count[] = {7, 8};
  const gsize dims[] = {2};
  NnTensor *tensor;

  nn_tensor_file_add (file, name, (const real *)count, n_dims, dims);
  tensor = file->tensors->pdata[file->tensors->len - 1];
  tensor->dtype = dtype;
}

static void
test_counter (void)
{
  static const struct {
    const char *name;
    int n_dims;
    NnDtype dtype;
    const char *message; /* NULL: accepted */
  } table[] = {
      {"1.num_batches_tracked", 0, NN_DTYPE_I64, NULL},
      {"1.num_batches_tracked", 1, NN_DTYPE_I64, "tensor “1.num_batches_tracked” is none of the"},
      {"1.num_batches_tracked", 0, NN_DTYPE_F32, "tensor “1.num_batches_tracked” is none of the"},
      {"1.counter", 0, NN_DTYPE_I64, "tensor “1.counter” is none of the"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (int by_order = 0; by_order < 2; by_order++) {
      g_autoptr (NnNetwork) network = make_network ();
      g_autoptr (NnTensorFile) file = make_file (network);
      g_autoptr (GError) error = NULL;

      add_counter (file, table[i].name, table[i].n_dims, table[i].dtype);
      if (by_order) /* nothing is called as here any more */
        for (guint t = 0; t < file->tensors->len; t++) {
          NnTensor *tensor = file->tensors->pdata[t];
          char *renamed = g_strconcat ("net.", tensor->name, NULL);

          g_free (tensor->name);
          tensor->name = renamed;
        }
      if (nn_parameters_load (file, network, by_order, &error)) {
        g_assert_null (table[i].message);
        continue;
      }
      g_assert_nonnull (table[i].message);
      if (!by_order)
        g_assert_true (g_str_has_prefix (error->message, table[i].message));
    }
}

static void
assert_refused (NnTensorFile *file, const char *message)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (GError) error = NULL;

  g_assert_false (nn_parameters_load (file, network, FALSE, &error));
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refusals (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (NnTensorFile) file = make_file (network);
  NnTensor *weight = file->tensors->pdata[0];

  weight->dims[0] = IN; /* as many numbers, as another framework has them */
  weight->dims[1] = OUT;
  assert_refused (file, "tensor “0.weight”: expected 5×3×2×2 numbers, found 3×5×2×2");
  weight->n_dims = 2;
  weight->dims[0] = OUT;
  weight->dims[1] = IN * KERNEL * KERNEL;
  assert_refused (file, "tensor “0.weight”: expected 5×3×2×2 numbers, found 5×12");
  weight->dtype = NN_DTYPE_I64;
  assert_refused (file, "tensor “0.weight”: numbers of type “I64” cannot be weights, only F32 and "
                        "F64");
}

/* Which number it was is told as the file counts. */
static void
test_statistics (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  real *variance = network->layers[VECTOR_NORM]->parameters[1].value;

  variance[1] = -1; /* of place 0, channel 1 */
  g_autoptr (NnTensorFile) negative = make_file (network);
  assert_refused (negative, "tensor “4.running_var”: number 6 is below zero, which no variance is");
  variance[1] = INFINITY;
  g_autoptr (NnTensorFile) infinite = make_file (network);
  assert_refused (infinite, "tensor “4.running_var”: number 6 is not finite");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/convolution", test_convolution);
  g_test_add_func ("/layout/behind-flatten", test_behind_flatten);
  g_test_add_func ("/layout/behind-dense", test_behind_dense);
  g_test_add_func ("/layout/round-trip", test_round_trip);
  g_test_add_func ("/layout/counter", test_counter);
  g_test_add_func ("/layout/refusals", test_refusals);
  g_test_add_func ("/layout/statistics", test_statistics);
  return g_test_run ();
}
