/* pace.h: how long a network really takes, on this machine. */
#pragma once

#include "engine/design/network.h"

#include <gio/gio.h>

/**
 * nn_network_measure:
 * @network: its parameters may be anything; its activations are overwritten
 * @cancellable: (nullable)
 *
 * Reads one sample again and again on the calling thread, for a twentieth of a second and at least
 * three times.
 * Returns: the median, in seconds; 0 when cancelled
 */
double nn_network_measure (NnNetwork *network, GCancellable *cancellable);
