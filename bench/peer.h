/* peer.h: PyTorch in a process of its own (peer.py), which trains when it is told to. */
#pragma once

#include "engine/design/experiment.h"

typedef struct BenchPeer BenchPeer;

/**
 * bench_peer_new:
 * @folder: (nullable): with MNIST's files
 * Waits until the peer is ready to train @experiment, and has found what serves it best.
 * Returns: (transfer full): the peer, or NULL with why there is none
 */
BenchPeer *bench_peer_new (const NnExperiment *experiment, const char *folder, GError **error);

const char *bench_peer_get_name (const BenchPeer *peer);     /* "PyTorch 1.13.0" */
const char *bench_peer_get_settings (const BenchPeer *peer); /* "2 threads, channels_last" */

/** bench_peer_train: Returns: seconds of the next @n_batches, NaN with @error. */
double bench_peer_train (BenchPeer *peer, int n_batches, GError **error);

/** bench_peer_predict: Returns: median seconds of @n single pictures, NaN with @error. */
double bench_peer_predict (BenchPeer *peer, int n, GError **error);

void bench_peer_free (BenchPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPeer, bench_peer_free)
