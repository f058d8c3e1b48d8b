/* pool.h: the engine's own workers.
 *
 * An operation is split into parts whose bounds come from its shape, never from the number of
 * threads; the workers take parts as they come. Parts write disjoint outputs and sum in a fixed
 * order, so the bits do not depend on who did what.
 */
#pragma once

#include <glib.h>

typedef struct NnPool NnPool;

/** NnPartFunc: does part @part of an operation. May not call nn_pool_run(). */
typedef void (*NnPartFunc) (gpointer data, int part);

/**
 * nn_pool_new:
 * @n_threads: how many threads work in all, the caller of nn_pool_run() included; 0 = one a core
 *
 * The workers are niced (+10 on Linux) and flush denormals to zero; so does the calling thread
 * inside nn_pool_run() only, restored afterwards.
 * Returns: (transfer full): a pool
 */
NnPool *nn_pool_new (guint n_threads);

guint nn_pool_get_n_threads (const NnPool *pool);

/** nn_pool_set_alone: Whether the caller does everything by itself until told otherwise: where a
 * job is too small for the others to hear of it in time. */
void nn_pool_set_alone (NnPool *pool, gboolean alone);

/**
 * nn_pool_run:
 * Calls @func for every part 0…@n_parts−1 and returns when all are done. Waiting threads spin
 * shortly, then sleep. One caller at a time. @pool may be NULL: then the caller does all parts in
 * order.
 */
void nn_pool_run (NnPool *pool, NnPartFunc func, gpointer data, int n_parts);

/**
 * nn_pool_begin:
 * The same, but returns at once: the other threads do the parts while the caller does something
 * else. nn_pool_finish() completes the job, and so does whatever else has several parts to run.
 */
void nn_pool_begin (NnPool *pool, NnPartFunc func, gpointer data, int n_parts);

/** nn_pool_finish: Helps with the job that was begun, and returns when it is done; does nothing
 * where there is none. */
void nn_pool_finish (NnPool *pool);

/** nn_pool_free: Joins the workers. */
void nn_pool_free (NnPool *pool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnPool, nn_pool_free)
