/* experiment.c: the recipe from JSON and back. */
#include "experiment.h"

#include "experiment-names.h"

#include "engine/collect/search.h"
#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <gio/gio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES (1024 * 1024)
#define MAX_NAME 200
#define MAX_ID 255   /* bytes: no folder's name is longer */
#define MAX_SHOWN 80 /* characters of a wrong value in a message */

static NnTrainSpec
train_spec_default (void)
{
  NnTrainSpec spec = {.loss = NN_LOSS_SOFTMAX_CROSS_ENTROPY,
                      .targets = NN_TARGETS_SPARSE,
                      .optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_ADAM),
                      .schedule = nn_schedule_spec_default (NN_SCHEDULE_CONSTANT),
                      .batch_size = 32,
                      .epochs = 10,
                      .shuffle = TRUE};
  return spec;
}

/* ---- from JSON ---- */

static const char *const *
optimizer_members (NnOptimizerKind kind)
{
  static const char *const plain[] = {"type", "learning_rate", NULL};
  static const char *const momentum[] = {"type", "learning_rate", "momentum", NULL};
  static const char *const rmsprop[] = {"type", "learning_rate", "rho", "epsilon", NULL};
  static const char *const adam[] = {"type", "learning_rate", "beta_1", "beta_2", "epsilon", NULL};
  switch (kind) {
  case NN_OPTIMIZER_MOMENTUM:
  case NN_OPTIMIZER_NESTEROV:
    return momentum;
  case NN_OPTIMIZER_RMSPROP:
    return rmsprop;
  case NN_OPTIMIZER_ADAM:
    return adam;
  default:
    return plain;
  }
}

static gboolean
parse_optimizer (JsonObject *object, NnOptimizerSpec *spec, GError **error)
{
  static const char path[] = "train.optimizer";
  int kind = NN_OPTIMIZER_ADAM;
  if (!nn_json_get_choice (object, path, "type", NN_JSON_REQUIRED, nn_optimizer_names, &kind,
                           error))
    return FALSE;
  *spec = nn_optimizer_spec_default (kind);
  return nn_json_check_members (object, path, optimizer_members (kind), error) &&
         nn_json_get_double (object, path, "learning_rate", NN_JSON_OPTIONAL, NN_MIN_LEARNING_RATE,
                             NN_MAX_LEARNING_RATE, &spec->learning_rate, error) &&
         nn_json_get_double (object, path, "momentum", NN_JSON_OPTIONAL, 0, NN_MAX_MOMENTUM,
                             &spec->momentum, error) &&
         nn_json_get_double (object, path, "rho", NN_JSON_OPTIONAL, 0, NN_MAX_DECAY, &spec->rho,
                             error) &&
         nn_json_get_double (object, path, "beta_1", NN_JSON_OPTIONAL, 0, NN_MAX_DECAY,
                             &spec->beta_1, error) &&
         nn_json_get_double (object, path, "beta_2", NN_JSON_OPTIONAL, 0, NN_MAX_DECAY,
                             &spec->beta_2, error) &&
         nn_json_get_double (object, path, "epsilon", NN_JSON_OPTIONAL, NN_MIN_EPSILON, 1,
                             &spec->epsilon, error);
}

static const char *const *
schedule_members (NnScheduleKind kind)
{
  static const char *const constant[] = {"type", NULL};
  static const char *const step[] = {"type", "factor", "every", NULL};
  static const char *const smooth[] = {"type", "factor", NULL};
  if (kind == NN_SCHEDULE_CONSTANT)
    return constant;
  return kind == NN_SCHEDULE_STEP ? step : smooth;
}

static gboolean
parse_schedule (JsonObject *object, NnScheduleSpec *spec, GError **error)
{
  static const char path[] = "train.schedule";
  int kind = NN_SCHEDULE_CONSTANT;
  if (!nn_json_get_choice (object, path, "type", NN_JSON_REQUIRED, nn_schedule_names, &kind, error))
    return FALSE;
  *spec = nn_schedule_spec_default (kind);
  return nn_json_check_members (object, path, schedule_members (kind), error) &&
         nn_json_get_double (object, path, "factor", NN_JSON_OPTIONAL, 0, 1, &spec->factor,
                             error) &&
         nn_json_get_int (object, path, "every", NN_JSON_OPTIONAL, 1, NN_MAX_EPOCHS, &spec->every,
                          error);
}

