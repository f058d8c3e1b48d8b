/* test-field.c: what can be edited is what the recipe's parser takes, to the very bound. */
#include "engine/design/field.h"
#include "engine/design/network.h"

#include <math.h>
#include <string.h>

/* Writes the layer down and reads it. */
static gboolean
reads_back (const NnLayerSpec *spec)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree NnLayerSpec *copy = g_malloc0 (spec->class_->spec_size);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, spec->class_->type);
  spec->class_->write (spec, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  copy->class_ = spec->class_;
  return spec->class_->parse (copy, json_node_get_object (root), "layers[0]", NULL);
}

static NnLayerSpec *
make (const NnLayerClass *class_)
{
  NnShape shape = nn_shape_image (28, 28, 1);
  NnLayerSpec *spec = nn_layer_spec_usual (class_, &shape);

  g_assert_true (spec->class_ == class_);
  if (class_ == &nn_activation_class)
    ((NnActivationSpec *)spec)->function = NN_FUNCTION_LEAKY_RELU;
  if (class_ == &nn_convolution_class)
    ((NnConvolutionSpec *)spec)->window.padding = NN_PADDING_EXPLICIT;
  if (class_ == &nn_max_pool_class || class_ == &nn_average_pool_class)
    ((NnPoolSpec *)spec)->window.padding = NN_PADDING_EXPLICIT;
  if (class_ == &nn_reshape_class)
    ((NnReshapeSpec *)spec)->shape = nn_shape_image (28, 28, 1);
  return spec;
}

static void
write_raw (NnLayerSpec *spec, const NnField *field, double value)
{
  if (field->kind == NN_FIELD_REAL)
    G_STRUCT_MEMBER (double, spec, field->offset) = value;
  else
    G_STRUCT_MEMBER (int, spec, field->offset) = (int)value;
}

static void
check_bounds (const NnLayerClass *class_, const NnField *field)
{
  g_autofree NnLayerSpec *spec = make (class_);
  double maximum = nn_layer_field_maximum (spec, field);
  double above = field->kind == NN_FIELD_REAL ? nextafter (maximum, INFINITY) : maximum + 1;
  double below =
      field->kind == NN_FIELD_REAL ? nextafter (field->minimum, -INFINITY) : field->minimum - 1;

  g_test_message ("%s of %s", field->name, class_->type);
  g_assert_true (nn_layer_field_counts (spec, field));
  if (field->below_maximum) {
    above = maximum;
    maximum = nextafter (maximum, 0);
  }
  g_assert_false (nn_layer_field_set (spec, field, above));
  g_assert_false (nn_layer_field_set (spec, field, below));
  g_assert_false (nn_layer_field_set (spec, field, NAN));
  g_assert_true (nn_layer_field_set (spec, field, maximum));
  g_assert_true (reads_back (spec));
  g_assert_cmpfloat (nn_field_get (spec, field), ==, maximum);
  g_assert_true (nn_layer_field_set (spec, field, field->minimum));
  g_assert_true (reads_back (spec));
  g_assert_cmpfloat (nn_field_get (spec, field), ==, field->minimum);
  if (field->kind == NN_FIELD_CHOICE)
    return;
  write_raw (spec, field, above);
  g_assert_false (reads_back (spec));
  write_raw (spec, field, below);
  g_assert_false (reads_back (spec));
}

static void
test_layers (void)
{
  for (const NnLayerClass *const *class_ = nn_layer_class_all (); *class_ != NULL; class_++) {
    g_autofree NnLayerSpec *spec = make (*class_);
    guint n;
    const NnField *fields = nn_layer_fields (*class_, &n);

    g_assert_true (reads_back (spec));
    for (guint i = 0; i < n; i++)
      check_bounds (*class_, &fields[i]);
  }
}

static const NnField *
find (const NnLayerSpec *spec, const char *name)
{
  guint n;
  const NnField *fields = nn_layer_fields (spec->class_, &n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (fields[i].name, name))
      return &fields[i];
  g_assert_not_reached ();
}

/* One field bounds another, or makes it mean nothing. */
static void
test_dependence (void)
{
  g_autofree NnLayerSpec *pool = make (&nn_max_pool_class);
  g_autofree NnLayerSpec *activation = make (&nn_activation_class);
  g_autofree NnLayerSpec *reshape = make (&nn_reshape_class);
  const NnShape *shape = &((NnReshapeSpec *)reshape)->shape;

  g_assert_true (nn_layer_field_set (pool, find (pool, "size-height"), 5));
  g_assert_true (nn_layer_field_set (pool, find (pool, "padding-top"), 4));
  g_assert_false (nn_layer_field_set (pool, find (pool, "padding-left"), 2));
  g_assert_true (nn_layer_field_set (pool, find (pool, "size-height"), 3));
  g_assert_cmpint (((NnPoolSpec *)pool)->window.top, ==, 2);
  g_assert_true (nn_layer_field_set (pool, find (pool, "padding"), NN_PADDING_SAME));
  g_assert_false (nn_layer_field_counts (pool, find (pool, "padding-top")));
  g_assert_true (nn_layer_field_set (activation, find (activation, "function"), NN_FUNCTION_TANH));
  g_assert_false (nn_layer_field_counts (activation, find (activation, "slope")));

  g_assert_true (nn_layer_field_set (reshape, find (reshape, "dimensions"), 0));
  g_assert_cmpint (shape->n_dims, ==, 1);
  g_assert_cmpint (shape->dims[0], ==, 784);
  g_assert_false (nn_layer_field_counts (reshape, find (reshape, "width")));
  g_assert_false (nn_layer_field_set (reshape, find (reshape, "dimensions"), 2));
  g_assert_true (nn_layer_field_set (reshape, find (reshape, "dimensions"), 1));
  g_assert_cmpuint (nn_shape_size (shape), ==, 784);
}

