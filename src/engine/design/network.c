/* network.c: layers in a row, one block of parameters, and the plan of memory. */
#include "network.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Where a layer's arrays will lie in the activations block. */
typedef struct {
  gsize y, dx, scratch;
} Plan;

typedef struct {
  NnLayer *layer;
  const NnRun *run;
} Pass;

static const char *const method_names[] = {"naive", "gemm", "direct", NULL};

/* ---- building ---- */

static NnPlan *
default_plan (void)
{
  static gsize once;
  static NnPlan plan = {.method = NN_METHOD_DIRECT};

  if (g_once_init_enter (&once)) {
    const char *method = g_getenv ("GLASSBOX_KERNELS");

    if (method != NULL)
      nn_method_parse (method, &plan.method);
    plan.separate = g_strcmp0 (g_getenv ("GLASSBOX_FUSED"), "0") == 0;
    g_once_init_leave (&once, 1);
  }
  return &plan;
}

NnPlan
nn_plan_default (void)
{
  return *default_plan ();
}

void
nn_plan_set_default (NnPlan plan)
{
  *default_plan () = plan;
}

const char *
nn_method_name (NnMethod method)
{
  return method_names[method];
}

gboolean
nn_method_parse (const char *name, NnMethod *method)
{
  for (int i = 0; method_names[i] != NULL; i++)
    if (g_str_equal (method_names[i], name)) {
      *method = (NnMethod)i;
      return TRUE;
    }
  return FALSE;
}

static NnLayer *
layer_new (const NnLayerSpec *spec, int index, const NnShape *input_shape, int max_batch,
           NnMethod method)
{
  const NnLayerClass *class_ = spec->class_;
  NnLayer *layer = g_malloc0 (MAX (class_->layer_size, sizeof (NnLayer)));

  layer->class_ = class_;
  layer->spec = nn_layer_spec_copy (spec);
  layer->index = index;
  layer->input_shape = *input_shape;
  layer->max_batch = max_batch;
  layer->method = method;
  return layer;
}

/* Every shape's numbers can be counted by an int: layers do. */
static gboolean
check_output (const NnLayer *layer, GError **error)
{
  gsize n = nn_shape_size (&layer->output_shape);

  if (n <= G_MAXINT)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
               _ ("its output would have %zu numbers, more than the %d there may be"), n, G_MAXINT);
  return FALSE;
}

static gboolean
infer_shapes (NnNetwork *network, GPtrArray *specs, NnMethod method, GError **error)
{
  NnShape shape = network->input_shape;
  gboolean learns = FALSE, computes = FALSE;

  if (specs->len == 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE, _ ("layers: a network needs at least one layer"));
    return FALSE;
  }
  network->layers = g_new0 (NnLayer *, specs->len);
  for (guint i = 0; i < specs->len; i++) {
    NnLayer *layer =
        layer_new (g_ptr_array_index (specs, i), (int)i, &shape, network->max_batch, method);

    layer->reads_data = !learns;
    layer->reads_batch = !computes;
    network->layers[network->n_layers++] = layer;
    if (!layer->class_->infer (layer, error) || !check_output (layer, error))
      return FALSE;
    shape = layer->y_shape = layer->output_shape;
    learns |= layer->n_parameters > 0;
    computes |= layer->class_->forward != NULL;
  }
  network->output_shape = shape;
  return TRUE;
}

/* Says which layer the error is about. */
static void
name_layer (const NnNetwork *network, GError **error)
{
  if (network->n_layers > 0)
    g_prefix_error (error, "layers[%d]: ", network->n_layers - 1);
}

/* Lets layers take over the work of those behind them. */
static void
fuse (NnNetwork *network)
{
  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];
    int n = network->n_layers - 2 - i;

    if (layer->class_->fuse == NULL || n < 1)
      continue;
    layer->n_fused = layer->class_->fuse (layer, network->layers + i + 1, n);
    for (int j = 0; j < layer->n_fused; j++)
      network->layers[++i]->is_fused = TRUE;
    layer->y_shape = network->layers[i]->output_shape;
  }
}

