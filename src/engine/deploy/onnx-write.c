/* onnx-write.c: a network as an ONNX graph of opset 13. Operators: onnx.ai/onnx/operators. */
#include "onnx.h"

#include "code-text.h"
#include "layout.h"
#include "onnx.pb-c.h"
#include "parameters.h"

#include "engine/json-util.h"

#include <string.h>

#define IR_VERSION 7 /* the one that came with opset 13 */
#define OPSET 13
#define BATCH "N"

static const char *const input_names[] = {"prepared", "pixels", "bytes", NULL};

/* The graph while it grows. Everything in it is from GLib's allocator, and freed as one message. */
typedef struct {
  GPtrArray *nodes, *tensors;
  char *value; /* owned: what the last node made */
  int layer;   /* whose nodes are written; −1: the preparation, n_layers: the end */
} Graph;

/* ---- messages ---- */

static void
free_message (void *data, void *pointer)
{
  g_free (pointer);
}

static ProtobufCAllocator allocator = {.free = free_message};

#define NEW(Type, type) new_message (sizeof (Type), (ProtobufCMessageInit)type##__init)

static gpointer
new_message (gsize size, ProtobufCMessageInit init)
{
  gpointer message = g_malloc0 (size);

  init (message);
  return message;
}

static gpointer
list_of (gconstpointer first)
{
  return g_memdup2 (&first, sizeof first);
}

static Onnx__TensorProto *
add_tensor (Graph *graph, const char *name, int type, gsize bytes)
{
  Onnx__TensorProto *tensor = NEW (Onnx__TensorProto, onnx__tensor_proto);

  tensor->name = g_strdup (name);
  tensor->has_data_type = tensor->has_raw_data = 1;
  tensor->data_type = type;
  tensor->raw_data.len = bytes;
  tensor->raw_data.data = g_malloc0 (MAX (bytes, 1));
  g_ptr_array_add (graph->tensors, tensor);
  return tensor;
}

static void
put_float (Onnx__TensorProto *tensor, gsize index, real number)
{
  union {
    float number;
    guint32 bits;
  } value = {.number = (float)number};

  value.bits = GUINT32_TO_LE (value.bits);
  memcpy (tensor->raw_data.data + 4 * index, &value.bits, 4);
}

/* A single number, for every sample alike. */
static char *
add_scalar (Graph *graph, const char *what, real number)
{
  char *name = graph->layer < 0 ? g_strdup (what) : g_strdup_printf ("%d.%s", graph->layer, what);

  put_float (add_tensor (graph, name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, 4), 0, number);
  return name;
}

static char *
add_dims (Graph *graph, const char *what, const gint64 *dims, gsize n)
{
  char *name = g_strdup_printf ("%d.%s", graph->layer, what);
  Onnx__TensorProto *tensor = add_tensor (graph, name, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 8 * n);
  gint64 count = (gint64)n;

  tensor->n_dims = 1;
  tensor->dims = g_memdup2 (&count, sizeof count);
  for (gsize i = 0; i < n; i++) {
    gint64 dim = GINT64_TO_LE (dims[i]);

    memcpy (tensor->raw_data.data + 8 * i, &dim, 8);
  }
  return name;
}

static Onnx__AttributeProto *
add_attribute (Onnx__NodeProto *node, const char *name, Onnx__AttributeProto__AttributeType type)
{
  Onnx__AttributeProto *attribute = NEW (Onnx__AttributeProto, onnx__attribute_proto);

  attribute->name = g_strdup (name);
  attribute->has_type = 1;
  attribute->type = type;
  node->attribute = g_renew (Onnx__AttributeProto *, node->attribute, node->n_attribute + 1);
  node->attribute[node->n_attribute++] = attribute;
  return attribute;
}

static void
set_float (Onnx__NodeProto *node, const char *name, double number)
{
  Onnx__AttributeProto *attribute =
      add_attribute (node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);

  attribute->has_f = 1;
  attribute->f = (float)number;
}

static void
set_int (Onnx__NodeProto *node, const char *name, gint64 number)
{
  Onnx__AttributeProto *attribute =
      add_attribute (node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);

  attribute->has_i = 1;
  attribute->i = number;
}

static void
set_ints (Onnx__NodeProto *node, const char *name, const gint64 *numbers, gsize n)
{
  Onnx__AttributeProto *attribute =
      add_attribute (node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);

  attribute->n_ints = n;
  attribute->ints = g_memdup2 (numbers, n * sizeof *numbers);
}