static gboolean
experiment_reads_back (const NnExperiment *experiment)
{
  g_autofree char *text = nn_experiment_to_json (experiment);
  g_autoptr (NnExperiment) again = nn_experiment_parse (text, -1, NULL);

  return again != NULL && nn_experiment_equal (experiment, again);
}

/* Makes @field one that counts. */
static void
prefer (NnExperiment *experiment, const NnField *field)
{
  for (int kind = 0; kind <= NN_OPTIMIZER_ADAM; kind++) {
    if (!nn_experiment_field_counts (experiment, field))
      nn_experiment_field_set (experiment, nn_experiment_field_find ("optimizer"), kind);
    if (!nn_experiment_field_counts (experiment, field) && kind <= NN_SCHEDULE_EXPONENTIAL)
      nn_experiment_field_set (experiment, nn_experiment_field_find ("schedule"), kind);
  }
  g_assert_true (nn_experiment_field_counts (experiment, field));
}

static void
test_experiment (void)
{
  guint n;
  const NnField *fields = nn_experiment_fields (&n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (NnExperiment) experiment = nn_preset_load ("keras-784-64-10", NULL);
    const NnField *field = &fields[i];
    double above =
        field->kind == NN_FIELD_REAL ? nextafter (field->maximum, INFINITY) : field->maximum + 1;

    g_test_message ("%s", field->name);
    prefer (experiment, field);
    g_assert_true (nn_experiment_field_set (experiment, field, field->minimum));
    g_assert_true (experiment_reads_back (experiment));
    prefer (experiment, field);
    g_assert_true (nn_experiment_field_set (experiment, field, field->maximum));
    g_assert_cmpfloat (nn_field_get (experiment, field), ==, field->maximum);
    g_assert_true (experiment_reads_back (experiment));
    g_assert_false (nn_experiment_field_set (experiment, field, above));
    if (field->kind == NN_FIELD_CHOICE)
      continue;
    if (field->kind == NN_FIELD_REAL)
      G_STRUCT_MEMBER (double, experiment, field->offset) = above;
    else
      G_STRUCT_MEMBER (int, experiment, field->offset) = (int)above;
    g_assert_false (experiment_reads_back (experiment));
  }
}

/* As far as the layers fit, each with its shapes and counts. */
static void
test_foresee (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("cnn-32-64-64", NULL);
  GPtrArray *layers = experiment->layers;
  NnShape input = nn_shape_image (28, 28, 1);
  g_autofree NnForeseen *foreseen = g_new (NnForeseen, layers->len + 1);
  g_autoptr (NnNetwork) network = nn_network_new (layers, &input, 1, FALSE, NULL, NULL);
  g_autoptr (GError) error = NULL;
  const NnWindow window = {9, 9, 1, 1, NN_PADDING_VALID, 0, 0, 0, 0};
  gsize n_parameters = 0;
  double flops = 0;

  g_assert_cmpuint (nn_network_foresee (layers, &input, foreseen, &error), ==, layers->len);
  g_assert_no_error (error);
  for (guint i = 0; i < layers->len; i++) {
    g_assert_true (nn_shape_equal (&foreseen[i].output_shape, &network->layers[i]->output_shape));
    n_parameters += foreseen[i].n_parameters;
    flops += foreseen[i].flops;
  }
  g_assert_cmpuint (n_parameters, ==, nn_network_n_parameters (network));
  g_assert_cmpfloat (flops, ==, nn_network_flops (network, FALSE));

  g_ptr_array_insert (layers, 5, nn_max_pool_spec (&window));
  g_ptr_array_insert (layers, 6, nn_max_pool_spec (&window));
  g_assert_cmpuint (nn_network_foresee (layers, &input, foreseen, &error), ==, 6);
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_cmpstr (error->message, ==, "a window of 9×9 does not fit into an input of 3×3");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field/layers", test_layers);
  g_test_add_func ("/field/dependence", test_dependence);
  g_test_add_func ("/field/experiment", test_experiment);
  g_test_add_func ("/field/foresee", test_foresee);
  return g_test_run ();
}
