/* stack.h: a model that is put together layer by layer from somebody else's file. Inside the deploy
 * room. */
#pragma once

#include "model.h"
#include "safetensors.h"

/* A picture must not need more numbers than this on its way: no file is to make us plan a network
 * that fills the memory. */
#define NN_STACK_MAX_NUMBERS (2 << 20)

typedef struct {
  GPtrArray *layers;     /* NnLayerSpec, owned */
  NnTensorFile *tensors; /* their parameters, in our files' names and order */
  NnShape shape;         /* what the last layer gives */
  gsize n_numbers;       /* of all layers' outputs for one picture */
  gsize n_least;         /* tensors before this index belong to layers before the last one */
} NnStack;

NnStack *nn_stack_new (void);
void nn_stack_free (NnStack *stack);

/**
 * nn_stack_add:
 * @spec: (transfer full)
 * Puts a layer at the end; fails with NN_ERROR_SHAPE, _RANGE or _TOO_LARGE, not naming the place.
 */
gboolean nn_stack_add (NnStack *stack, NnLayerSpec *spec, GError **error);

/** nn_stack_add_tensor: @numbers: (transfer full): the last layer's parameter @name, in the order
 * of a file of ours. */
void nn_stack_add_tensor (NnStack *stack, const char *name, real *numbers, int n_dims,
                          const gsize *dims);

/** nn_stack_find: Returns: (nullable): the numbers of the last layer's parameter @name. */
real *nn_stack_find (const NnStack *stack, const char *name, gsize *n);

/** nn_stack_last: Returns: (nullable): the class of the last layer. */
const NnLayerClass *nn_stack_last (const NnStack *stack);

/**
 * nn_stack_finish:
 * @base: (nullable): the recipe whose data set and training stay; NULL: the usual one
 * @name: what to call the recipe where there is no @base
 * Returns: (transfer full): the model
 */
NnModel *nn_stack_finish (NnStack *stack, const NnExperiment *base, const char *name, NnScale scale,
                          int max_batch, NnPool *pool, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnStack, nn_stack_free)