/* A node of the layer's that reads @inputs, NULL-terminated, and makes the value of its name. */
static Onnx__NodeProto *
add_node_reading (Graph *graph, const char *type, const char *name, const char *const *inputs)
{
  Onnx__NodeProto *node = NEW (Onnx__NodeProto, onnx__node_proto);

  node->op_type = g_strdup (type);
  node->name = graph->layer < 0 ? g_strdup (name) : g_strdup_printf ("%d.%s", graph->layer, name);
  node->n_input = g_strv_length ((char **)inputs);
  node->input = g_strdupv ((char **)inputs);
  node->n_output = 1;
  node->output = list_of (g_strdup (node->name));
  g_ptr_array_add (graph->nodes, node);
  g_free (graph->value);
  graph->value = g_strdup (node->name);
  return node;
}

/* The same from the last value on, and up to four of the layer's tensors or @other. */
static Onnx__NodeProto *
add_node (Graph *graph, const char *type, const char *const *tensors)
{
  const char *inputs[NN_LAYER_MAX_PARAMETERS + 2] = {graph->value};
  char *names[NN_LAYER_MAX_PARAMETERS] = {NULL};
  Onnx__NodeProto *node;

  for (int i = 0; tensors != NULL && tensors[i] != NULL; i++)
    inputs[i + 1] = names[i] = g_strdup_printf ("%d.%s", graph->layer, tensors[i]);
  node = add_node_reading (graph, type, type, inputs);
  for (int i = 0; i < NN_LAYER_MAX_PARAMETERS; i++)
    g_free (names[i]);
  return node;
}

/* ---- shapes ---- */

static void
add_reshape (Graph *graph, const char *name, const gint64 *dims, gsize n)
{
  g_autofree char *what = g_strconcat (name, ".shape", NULL);
  g_autofree char *shape = add_dims (graph, what, dims, n);
  const char *const inputs[] = {graph->value, shape, NULL};

  add_node_reading (graph, "Reshape", name, inputs);
}

static void
add_transpose (Graph *graph, const char *name, const gint64 *order)
{
  const char *const inputs[] = {graph->value, NULL};

  set_ints (add_node_reading (graph, "Transpose", name, inputs), "perm", order, 4);
}

static const gint64 places_first[] = {0, 2, 3, 1}, channels_first[] = {0, 3, 1, 2};

/* From what ONNX has of a map of shape @seen, or of the vector made of it, to our own order, which
 * goes through it place by place. */
static void
add_our_order (Graph *graph, const NnShape *seen, gboolean is_vector)
{
  const gint64 dims[] = {-1, seen->dims[2], seen->dims[0], seen->dims[1]};

  if (is_vector)
    add_reshape (graph, "Map", dims, 4);
  add_transpose (graph, "PlacesFirst", places_first);
}

/* Our reshape keeps our order. */
static void
write_reshape (Graph *graph, const NnLayer *layer, const NnShape *seen)
{
  const NnShape *output = &layer->output_shape;
  const gint64 flat[] = {-1, (gint64)nn_shape_size (output)};
  const gint64 map[] = {-1, output->dims[0], output->dims[1], output->dims[2]};

  if (output->n_dims == 1) { /* behind a map, a vector is in ONNX's order until somebody asks */
    add_reshape (graph, "Reshape", flat, 2);
    return;
  }
  if (seen->n_dims == 3)
    add_our_order (graph, seen, layer->input_shape.n_dims == 1);
  add_reshape (graph, "Reshape", map, 4);
  add_transpose (graph, "ChannelsFirst", channels_first);
}

static void
add_flatten (Graph *graph)
{
  set_int (add_node (graph, "Flatten", NULL), "axis", 1);
}

/* ---- layers ---- */

static void
write_dense (Graph *graph, const NnLayer *layer)
{
  static const char *const tensors[] = {"weight", "bias", NULL};

  if (layer->input_shape.n_dims == 3)
    add_flatten (graph);
  set_int (add_node (graph, "Gemm", tensors), "transB", 1);
}

static void
set_window (Onnx__NodeProto *node, const NnWindow *window, const NnShape *input)
{
  const NnCodeZeros zeros = nn_code_zeros (window, input);
  const gint64 size[] = {window->height, window->width};
  const gint64 stride[] = {window->stride_y, window->stride_x};
  const gint64 pads[] = {zeros.top, zeros.left, zeros.bottom, zeros.right};

  set_ints (node, "kernel_shape", size, 2);
  set_ints (node, "strides", stride, 2);
  set_ints (node, "pads", pads, 4);
}

