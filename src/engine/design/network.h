/* network.h: layers in a row, their shapes, one block of parameters, and the plan of memory. */
#pragma once

#include "layer.h"

#include "engine/math/arena.h"
#include "engine/math/pool.h"

/* How a network computes; the recipe knows nothing of it. */
typedef struct {
  NnMethod method;
  gboolean separate; /* no layer does another's work: then every layer's y is there to be seen */
} NnPlan;

typedef struct {
  NnLayer **layers;
  int n_layers;
  NnShape input_shape, output_shape;
  int max_batch;
  gboolean trains;
  NnPlan plan;

  /* Same order, same offsets, 64-byte aligned views, zero padding. */
  NnArena parameters, gradients;
  NnArena activations; /* everything else: y, dx, scratch */

  NnPool *pool; /* borrowed; NULL: the calling thread alone */
} NnNetwork;

/**
 * nn_plan_default:
 * Returns: what `GLASSBOX_KERNELS` (naive, gemm, direct) and `GLASSBOX_FUSED` (0: separate) say
 * when first looked at; without them the fastest, NN_METHOD_DIRECT with layers fused
 */
NnPlan nn_plan_default (void);

/** nn_plan_set_default: What nn_plan_default() says instead; for a program's start, before it
 * builds a network. */
void nn_plan_set_default (NnPlan plan);

/** nn_method_name: Returns: (transfer none): "naive", "gemm" or "direct". */
const char *nn_method_name (NnMethod method);
gboolean nn_method_parse (const char *name, NnMethod *method);

/**
 * nn_network_new:
 * @specs: (element-type NnLayerSpec): the layers, copied
 * @max_batch: the largest batch it will see
 * @trains: plan gradients too
 * @pool: (nullable): borrowed, must outlive the network
 *
 * Returns: (transfer full): a network with zero parameters, or NULL with NN_ERROR_SHAPE whose
 * message names the layer ("layers[2]: …")
 */
NnNetwork *nn_network_new (GPtrArray *specs, const NnShape *input_shape, int max_batch,
                           gboolean trains, NnPool *pool, GError **error);

/** nn_network_new_planned: The same by @plan instead of nn_plan_default(). */
NnNetwork *nn_network_new_planned (GPtrArray *specs, const NnShape *input_shape, int max_batch,
                                   gboolean trains, NnPlan plan, NnPool *pool, GError **error);

/* What a layer of a recipe will be. */
typedef struct {
  NnShape input_shape, output_shape;
  gsize n_parameters; /* learned numbers */
  gsize n_statistics; /* gathered ones */
  double flops;       /* of one sample, forward */
} NnForeseen;

/**
 * nn_network_foresee:
 * @specs: (element-type NnLayerSpec)
 * @foreseen: (out caller-allocates): [specs->len]
 *
 * Looks at the layers before any memory is planned.
 * Returns: how many fit, from the first: all, or fewer with an error that says what is wrong with
 * the next one, without its place
 */
guint nn_network_foresee (GPtrArray *specs, const NnShape *input_shape, NnForeseen *foreseen,
                          GError **error);

/** nn_network_initialise: Draws every parameter anew; the same seed gives the same bits. */
void nn_network_initialise (NnNetwork *network, guint64 seed);

/** nn_network_n_parameters: Returns: the learned numbers; statistics and padding not counted. */
gsize nn_network_n_parameters (const NnNetwork *network);

/**
 * nn_network_forward:
 * @x: [batch][input], read until the matching backward is done
 * Returns: (transfer none): [batch][output], valid until the next pass
 */
const real *nn_network_forward (NnNetwork *network, const NnRun *run, const real *x);

/**
 * nn_network_backward:
 * @last: index of the layer whose output gradient is in @dy: n_layers − 1, or n_layers − 2 where
 * the loss is fused with the closing softmax or sigmoid
 * @dy: [batch][output of that layer]
 *
 * Fills the gradients block (overwrites). Must follow nn_network_forward() with the same run.
 */
void nn_network_backward (NnNetwork *network, const NnRun *run, int last, const real *dy);

/**
 * nn_network_backward_inputs:
 * The same without those gradients that layers can hand over (nn_layer_hands_over()); they are
 * computed when they are asked for, all in one job with their use.
 */
void nn_network_backward_inputs (NnNetwork *network, const NnRun *run, int last, const real *dy);

/** nn_network_begins: Returns: whether what takes the gradients over may begin the next batch
 * (NnRun.next_x). */
gboolean nn_network_begins (const NnNetwork *network);

/** nn_network_backward_parameters: After nn_network_backward_inputs(): fills the gradients block
 * all the same. */
void nn_network_backward_parameters (NnNetwork *network, const NnRun *run);

/** nn_layer_hands_over: Returns: whether nn_network_backward_inputs() leaves its gradients. */
gboolean nn_layer_hands_over (const NnLayer *layer);

/** nn_network_layer_output: Returns: (transfer none) (nullable): y of layer @index after a forward
 * pass; of the layers that work as one only the first has it, and it is the last one's. */
const real *nn_network_layer_output (const NnNetwork *network, int index);

/** nn_network_parameter_name: Returns: (transfer full): "0.weight". */
char *nn_network_parameter_name (const NnLayer *layer, const NnParameter *parameter);

/**
 * nn_network_flops:
 * Counts each layer's definition, whatever way is taken: layers that work as one count apart, and
 * what a kernel can leave out counts too.
 * Returns: floating-point operations of one sample, forward, or with backward
 */
double nn_network_flops (const NnNetwork *network, gboolean backward);

void nn_network_free (NnNetwork *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnNetwork, nn_network_free)