/* Returns: whether it has no pass to run: its y is its x, or another layer does its work. */
static gboolean
is_idle (const NnLayer *layer)
{
  return layer->is_fused || layer->class_->forward == NULL;
}

static gsize
parameter_size (const NnLayer *layer, int parameter)
{
  return nn_shape_size (&layer->parameters[parameter].shape);
}

/* Returns: the first layer that has parameters. */
static int
first_learning_layer (const NnNetwork *network)
{
  int i = 0;

  while (i < network->n_layers && network->layers[i]->n_parameters == 0)
    i++;
  return i;
}

static gboolean
wants_dx (const NnNetwork *network, const NnLayer *layer)
{
  return network->trains && !layer->reads_data;
}

static void
reserve (NnNetwork *network, Plan *plans)
{
  gsize batch = (gsize)network->max_batch;

  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];

    for (int p = 0; p < layer->n_parameters; p++) {
      layer->parameters[p].offset =
          nn_arena_reserve (&network->parameters, parameter_size (layer, p));
      if (network->trains)
        nn_arena_reserve (&network->gradients, parameter_size (layer, p));
    }
    if (layer->is_fused)
      continue;
    plans[i].scratch = nn_arena_reserve (&network->activations, layer->scratch_size);
    if (is_idle (layer))
      continue;
    plans[i].y = nn_arena_reserve (&network->activations, batch * nn_shape_size (&layer->y_shape));
    if (wants_dx (network, layer))
      plans[i].dx =
          nn_arena_reserve (&network->activations, batch * nn_shape_size (&layer->input_shape));
  }
}

static void
assign (NnNetwork *network, const Plan *plans)
{
  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];

    for (int p = 0; p < layer->n_parameters; p++) {
      NnParameter *parameter = &layer->parameters[p];

      parameter->value = nn_arena_at (&network->parameters, parameter->offset);
      if (network->trains)
        parameter->gradient = nn_arena_at (&network->gradients, parameter->offset);
    }
    if (layer->is_fused)
      continue;
    if (layer->scratch_size > 0)
      layer->scratch = nn_arena_at (&network->activations, plans[i].scratch);
    if (is_idle (layer))
      continue;
    layer->y = nn_arena_at (&network->activations, plans[i].y);
    if (wants_dx (network, layer))
      layer->dx = nn_arena_at (&network->activations, plans[i].dx);
  }
}

/* In double precision, so that no product overflows: a recipe may ask for anything. */
static gboolean
check_memory (const NnNetwork *network, GError **error)
{
  double available = (double)sysconf (_SC_PHYS_PAGES) * (double)sysconf (_SC_PAGESIZE);
  double numbers = 0;
  /* Training needs the value, its gradient, the value before, and up to two moments. */
  double numbers_per_parameter = network->trains ? 5 : 1;

  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];

    for (int p = 0; p < layer->n_parameters; p++)
      numbers += numbers_per_parameter * (double)parameter_size (layer, p);
    numbers += (double)network->max_batch * (double)(nn_shape_size (&layer->input_shape) +
                                                     nn_shape_size (&layer->output_shape)) +
               (double)layer->scratch_size;
  }
  if (numbers * sizeof (real) > available / 2) {
    g_autofree char *needed = g_format_size ((guint64)(numbers * sizeof (real)));
    g_autofree char *allowed = g_format_size ((guint64)(available / 2));

    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("layers: the network needs %s of memory for a batch of %d, more than the %s "
                    "there may be; take fewer units or smaller batches"),
                 needed, network->max_batch, allowed);
    return FALSE;
  }
  return TRUE;
}

NnNetwork *
nn_network_new (GPtrArray *specs, const NnShape *input_shape, int max_batch, gboolean trains,
                NnPool *pool, GError **error)
{
  return nn_network_new_planned (specs, input_shape, max_batch, trains, nn_plan_default (), pool,
                                 error);
}