/* What lies beyond the picture is 0 to a convolution, and not there to a pooling: to ONNX too. */
static void
write_windowed (Graph *graph, const NnLayer *layer)
{
  static const char *const tensors[] = {"weight", "bias", NULL};
  Onnx__NodeProto *node;

  if (layer->class_ == &nn_convolution_class)
    node = add_node (graph, "Conv", tensors);
  else
    node = add_node (graph, layer->class_ == &nn_max_pool_class ? "MaxPool" : "AveragePool", NULL);
  set_window (node, nn_code_window (layer->spec), &layer->input_shape);
}

/* Over all numbers of a sample, so that a map has to be a vector for the while. */
static void
write_softmax (Graph *graph, const NnShape *shape)
{
  const gint64 map[] = {-1, shape->dims[2], shape->dims[0], shape->dims[1]};

  if (shape->n_dims == 3)
    add_flatten (graph);
  set_int (add_node (graph, "Softmax", NULL), "axis", 1);
  if (shape->n_dims == 3)
    add_reshape (graph, "Reshape", map, 4);
}

static void
write_activation (Graph *graph, const NnLayer *layer)
{
  static const char *const operators[] = {NULL, "Relu", "LeakyRelu", "Sigmoid", "Tanh", NULL};
  const NnActivationSpec *spec = (const NnActivationSpec *)layer->spec;

  if (spec->function == NN_FUNCTION_LINEAR)
    return;
  if (spec->function == NN_FUNCTION_SOFTMAX) {
    write_softmax (graph, &layer->input_shape);
    return;
  }
  Onnx__NodeProto *node = add_node (graph, operators[spec->function], NULL);
  if (spec->function == NN_FUNCTION_LEAKY_RELU)
    set_float (node, "alpha", spec->slope);
}

static void
write_batch_norm (Graph *graph, const NnLayer *layer)
{
  static const char *const tensors[] = {"weight", "bias", "running_mean", "running_var", NULL};
  const NnBatchNormSpec *spec = (const NnBatchNormSpec *)layer->spec;
  Onnx__NodeProto *node = add_node (graph, "BatchNormalization", tensors);

  set_float (node, "epsilon", spec->epsilon);
  set_float (node, "momentum", spec->momentum);
}

static void
add_binary (Graph *graph, const char *type, const char *name, const char *a, const char *b)
{
  g_autofree char *first = g_strdup (a), *second = g_strdup (b); /* one may be the last value */
  const char *const inputs[] = {first, second, NULL};

  add_node_reading (graph, type, name, inputs);
}

static void
add_mean (Graph *graph, const char *name)
{
  static const gint64 channels = 1;
  const char *const inputs[] = {graph->value, NULL};

  set_ints (add_node_reading (graph, "ReduceMean", name, inputs), "axes", &channels, 1);
}

/* Opset 13 has no layer normalisation: here it is by its definition. */
static void
write_layer_norm (Graph *graph, const NnLayer *layer)
{
  const NnLayerNormSpec *spec = (const NnLayerNormSpec *)layer->spec;
  g_autofree char *x = g_strdup (graph->value), *centred = NULL;
  g_autofree char *epsilon = add_scalar (graph, "epsilon", (real)spec->epsilon);
  g_autofree char *weight = g_strdup_printf ("%d.weight", graph->layer);
  g_autofree char *bias = g_strdup_printf ("%d.bias", graph->layer);

  add_mean (graph, "Mean");
  add_binary (graph, "Sub", "Centred", x, graph->value);
  centred = g_strdup (graph->value);
  add_binary (graph, "Mul", "Squares", centred, centred);
  add_mean (graph, "Variance");
  add_binary (graph, "Add", "VarianceEpsilon", graph->value, epsilon);
  const char *const variance[] = {graph->value, NULL};
  add_node_reading (graph, "Sqrt", "Deviation", variance);
  add_binary (graph, "Div", "Normalised", centred, graph->value);
  add_binary (graph, "Mul", "Scaled", graph->value, weight);
  add_binary (graph, "Add", "Shifted", graph->value, bias);
}