static gboolean
parse_train (JsonObject *object, NnTrainSpec *spec, GError **error)
{
  static const char path[] = "train";
  static const char *const members[] = {"loss",      "targets",    "optimizer", "schedule", "l2",
                                        "clip_norm", "batch_size", "epochs",    "shuffle",  NULL};
  JsonObject *optimizer = NULL, *schedule = NULL;
  int loss = spec->loss, targets = spec->targets;
  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_choice (object, path, "loss", NN_JSON_REQUIRED, nn_loss_names, &loss, error) ||
      !nn_json_get_choice (object, path, "targets", NN_JSON_OPTIONAL, nn_targets_names, &targets,
                           error) ||
      !nn_json_get_object (object, path, "optimizer", NN_JSON_REQUIRED, &optimizer, error) ||
      !parse_optimizer (optimizer, &spec->optimizer, error) ||
      !nn_json_get_object (object, path, "schedule", NN_JSON_OPTIONAL, &schedule, error) ||
      (schedule && !parse_schedule (schedule, &spec->schedule, error)))
    return FALSE;
  spec->loss = loss;
  spec->targets = targets;
  return nn_json_get_double (object, path, "l2", NN_JSON_OPTIONAL, 0, 1, &spec->l2, error) &&
         nn_json_get_double (object, path, "clip_norm", NN_JSON_OPTIONAL, 0, NN_MAX_CLIP_NORM,
                             &spec->clip_norm, error) &&
         nn_json_get_int (object, path, "batch_size", NN_JSON_OPTIONAL, 1, 65536, &spec->batch_size,
                          error) &&
         nn_json_get_int (object, path, "epochs", NN_JSON_OPTIONAL, 1, NN_MAX_EPOCHS, &spec->epochs,
                          error) &&
         nn_json_get_boolean (object, path, "shuffle", NN_JSON_OPTIONAL, &spec->shuffle, error);
}

static NnLayerSpec *
parse_layer (JsonNode *node, const char *path, GError **error)
{
  const char *type = NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: expected an object"), path);
    return NULL;
  }
  JsonObject *object = json_node_get_object (node);
  if (!nn_json_get_string (object, path, "type", NN_JSON_REQUIRED, &type, error))
    return NULL;
  const NnLayerClass *class_ = nn_layer_class_find (type);
  if (!class_) {
    g_autoptr (GString) known = g_string_new (NULL);
    for (const NnLayerClass *const *c = nn_layer_class_all (); *c; c++)
      g_string_append_printf (known, "%s%s", known->len ? ", " : "", (*c)->type);
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s.type: expected one of %s, got “%s”"), path,
                 known->str, type);
    return NULL;
  }
  NnLayerSpec *spec = g_malloc0 (class_->spec_size);
  spec->class_ = class_;
  if (!class_->parse (spec, object, path, error))
    g_clear_pointer (&spec, g_free);
  return spec;
}

static gboolean
parse_layers (JsonArray *array, GPtrArray *layers, GError **error)
{
  guint n = json_array_get_length (array);
  if (n < 1 || n > NN_MAX_LAYERS) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("layers: expected 1…%d of them, got %u"),
                 NN_MAX_LAYERS, n);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("layers[%u]", i);
    NnLayerSpec *spec = parse_layer (json_array_get_element (array, i), path, error);
    if (!spec)
      return FALSE;
    g_ptr_array_add (layers, spec);
  }
  return TRUE;
}

/* The beginning of what was found, for a message. */
static char *
shorten (const char *text)
{
  return g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_SHOWN));
}

static gboolean
check_name (const char *name, GError **error)
{
  gboolean good = *name && g_utf8_strlen (name, -1) <= MAX_NAME;
  for (const char *c = name; good && *c; c = g_utf8_next_char (c))
    good = g_unichar_isprint (g_utf8_get_char (c));
  if (good)
    return TRUE;
  g_autofree char *shown = shorten (name);
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
               _ ("name: expected 1…%d printable characters, got “%s”"), MAX_NAME, shown);
  return FALSE;
}

/* The id names a folder on the search path: nothing in it may lead elsewhere. */
static gboolean
check_dataset (const char *id, const char *path, GError **error)
{
  if (nn_dataset_is_folder_name (id) && strlen (id) <= MAX_ID)
    return TRUE;
  g_autofree char *shown = shorten (id);
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
               _ ("%s: expected the name of a folder, such as “mnist”, got “%s”"), path, shown);
  return FALSE;
}

static gboolean
parse_mix (JsonObject *object, NnMixSpec *mix, GError **error)
{
  static const char path[] = "mix";
  static const char *const members[] = {"dataset", "share", NULL};
  const char *dataset = NULL;
  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_string (object, path, "dataset", NN_JSON_REQUIRED, &dataset, error) ||
      !check_dataset (dataset, "mix.dataset", error) ||
      !nn_json_get_double (object, path, "share", NN_JSON_REQUIRED, NN_MIX_LEAST, NN_MIX_MOST,
                           &mix->share, error))
    return FALSE;
  mix->dataset = g_strdup (dataset);
  return TRUE;
}

