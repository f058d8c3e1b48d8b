/* checkpoint.c: a training laid down so that it can be taken up again bit for bit. */
#include "model.h"

#include "parameters.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define CHECKPOINT_VERSION "1"
#define MAX_EPOCHS 10000 /* the recipe's */
#define FIRST NN_OPTIMIZER_PREFIX "first."
#define SECOND NN_OPTIMIZER_PREFIX "second."
#define POSITION "position."

/* ---- the position: whole numbers in full, doubles with the 17 digits that keep every bit ---- */

static void
put_integer (NnTensorFile *file, const char *name, guint64 value)
{
  g_autofree char *key = g_strconcat (POSITION, name, NULL);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);
  nn_tensor_file_set_metadata (file, key, text);
}

static void
put_double (NnTensorFile *file, const char *name, double value)
{
  g_autofree char *key = g_strconcat (POSITION, name, NULL);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  nn_tensor_file_set_metadata (file, key, g_ascii_dtostr (text, sizeof text, value));
}

static const char *
get_text (const NnTensorFile *file, const char *name, GError **error)
{
  g_autofree char *key = g_strconcat (POSITION, name, NULL);
  const char *text = g_hash_table_lookup (file->metadata, key);
  if (!text)
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("metadata “%s”: missing"), key);
  return text;
}

static gboolean
get_integer (const NnTensorFile *file, const char *name, guint64 maximum, guint64 *value,
             GError **error)
{
  const char *text = get_text (file, name, error);
  if (!text)
    return FALSE;
  if (g_ascii_string_to_unsigned (text, 10, 0, maximum, value, error))
    return TRUE;
  g_prefix_error (error, _ ("metadata “%s%s”: "), POSITION, name);
  return FALSE;
}

static gboolean
get_double (const NnTensorFile *file, const char *name, double *value, GError **error)
{
  const char *text = get_text (file, name, error);
  char *end;
  if (!text)
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0')
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("metadata “%s%s”: “%s” is no number"), POSITION,
               name, text);
  return FALSE;
}

static void
put_position (NnTensorFile *file, const NnTrainingPosition *position)
{
  put_integer (file, "seed", position->seed);
  put_integer (file, "step", position->step);
  put_integer (file, "optimizer_step", position->optimizer_step);
  put_integer (file, "epoch", (guint64)position->epoch);
  put_integer (file, "batch", (guint64)position->batch);
  put_integer (file, "position", position->position);
  put_double (file, "loss_sum", position->loss_sum);
  put_double (file, "correct_sum", position->correct_sum);
  put_double (file, "seconds", position->seconds);
}

static gboolean
get_position (const NnTensorFile *file, NnTrainingPosition *position, GError **error)
{
  guint64 epoch, batch, samples; /* in the epoch: the training cuts it to what there is */
  if (!get_integer (file, "seed", G_MAXUINT64, &position->seed, error) ||
      !get_integer (file, "step", G_MAXUINT64, &position->step, error) ||
      !get_integer (file, "optimizer_step", G_MAXUINT64, &position->optimizer_step, error) ||
      !get_integer (file, "epoch", MAX_EPOCHS, &epoch, error) ||
      !get_integer (file, "batch", G_MAXINT, &batch, error) ||
      !get_integer (file, "position", G_MAXSIZE, &samples, error) ||
      !get_double (file, "loss_sum", &position->loss_sum, error) ||
      !get_double (file, "correct_sum", &position->correct_sum, error) ||
      !get_double (file, "seconds", &position->seconds, error))
    return FALSE;
  position->epoch = (int)epoch;
  position->batch = (int)batch;
  position->position = (gsize)samples;
  return TRUE;
}

/* ---- restoring ---- */

static NnExperiment *
read_recipe (const NnTensorFile *file, NnTraining *training, GError **error)
{
  const char *version = g_hash_table_lookup (file->metadata, NN_METADATA_CHECKPOINT);
  const char *text = g_hash_table_lookup (file->metadata, NN_METADATA_EXPERIMENT);
  if (!text || g_strcmp0 (version, CHECKPOINT_VERSION) != 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("this is not a training that was laid down by this version of Glassbox "
                    "(metadata “%s” should be “%s”)"),
                 NN_METADATA_CHECKPOINT, CHECKPOINT_VERSION);
    return NULL;
  }
  g_autoptr (NnExperiment) experiment = nn_experiment_parse (text, -1, error);
  if (!experiment)
    return NULL;
  NnOptimizerKind here = nn_training_experiment (training)->train.optimizer.kind;
  NnOptimizerKind there = experiment->train.optimizer.kind;
  if (here != there) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("train.optimizer.type: the file was trained with %s, the recipe has %s"),
                 nn_optimizer_name (there), nn_optimizer_name (here));
    return NULL;
  }
  return g_steal_pointer (&experiment);
}

/* The three blocks as the file has them; a moment that the optimizer does not keep stays NULL. */
typedef struct {
  real *parameters, *first, *second;
} Blocks;

static void
clear_blocks (Blocks *blocks)
{
  g_free (blocks->parameters);
  g_free (blocks->first);
  g_free (blocks->second);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Blocks, clear_blocks)