static void
write_layer (Graph *graph, const NnLayer *layer, const NnShape *seen)
{
  if (layer->class_ == &nn_dense_class)
    write_dense (graph, layer);
  else if (layer->class_ == &nn_activation_class)
    write_activation (graph, layer);
  else if (layer->class_ == &nn_flatten_class)
    add_flatten (graph);
  else if (layer->class_ == &nn_reshape_class)
    write_reshape (graph, layer, seen);
  else if (layer->class_ == &nn_batch_norm_class)
    write_batch_norm (graph, layer);
  else if (layer->class_ == &nn_layer_norm_class)
    write_layer_norm (graph, layer);
  else if (layer->class_ == &nn_global_average_pool_class) {
    add_node (graph, "GlobalAveragePool", NULL);
    add_flatten (graph);
  } else if (nn_code_window (layer->spec) != NULL)
    write_windowed (graph, layer);
  /* Dropout does nothing once a network is trained. */
}

/* ---- the whole ---- */

/* In the names and the order of a safetensors file. What a layer norm multiplies a map with stands
 * in front of its height and width. */
static void
write_tensors (Graph *graph, const NnNetwork *network)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
  guint next = 0;

  nn_parameters_add (file, network, &network->parameters, "");
  for (int l = 0; l < network->n_layers; l++) {
    const NnLayer *layer = network->layers[l];
    gboolean of_map = layer->class_ == &nn_layer_norm_class && layer->input_shape.n_dims == 3;

    for (int p = 0; p < layer->n_parameters; p++) {
      const NnTensor *from = file->tensors->pdata[next++];
      const real *numbers = from->data;
      Onnx__TensorProto *to =
          add_tensor (graph, from->name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, 4 * from->n);

      to->n_dims = (gsize)from->n_dims + (of_map ? 2 : 0);
      to->dims = g_new (gint64, to->n_dims);
      for (gsize d = 0; d < to->n_dims; d++)
        to->dims[d] = d < (gsize)from->n_dims ? (gint64)from->dims[d] : 1;
      for (gsize i = 0; i < from->n; i++)
        put_float (to, i, numbers[i]);
    }
  }
}