static gboolean
parse_document (JsonObject *object, NnExperiment *experiment, GError **error)
{
  static const char *const members[] = {
      "glassbox_experiment", "name", "dataset", "mix", "prepare", "layers", "train", "seed", NULL};
  const char *name = NULL, *dataset = NULL;
  JsonObject *mix = NULL, *prepare = NULL, *train = NULL;
  JsonArray *layers = NULL;
  int version = 0;
  if (!nn_json_get_int (object, "", "glassbox_experiment", NN_JSON_REQUIRED, 1,
                        NN_EXPERIMENT_VERSION, &version, error) ||
      !nn_json_check_members (object, "", members, error) ||
      !nn_json_get_string (object, "", "name", NN_JSON_REQUIRED, &name, error) ||
      !check_name (name, error) ||
      !nn_json_get_string (object, "", "dataset", NN_JSON_REQUIRED, &dataset, error) ||
      !check_dataset (dataset, "dataset", error) ||
      !nn_json_get_object (object, "", "mix", NN_JSON_OPTIONAL, &mix, error) ||
      (mix && !parse_mix (mix, &experiment->mix, error)) ||
      !nn_json_get_object (object, "", "prepare", NN_JSON_OPTIONAL, &prepare, error) ||
      (prepare && !nn_prepare_spec_parse (prepare, "prepare", &experiment->prepare, error)) ||
      !nn_json_get_array (object, "", "layers", NN_JSON_REQUIRED, &layers, error) ||
      !parse_layers (layers, experiment->layers, error) ||
      !nn_json_get_object (object, "", "train", NN_JSON_REQUIRED, &train, error) ||
      !parse_train (train, &experiment->train, error) ||
      !nn_json_get_uint64 (object, "", "seed", NN_JSON_OPTIONAL, &experiment->seed, error))
    return FALSE;
  experiment->name = g_strdup (name);
  experiment->dataset = g_strdup (dataset);
  return TRUE;
}

/* ---- to JSON ---- */

/* Only what this kind of optimizer reads. */
static void
write_optimizer (JsonBuilder *builder, const NnOptimizerSpec *spec)
{
  const char *const *members = optimizer_members (spec->kind);
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"learning_rate", spec->learning_rate},
                 {"momentum", spec->momentum},
                 {"rho", spec->rho},
                 {"beta_1", spec->beta_1},
                 {"beta_2", spec->beta_2},
                 {"epsilon", spec->epsilon}};
  json_builder_set_member_name (builder, "optimizer");
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "type", nn_optimizer_name (spec->kind));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_strv_contains (members, numbers[i].name))
      nn_json_add_double (builder, numbers[i].name, numbers[i].value);
  json_builder_end_object (builder);
}

static void
write_schedule (JsonBuilder *builder, const NnScheduleSpec *spec)
{
  json_builder_set_member_name (builder, "schedule");
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "type", nn_schedule_name (spec->kind));
  if (spec->kind != NN_SCHEDULE_CONSTANT)
    nn_json_add_double (builder, "factor", spec->factor);
  if (spec->kind == NN_SCHEDULE_STEP)
    nn_json_add_int (builder, "every", spec->every);
  json_builder_end_object (builder);
}

static void
write_train (JsonBuilder *builder, const NnTrainSpec *spec)
{
  json_builder_set_member_name (builder, "train");
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "loss", nn_loss_name (spec->loss));
  nn_json_add_string (builder, "targets", nn_targets_names[spec->targets]);
  write_optimizer (builder, &spec->optimizer);
  write_schedule (builder, &spec->schedule);
  nn_json_add_double (builder, "l2", spec->l2);
  nn_json_add_double (builder, "clip_norm", spec->clip_norm);
  nn_json_add_int (builder, "batch_size", spec->batch_size);
  nn_json_add_int (builder, "epochs", spec->epochs);
  nn_json_add_boolean (builder, "shuffle", spec->shuffle);
  json_builder_end_object (builder);
}

static void
write_layers (JsonBuilder *builder, const GPtrArray *layers)
{
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < layers->len; i++) {
    const NnLayerSpec *spec = layers->pdata[i];
    json_builder_begin_object (builder);
    nn_json_add_string (builder, "type", spec->class_->type);
    spec->class_->write (spec, builder);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
write_mix (JsonBuilder *builder, const NnMixSpec *mix)
{
  json_builder_set_member_name (builder, "mix");
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "dataset", mix->dataset);
  nn_json_add_double (builder, "share", mix->share);
  json_builder_end_object (builder);
}