static gboolean
read_blocks (const NnTensorFile *file, NnTraining *training, Blocks *blocks, GError **error)
{
  const NnNetwork *network = nn_training_network (training);
  const NnOptimizer *optimizer = nn_training_optimizer (training);
  blocks->parameters = nn_parameters_read (file, network, "", FALSE, error);
  if (!blocks->parameters)
    return FALSE;
  if (optimizer->first.data) {
    blocks->first = nn_parameters_read (file, network, FIRST, FALSE, error);
    if (!blocks->first)
      return FALSE;
  }
  if (optimizer->second.data)
    blocks->second = nn_parameters_read (file, network, SECOND, FALSE, error);
  return blocks->second || !optimizer->second.data;
}

static void
take_blocks (NnTraining *training, const Blocks *blocks)
{
  NnNetwork *network = nn_training_network (training);
  NnOptimizer *optimizer = nn_training_optimizer (training);
  gsize bytes = network->parameters.reserved * sizeof (real);
  if (bytes == 0)
    return;
  memcpy (network->parameters.data, blocks->parameters, bytes);
  if (blocks->first)
    memcpy (optimizer->first.data, blocks->first, bytes);
  if (blocks->second)
    memcpy (optimizer->second.data, blocks->second, bytes);
}

static gboolean
restore_file (NnTraining *training, const NnTensorFile *file, GError **error)
{
  g_auto (Blocks) blocks = {0};
  NnTrainingPosition position;
  g_autoptr (NnExperiment) experiment = read_recipe (file, training, error);
  if (!experiment || !get_position (file, &position, error) ||
      !read_blocks (file, training, &blocks, error))
    return FALSE;
  const NnTrainSpec *train = &experiment->train;
  nn_training_set_epochs (training, train->epochs);
  nn_training_set_dials (training, train->optimizer.learning_rate, train->optimizer.momentum,
                         train->l2);
  take_blocks (training, &blocks);
  nn_training_set_position (training, &position);
  return TRUE;
}

/* ---- laying down ---- */

/* Copies of the parameters and of the moments, and the file that points into them. */
struct NnCheckpoint {
  NnArena parameters, first, second;
  NnTensorFile *file;
};

static void
copy_block (NnArena *copy, const NnArena *block)
{
  nn_arena_reserve (copy, block->reserved);
  nn_arena_commit (copy);
  if (copy->data)
    memcpy (copy->data, block->data, block->reserved * sizeof (real));
}

/* The file's own words win over @extra. */
static void
add_extra (NnTensorFile *file, GHashTable *extra)
{
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, extra);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (file->metadata, key))
      nn_tensor_file_set_metadata (file, key, value);
}

/* ---- public ---- */

NnCheckpoint *
nn_checkpoint_capture (NnTraining *training)
{
  NnCheckpoint *checkpoint = g_new0 (NnCheckpoint, 1);
  NnTensorFile *file = checkpoint->file = nn_tensor_file_new ();
  g_autofree char *recipe = nn_experiment_to_json (nn_training_experiment (training));
  const NnNetwork *network = nn_training_network (training);
  const NnOptimizer *optimizer = nn_training_optimizer (training);
  NnTrainingPosition position;
  nn_tensor_file_set_metadata (file, "format", "pt");
  nn_tensor_file_set_metadata (file, NN_METADATA_VERSION, GBX_VERSION);
  nn_tensor_file_set_metadata (file, NN_METADATA_CHECKPOINT, CHECKPOINT_VERSION);
  nn_tensor_file_set_metadata (file, NN_METADATA_EXPERIMENT, recipe);
  nn_training_get_position (training, &position);
  put_position (file, &position);
  copy_block (&checkpoint->parameters, &network->parameters);
  copy_block (&checkpoint->first, &optimizer->first);
  copy_block (&checkpoint->second, &optimizer->second);
  nn_parameters_add (file, network, &checkpoint->parameters, "");
  if (optimizer->first.data)
    nn_parameters_add (file, network, &checkpoint->first, FIRST);
  if (optimizer->second.data)
    nn_parameters_add (file, network, &checkpoint->second, SECOND);
  return checkpoint;
}

gboolean
nn_checkpoint_write (const NnCheckpoint *checkpoint, GHashTable *extra, const char *path,
                     GError **error)
{
  if (extra)
    add_extra (checkpoint->file, extra);
  return nn_tensor_file_write (checkpoint->file, path, error);
}

void
nn_checkpoint_free (NnCheckpoint *checkpoint)
{
  nn_tensor_file_free (checkpoint->file);
  nn_arena_clear (&checkpoint->parameters);
  nn_arena_clear (&checkpoint->first);
  nn_arena_clear (&checkpoint->second);
  g_free (checkpoint);
}

gboolean
nn_checkpoint_save (NnTraining *training, GHashTable *extra, const char *path, GError **error)
{
  g_autoptr (NnCheckpoint) checkpoint = nn_checkpoint_capture (training);
  return nn_checkpoint_write (checkpoint, extra, path, error);
}

gboolean
nn_checkpoint_restore (NnTraining *training, const char *path, GError **error)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_read (path, error);
  if (!file)
    return FALSE;
  if (restore_file (training, file, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}