static void
write_preparation (Graph *graph, NnOnnxInput input, const NnPrepareSpec *prepare)
{
  graph->layer = -1;
  if (input == NN_ONNX_BYTES) {
    const char *const inputs[] = {graph->value, NULL};

    set_int (add_node_reading (graph, "Cast", "Numbers", inputs), "to",
             ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
  }
  if (input != NN_ONNX_PREPARED && prepare->scale == NN_SCALE_UNIT) {
    g_autofree char *maximum = add_scalar (graph, "maximum", 255);

    add_binary (graph, "Div", "Scaled", graph->value, maximum);
  }
  if (input != NN_ONNX_PREPARED && prepare->columns == NULL && prepare->standardise &&
      prepare->fit != NULL) {
    g_autofree char *mean = add_scalar (graph, "mean", (float)prepare->fit->numbers[0]);
    g_autofree char *deviation = add_scalar (graph, "deviation", (float)prepare->fit->numbers[1]);

    add_binary (graph, "Sub", "Centred", graph->value, mean);
    add_binary (graph, "Div", "Standardised", graph->value, deviation);
  }
}

/* The answer is a vector in our own order, by the name of "output". */
static void
write_end (Graph *graph, const NnNetwork *network, const NnShape *seen)
{
  gboolean is_vector = network->output_shape.n_dims == 1;

  graph->layer = network->n_layers;
  if (seen->n_dims == 3 && seen->dims[2] > 1)
    add_our_order (graph, seen, is_vector);
  if (!is_vector || (seen->n_dims == 3 && seen->dims[2] > 1))
    add_flatten (graph);
  if (graph->nodes->len == 0)
    add_node (graph, "Identity", NULL);
  Onnx__NodeProto *last = graph->nodes->pdata[graph->nodes->len - 1];
  g_free (last->output[0]);
  last->output[0] = g_strdup ("output");
}

/* @dims: of a sample */
static Onnx__ValueInfoProto *
new_value (const char *name, int type, const gint64 *dims, gsize n)
{
  Onnx__ValueInfoProto *value = NEW (Onnx__ValueInfoProto, onnx__value_info_proto);
  Onnx__TypeProto__Tensor *tensor = NEW (Onnx__TypeProto__Tensor, onnx__type_proto__tensor);
  Onnx__TensorShapeProto *shape = NEW (Onnx__TensorShapeProto, onnx__tensor_shape_proto);

  value->name = g_strdup (name);
  value->type = NEW (Onnx__TypeProto, onnx__type_proto);
  value->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
  value->type->tensor_type = tensor;
  tensor->has_elem_type = 1;
  tensor->elem_type = type;
  tensor->shape = shape;
  shape->n_dim = n + 1;
  shape->dim = g_new (Onnx__TensorShapeProto__Dimension *, n + 1);
  for (gsize i = 0; i <= n; i++) {
    shape->dim[i] = NEW (Onnx__TensorShapeProto__Dimension, onnx__tensor_shape_proto__dimension);
    if (i == 0) {
      shape->dim[i]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
      shape->dim[i]->dim_param = g_strdup (BATCH);
    } else {
      shape->dim[i]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
      shape->dim[i]->dim_value = dims[i - 1];
    }
  }
  return value;
}

static Onnx__GraphProto *
build_graph (const NnNetwork *network, const NnExperiment *experiment, NnOnnxInput input)
{
  const char *name = input == NN_ONNX_PREPARED ? "input" : "pixels";
  Graph graph = {g_ptr_array_new (), g_ptr_array_new (), g_strdup (name), 0};
  NnShape seen = network->input_shape;
  gboolean is_table = seen.n_dims == 1;
  const gint64 sample[] = {is_table ? seen.dims[0] : seen.dims[2], seen.dims[0], seen.dims[1]};
  const gint64 answer = (gint64)nn_shape_size (&network->output_shape);
  Onnx__GraphProto *message = NEW (Onnx__GraphProto, onnx__graph_proto);

  write_preparation (&graph, input, &experiment->prepare);
  for (graph.layer = 0; graph.layer < network->n_layers; graph.layer++) {
    seen = nn_layout_see (network, graph.layer, &seen);
    write_layer (&graph, network->layers[graph.layer], &seen);
  }
  seen = nn_layout_see (network, network->n_layers, &seen);
  write_end (&graph, network, &seen);
  write_tensors (&graph, network);
  g_free (graph.value);
  message->name = g_strdup (experiment->name);
  message->n_node = graph.nodes->len;
  message->node = (Onnx__NodeProto **)g_ptr_array_free (graph.nodes, FALSE);
  message->n_initializer = graph.tensors->len;
  message->initializer = (Onnx__TensorProto **)g_ptr_array_free (graph.tensors, FALSE);
  message->n_input = message->n_output = 1;
  message->input =
      list_of (new_value (name,
                          input == NN_ONNX_BYTES ? ONNX__TENSOR_PROTO__DATA_TYPE__UINT8
                                                 : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                          sample, is_table ? 1 : 3));
  message->output =
      list_of (new_value ("output", ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, &answer, 1));
  return message;
}

/* @value: (transfer full) */
static void
add_metadata (Onnx__ModelProto *model, const char *key, char *value)
{
  Onnx__StringStringEntryProto *entry =
      NEW (Onnx__StringStringEntryProto, onnx__string_string_entry_proto);

  entry->key = g_strdup (key);
  entry->value = value;
  model->metadata_props =
      g_renew (Onnx__StringStringEntryProto *, model->metadata_props, model->n_metadata_props + 1);
  model->metadata_props[model->n_metadata_props++] = entry;
}

/* ---- public ---- */

const char *
nn_onnx_input_name (NnOnnxInput input)
{
  return input_names[input];
}

gboolean
nn_onnx_input_parse (const char *name, NnOnnxInput *input)
{
  return nn_word_find (input_names, name, input);
}

GBytes *
nn_onnx_encode (const NnNetwork *network, const NnExperiment *experiment, NnOnnxInput input)
{
  Onnx__ModelProto *model = NEW (Onnx__ModelProto, onnx__model_proto);
  Onnx__OperatorSetIdProto *set = NEW (Onnx__OperatorSetIdProto, onnx__operator_set_id_proto);
  guint8 *bytes;
  gsize length;

  model->has_ir_version = set->has_version = 1;
  model->ir_version = IR_VERSION;
  set->domain = g_strdup ("");
  set->version = OPSET;
  model->n_opset_import = 1;
  model->opset_import = list_of (set);
  model->producer_name = g_strdup ("glassbox");
  model->producer_version = g_strdup (GBX_VERSION);
  add_metadata (model, NN_METADATA_EXPERIMENT, nn_experiment_to_json (experiment));
  add_metadata (model, NN_METADATA_INPUT, g_strdup (input_names[input]));
  model->graph = build_graph (network, experiment, input);
  length = onnx__model_proto__get_packed_size (model);
  bytes = g_malloc (length);
  onnx__model_proto__pack (model, bytes);
  onnx__model_proto__free_unpacked (model, &allocator);
  return g_bytes_new_take (bytes, length);
}