NnNetwork *
nn_network_new_planned (GPtrArray *specs, const NnShape *input_shape, int max_batch,
                        gboolean trains, NnPlan plan, NnPool *pool, GError **error)
{
  g_autoptr (NnNetwork) network = g_new0 (NnNetwork, 1);
  g_autofree Plan *plans = g_new0 (Plan, specs->len);

  network->input_shape = *input_shape;
  network->max_batch = max_batch;
  network->trains = trains;
  network->plan = plan;
  network->pool = pool;
  if (!infer_shapes (network, specs, plan.method, error)) {
    name_layer (network, error);
    return NULL;
  }
  if (!check_memory (network, error))
    return NULL;

  if (!plan.separate)
    fuse (network);
  reserve (network, plans);
  nn_arena_commit (&network->parameters);
  nn_arena_commit (&network->gradients);
  nn_arena_commit (&network->activations);
  assign (network, plans);
  return g_steal_pointer (&network);
}

guint
nn_network_foresee (GPtrArray *specs, const NnShape *input_shape, NnForeseen *foreseen,
                    GError **error)
{
  g_autoptr (NnNetwork) network = g_new0 (NnNetwork, 1);
  guint n_good;

  network->input_shape = *input_shape;
  network->max_batch = 1;
  n_good = infer_shapes (network, specs, NN_METHOD_NAIVE, error)
               ? specs->len
               : (guint)MAX (network->n_layers - 1, 0);
  for (guint i = 0; i < n_good; i++) {
    const NnLayer *layer = network->layers[i];

    foreseen[i] = (NnForeseen){.input_shape = layer->input_shape,
                               .output_shape = layer->output_shape,
                               .flops = layer->flops};
    for (int p = 0; p < layer->n_parameters; p++)
      *(layer->parameters[p].is_statistic ? &foreseen[i].n_statistics
                                          : &foreseen[i].n_parameters) += parameter_size (layer, p);
  }
  return n_good;
}

void
nn_network_initialise (NnNetwork *network, guint64 seed)
{
  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];
    NnRng rng = nn_rng (seed, NN_STREAM_INITIALISATION, (guint32)i, 0);

    for (int p = 0; p < layer->n_parameters; p++)
      memset (layer->parameters[p].value, 0, parameter_size (layer, p) * sizeof (real));
    if (layer->class_->initialise != NULL)
      layer->class_->initialise (layer, &rng);
  }
}

gsize
nn_network_n_parameters (const NnNetwork *network)
{
  gsize n = 0;

  for (int i = 0; i < network->n_layers; i++)
    for (int p = 0; p < network->layers[i]->n_parameters; p++)
      if (!network->layers[i]->parameters[p].is_statistic)
        n += parameter_size (network->layers[i], p);
  return n;
}

/* ---- passes ---- */

static void
forward_part (gpointer data, int part)
{
  const Pass *pass = data;

  pass->layer->class_->forward (pass->layer, pass->run, part);
}

static void
finish_forward_part (gpointer data, int part)
{
  const Pass *pass = data;

  pass->layer->class_->finish_forward (pass->layer, pass->run, part);
}

static void
backward_prepare_part (gpointer data, int part)
{
  const Pass *pass = data;

  pass->layer->class_->backward_prepare (pass->layer, pass->run, part);
}

static void
backward_input_part (gpointer data, int part)
{
  const Pass *pass = data;

  pass->layer->class_->backward_input (pass->layer, pass->run, part);
}

static void
backward_parameters_part (gpointer data, int part)
{
  const Pass *pass = data;

  pass->layer->class_->backward_parameters (pass->layer, pass->run, part);
}

/* The gradients of the parameters first, then that of the input: one job, for neither waits for
 * the other. */
static void
backward_part (gpointer data, int part)
{
  const Pass *pass = data;
  NnLayer *layer = pass->layer;
  int n = layer->class_->backward_parameters != NULL ? layer->backward_parameter_parts : 0;

  if (part < n)
    layer->class_->backward_parameters (layer, pass->run, part);
  else
    layer->class_->backward_input (layer, pass->run, part - n);
}