static JsonNode *
build_document (const NnExperiment *experiment)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  nn_json_add_int (builder, "glassbox_experiment", NN_EXPERIMENT_VERSION);
  nn_json_add_string (builder, "name", experiment->name);
  nn_json_add_string (builder, "dataset", experiment->dataset);
  if (experiment->mix.dataset)
    write_mix (builder, &experiment->mix);
  json_builder_set_member_name (builder, "prepare");
  nn_prepare_spec_write (&experiment->prepare, builder);
  write_layers (builder, experiment->layers);
  write_train (builder, &experiment->train);
  nn_json_add_int (builder, "seed", (gint64)MIN (experiment->seed, G_MAXINT64));
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/* ---- from a file ---- */

/* A pipe will do, such as a shell's <(…); one that nobody writes to is empty, not waited for. */
static int
open_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0)
    fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

/* @length: of what was read, at most @most bytes of it. */
static gboolean
read_file (const char *path, char *text, gsize most, gsize *length, GError **error)
{
  int fd = open_file (path);
  ssize_t n = fd < 0 ? -1 : 1;
  while (n > 0 && *length < most) {
    n = read (fd, text + *length, most - *length);
    if (n > 0)
      *length += (gsize)n;
    else if (n < 0 && errno == EINTR)
      n = 1;
  }
  int code = errno;
  if (fd >= 0)
    close (fd);
  if (n >= 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("Could not read “%s”: %s."),
               path, g_strerror (code));
  return FALSE;
}

/* ---- public ---- */

NnExperiment *
nn_experiment_parse (const char *text, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize)length;
  g_autoptr (JsonNode) root = nn_json_read (text, n, MAX_BYTES, error);
  if (!root)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("line 1, column 1: an experiment is a JSON object, {…}"));
    return NULL;
  }
  g_autoptr (NnExperiment) experiment = g_new0 (NnExperiment, 1);
  experiment->prepare = nn_prepare_spec_default ();
  experiment->layers = g_ptr_array_new_with_free_func (g_free);
  experiment->train = train_spec_default ();
  experiment->seed = 1;
  if (!parse_document (json_node_get_object (root), experiment, error))
    return NULL;
  return g_steal_pointer (&experiment);
}

NnExperiment *
nn_experiment_load_file (const char *path, GError **error)
{
  g_autofree char *text = g_malloc (MAX_BYTES + 1);
  gsize length = 0;
  if (!read_file (path, text, MAX_BYTES + 1, &length, error))
    return NULL;
  NnExperiment *experiment = nn_experiment_parse (text, (gssize)length, error);
  if (!experiment)
    g_prefix_error (error, "%s: ", path);
  return experiment;
}

char *
nn_experiment_to_json (const NnExperiment *experiment)
{
  g_autoptr (JsonNode) root = build_document (experiment);
  g_autofree char *text = nn_json_write (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

NnExperiment *
nn_experiment_copy (const NnExperiment *experiment)
{
  NnExperiment *copy = g_new (NnExperiment, 1);
  *copy = *experiment;
  copy->name = g_strdup (experiment->name);
  copy->dataset = g_strdup (experiment->dataset);
  copy->mix.dataset = g_strdup (experiment->mix.dataset);
  nn_prepare_spec_hold (&copy->prepare);
  copy->layers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < experiment->layers->len; i++)
    g_ptr_array_add (copy->layers, nn_layer_spec_copy (experiment->layers->pdata[i]));
  return copy;
}

/* Two recipes are equal when they are the same document. */
gboolean
nn_experiment_equal (const NnExperiment *a, const NnExperiment *b)
{
  g_autofree char *text_a = nn_experiment_to_json (a);
  g_autofree char *text_b = nn_experiment_to_json (b);
  return strcmp (text_a, text_b) == 0;
}

gboolean
nn_experiment_same_network (const NnExperiment *a, const NnExperiment *b)
{
  NnExperiment other = *b; /* all else as in the first */
  other.name = a->name;
  other.dataset = a->dataset;
  other.mix = a->mix;
  other.prepare = a->prepare;
  other.train = a->train;
  other.seed = a->seed;
  return nn_prepare_spec_same_input (&a->prepare, &b->prepare) && nn_experiment_equal (a, &other);
}

void
nn_experiment_free (NnExperiment *experiment)
{
  if (!experiment)
    return;
  g_free (experiment->name);
  g_free (experiment->dataset);
  g_free (experiment->mix.dataset);
  nn_prepare_spec_release (&experiment->prepare);
  g_ptr_array_unref (experiment->layers);
  g_free (experiment);
}
