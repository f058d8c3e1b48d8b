/* code-c.h: what the writers of the C program share. Inside the deploy room. */
#pragma once

#include "code-text.h"

/* A function of the program, written where the network has such a layer. */
typedef struct {
  const NnLayerClass *class_;
  const char *text;
} NnCodePart;

/* Where the numbers of a layer are. Layers that change nothing share it with the one before. */
typedef struct {
  guint buffer; /* what it reads; what it writes is the next one, if it does */
  gboolean writes;
  NnShape seen; /* the picture whose numbers it reads, channel by channel */
} NnCodePlace;

/** nn_code_c_writes: Returns: whether layer @index of a trained network changes any number. */
gboolean nn_code_c_writes (const NnCode *code, guint index);

/** nn_code_c_drops: Returns: whether the layer changes numbers while it is trained, and only then.
 */
gboolean nn_code_c_drops (const NnLayerSpec *spec);

/** nn_code_c_seen: @seen: the picture whose numbers layer @index reads, channel by channel;
 * Returns: the one whose numbers it passes on. */
NnShape nn_code_c_seen (const NnCode *code, guint index, const NnShape *seen);

/** nn_code_c_layer: Writes the statements that make y from x, if it writes anything. */
void nn_code_c_layer (NnCode *code, guint index, const NnShape *seen);

/** nn_code_c_lowest: Returns: the first layer that learns: the way back ends there; or their
 * number. */
guint nn_code_c_lowest (const NnCode *code);

/** nn_code_c_back: Writes the functions for the way back. */
void nn_code_c_back (NnCode *code);

/** nn_code_c_step: Writes the loss, the update, a step of training, and train(). @places: of the
 * layers, and behind them of the answers; @drops: whether numbers fall out, each turn others. */
void nn_code_c_step (NnCode *code, const NnCodePlace *places, gboolean drops);

/** nn_code_c_training: Writes train(): behind predict() and what reads files. */
void nn_code_c_training (NnCode *code);

/** nn_code_c_trained_begin: The beginning of a program that has its numbers inside, with them. */
void nn_code_c_trained_begin (NnCode *code);

/** nn_code_c_trained_end: Its main(), which reads PGM pictures. */
void nn_code_c_trained_end (NnCode *code);