static void
backward (NnNetwork *network, NnLayer *layer, const NnRun *run, gboolean leaves_parameters)
{
  Pass pass = {layer, run};
  int n_parameter_parts =
      layer->class_->backward_parameters != NULL ? layer->backward_parameter_parts : 0;
  int n_input_parts =
      layer->class_->backward_input != NULL && layer->dx != NULL ? layer->backward_input_parts : 0;

  if (layer->class_->backward_prepare != NULL)
    nn_pool_run (network->pool, backward_prepare_part, &pass, layer->backward_prepare_parts);
  if (leaves_parameters && nn_layer_hands_over (layer))
    nn_pool_run (network->pool, backward_input_part, &pass, n_input_parts);
  else
    nn_pool_run (network->pool, backward_part, &pass, n_parameter_parts + n_input_parts);
}

const real *
nn_network_forward (NnNetwork *network, const NnRun *run, const real *x)
{
  g_return_val_if_fail (run->batch >= 1 && run->batch <= network->max_batch, NULL);

  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];
    Pass pass = {layer, run};

    if (layer->is_fused)
      continue;
    layer->x = x;
    if (run->begun && layer->begins)
      nn_pool_run (network->pool, finish_forward_part, &pass, layer->finish_parts);
    else if (layer->class_->forward != NULL)
      nn_pool_run (network->pool, forward_part, &pass, layer->forward_parts);
    else
      layer->y = (real *)x; /* read only, like any y outside its own layer */
    x = layer->y;
  }
  return x;
}

static void
backward_from (NnNetwork *network, const NnRun *run, int last, const real *dy,
               gboolean leaves_parameters)
{
  int first = first_learning_layer (network);

  g_return_if_fail (network->trains && last < network->n_layers);

  for (int i = last; i >= first; i--) {
    NnLayer *layer = network->layers[i];

    if (is_idle (layer))
      continue;
    layer->dy = dy;
    backward (network, layer, run, leaves_parameters);
    if (layer->class_->backward_input == NULL || layer->dx == NULL)
      break;
    dy = layer->dx;
  }
}

void
nn_network_backward (NnNetwork *network, const NnRun *run, int last, const real *dy)
{
  backward_from (network, run, last, dy, FALSE);
}

void
nn_network_backward_inputs (NnNetwork *network, const NnRun *run, int last, const real *dy)
{
  backward_from (network, run, last, dy, TRUE);
}

gboolean
nn_layer_hands_over (const NnLayer *layer)
{
  return layer->class_->hand_over_gradients != NULL;
}

gboolean
nn_network_begins (const NnNetwork *network)
{
  for (int i = 0; i < network->n_layers; i++)
    if (network->layers[i]->begins)
      return TRUE;
  return FALSE;
}

void
nn_network_backward_parameters (NnNetwork *network, const NnRun *run)
{
  for (int i = 0; i < network->n_layers; i++) {
    Pass pass = {network->layers[i], run};

    if (nn_layer_hands_over (pass.layer))
      nn_pool_run (network->pool, backward_parameters_part, &pass,
                   pass.layer->backward_parameter_parts);
  }
}

const real *
nn_network_layer_output (const NnNetwork *network, int index)
{
  return network->layers[index]->y;
}

char *
nn_network_parameter_name (const NnLayer *layer, const NnParameter *parameter)
{
  return g_strdup_printf ("%d.%s", layer->index, parameter->name);
}

double
nn_network_flops (const NnNetwork *network, gboolean backward)
{
  double flops = 0;

  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];
    int passes = 1;

    if (backward && layer->class_->backward_input != NULL && wants_dx (network, layer))
      passes++;
    if (backward && layer->class_->backward_parameters != NULL)
      passes++;
    flops += passes * layer->flops;
  }
  return flops;
}

void
nn_network_free (NnNetwork *network)
{
  for (int i = 0; i < network->n_layers; i++) {
    g_free ((gpointer)network->layers[i]->spec);
    g_free (network->layers[i]);
  }
  g_free (network->layers);
  nn_arena_clear (&network->parameters);
  nn_arena_clear (&network->gradients);
  nn_arena_clear (&network->activations);
  g_free (network);
}
