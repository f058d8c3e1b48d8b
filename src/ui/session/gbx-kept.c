/* gbx-kept.c: what is kept of a session: to and from the session's objects, to and from JSON. */
#include "gbx-kept.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KEPT_VERSION 1
#define MAX_DRAWN 100000 /* points of a drawing: minutes of scribbling */
#define MAX_BYTES (64 * 1024 * 1024)

static const char *const state_names[] = {"new", "running", "paused", "finished", "diverged", NULL};
static const char *const reader_names[] = {"pretrained", "own", NULL};
static const char *const curve_names[] = {"training-loss", "training-accuracy", "validation-loss",
                                          "validation-accuracy", NULL};

static GbxKeptRun *
kept_run_new (void)
{
  GbxKeptRun *run = g_new0 (GbxKeptRun, 1);

  run->final_accuracy = NAN;
  run->best_epoch = -1;
  for (int i = 0; i < GBX_N_CURVES; i++)
    run->curves[i] = g_array_new (FALSE, FALSE, sizeof (GbxPoint));
  run->marks = g_ptr_array_new_with_free_func (gbx_dial_mark_free);
  return run;
}

static void
kept_run_free (gpointer data)
{
  GbxKeptRun *run = data;

  g_free (run->name);
  g_free (run->detail);
  for (int i = 0; i < GBX_N_CURVES; i++)
    g_array_unref (run->curves[i]);
  g_ptr_array_unref (run->marks);
  g_free (run);
}

/* ---- to JSON ---- */

/* Seven digits: more than a screen has pixels, and half the bytes. */
static double
rounded (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return isfinite (value)
             ? g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.7g", value), NULL)
             : NAN;
}

static void
write_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
write_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
write_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
write_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
write_average (JsonBuilder *builder, const char *name, const GbxAverage *average)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  write_double (builder, "sum", average->sum);
  write_double (builder, "weight", average->weight);
  json_builder_end_object (builder);
}

static void
write_curve (JsonBuilder *builder, const char *name, const GArray *points)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "x");
  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    json_builder_add_double_value (builder, rounded (g_array_index (points, GbxPoint, i).x));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "y");
  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    json_builder_add_double_value (builder, rounded (g_array_index (points, GbxPoint, i).y));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
write_marks (JsonBuilder *builder, const GPtrArray *marks)
{
  json_builder_set_member_name (builder, "marks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < marks->len; i++) {
    const GbxDialMark *mark = g_ptr_array_index (marks, i);

    json_builder_begin_object (builder);
    write_double (builder, "x", mark->x);
    write_string (builder, "dial", mark->dial);
    write_double (builder, "value", mark->value);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
write_run (JsonBuilder *builder, const GbxKeptRun *run)
{
  json_builder_begin_object (builder);
  write_int (builder, "number", run->number);
  write_string (builder, "name", run->name);
  write_string (builder, "detail", run->detail);
  write_int (builder, "colour", run->colour);
  write_boolean (builder, "visible", run->visible);
  write_string (builder, "state", state_names[run->state]);
  if (isfinite (run->final_accuracy))
    write_double (builder, "final-accuracy", run->final_accuracy);
  write_int (builder, "best-epoch", run->best_epoch);
  json_builder_set_member_name (builder, "curves");
  json_builder_begin_object (builder);
  for (int i = 0; i < GBX_N_CURVES; i++)
    write_curve (builder, curve_names[i], run->curves[i]);
  json_builder_end_object (builder);
  write_marks (builder, run->marks);
  json_builder_end_object (builder);
}

/* Each stroke a list: x, y, x, y, … */
static void
write_drawing (JsonBuilder *builder, const NnDrawing *drawing)
{
  json_builder_set_member_name (builder, "drawing");
  json_builder_begin_array (builder);
  for (guint i = 0; i < drawing->starts->len && drawing->points->len <= MAX_DRAWN; i++) {
    guint end = i + 1 < drawing->starts->len ? g_array_index (drawing->starts, guint, i + 1)
                                             : drawing->points->len;

    json_builder_begin_array (builder);
    for (guint j = g_array_index (drawing->starts, guint, i); j < end; j++) {
      json_builder_add_double_value (builder,
                                     rounded (g_array_index (drawing->points, NnPoint, j).x));
      json_builder_add_double_value (builder,
                                     rounded (g_array_index (drawing->points, NnPoint, j).y));
    }
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
}

static void
write_experiment (JsonBuilder *builder, const NnExperiment *experiment)
{
  g_autofree char *text = nn_experiment_to_json (experiment);

  json_builder_set_member_name (builder, "experiment");
  json_builder_add_value (builder, nn_json_read (text, strlen (text), MAX_BYTES, NULL));
}

/* ---- from JSON ---- */

/* null stands for NaN. */
static gboolean
parse_numbers (JsonObject *object, const char *path, const char *key, GArray *points, gsize offset,
               GError **error)
{
  JsonArray *array = NULL;

  if (!nn_json_get_array (object, path, key, NN_JSON_REQUIRED, &array, error))
    return FALSE;
  if (points->len == 0)
    g_array_set_size (points, json_array_get_length (array));
  for (guint i = 0; i < points->len && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    double value = NAN;

    if (JSON_NODE_HOLDS_VALUE (node))
      value = json_node_get_double (node);
    memcpy (points->data + i * sizeof (GbxPoint) + offset, &value, sizeof value);
  }
  if (points->len == json_array_get_length (array))
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s.%s: expected %u numbers, got %u"), path,
               key, points->len, json_array_get_length (array));
  return FALSE;
}

static gboolean
parse_curve (JsonObject *object, const char *path, const char *name, GArray *points, GError **error)
{
  JsonObject *curve = NULL;
  g_autofree char *curve_path = nn_json_path (path, name);

  return nn_json_get_object (object, path, name, NN_JSON_REQUIRED, &curve, error) &&
         parse_numbers (curve, curve_path, "x", points, G_STRUCT_OFFSET (GbxPoint, x), error) &&
         parse_numbers (curve, curve_path, "y", points, G_STRUCT_OFFSET (GbxPoint, y), error);
}

static JsonObject *
parse_element (JsonArray *array, guint index, const char *path, GError **error)
{
  JsonNode *node = json_array_get_element (array, index);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: expected an object"), path);
  return NULL;
}

static gboolean
parse_marks (JsonObject *object, const char *path, GPtrArray *marks, GError **error)
{
  JsonArray *array = NULL;

  if (!nn_json_get_array (object, path, "marks", NN_JSON_REQUIRED, &array, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree char *mark_path = g_strdup_printf ("%s.marks[%u]", path, i);
    JsonObject *mark = parse_element (array, i, mark_path, error);
    const char *dial = NULL;
    double x = 0, value = 0;

    if (mark == NULL ||
        !nn_json_get_double (mark, mark_path, "x", NN_JSON_REQUIRED, 0, G_MAXINT, &x, error) ||
        !nn_json_get_string (mark, mark_path, "dial", NN_JSON_OPTIONAL, &dial, error) ||
        !nn_json_get_double (mark, mark_path, "value", NN_JSON_OPTIONAL, 0, G_MAXINT, &value,
                             error))
      return FALSE;
    if (dial != NULL)
      g_ptr_array_add (marks, gbx_dial_mark_new (x, dial, value));
  }
  return TRUE;
}

static gboolean
parse_run_fields (JsonObject *object, const char *path, GbxKeptRun *run, GError **error)
{
  const char *name = NULL, *detail = NULL;
  int number = 0, colour = 0, state = 0;

  if (!nn_json_get_int (object, path, "number", NN_JSON_REQUIRED, 1, G_MAXINT, &number, error) ||
      !nn_json_get_string (object, path, "name", NN_JSON_REQUIRED, &name, error) ||
      !nn_json_get_string (object, path, "detail", NN_JSON_REQUIRED, &detail, error) ||
      !nn_json_get_int (object, path, "colour", NN_JSON_REQUIRED, 0, 63, &colour, error) ||
      !nn_json_get_boolean (object, path, "visible", NN_JSON_REQUIRED, &run->visible, error) ||
      !nn_json_get_choice (object, path, "state", NN_JSON_REQUIRED, state_names, &state, error) ||
      !nn_json_get_double (object, path, "final-accuracy", NN_JSON_OPTIONAL, 0, 1,
                           &run->final_accuracy, error) ||
      !nn_json_get_int (object, path, "best-epoch", NN_JSON_REQUIRED, -1, G_MAXINT,
                        &run->best_epoch, error))
    return FALSE;
  run->number = (guint)number;
  run->name = g_strdup (name);
  run->detail = g_strdup (detail);
  run->colour = (guint)colour;
  run->state = (GbxRunState)state;
  return TRUE;
}

static gboolean
parse_run (JsonObject *object, const char *path, GbxKeptRun *run, GError **error)
{
  JsonObject *curves = NULL;
  g_autofree char *curves_path = nn_json_path (path, "curves");

  if (!parse_run_fields (object, path, run, error) ||
      !nn_json_get_object (object, path, "curves", NN_JSON_REQUIRED, &curves, error))
    return FALSE;
  for (int i = 0; i < GBX_N_CURVES; i++)
    if (!parse_curve (curves, curves_path, curve_names[i], run->curves[i], error))
      return FALSE;
  return parse_marks (object, path, run->marks, error);
}

static gboolean
parse_runs (JsonObject *object, GbxKept *kept, GError **error)
{
  JsonArray *array = NULL;

  if (!nn_json_get_array (object, "", "runs", NN_JSON_REQUIRED, &array, error))
    return FALSE;
  for (guint i = 0; i < MIN (json_array_get_length (array), GBX_KEPT_MAX_RUNS); i++) {
    g_autofree char *path = g_strdup_printf ("runs[%u]", i);
    JsonObject *run = parse_element (array, i, path, error);

    if (run == NULL)
      return FALSE;
    g_ptr_array_add (kept->runs, kept_run_new ());
    if (!parse_run (run, path, g_ptr_array_index (kept->runs, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_average (JsonObject *object, const char *name, GbxAverage *average, GError **error)
{
  JsonObject *member = NULL;

  return nn_json_get_object (object, "", name, NN_JSON_REQUIRED, &member, error) &&
         nn_json_get_double (member, name, "sum", NN_JSON_REQUIRED, -G_MAXDOUBLE, G_MAXDOUBLE,
                             &average->sum, error) &&
         nn_json_get_double (member, name, "weight", NN_JSON_REQUIRED, 0, 1, &average->weight,
                             error);
}

static gboolean
parse_experiment (JsonObject *object, GbxKept *kept, GError **error)
{
  JsonObject *experiment = NULL;
  g_autofree char *text = NULL;

  if (!nn_json_get_object (object, "", "experiment", NN_JSON_REQUIRED, &experiment, error))
    return FALSE;
  text = nn_json_write (json_object_get_member (object, "experiment"), FALSE);
  kept->experiment = nn_experiment_parse (text, -1, error);
  return kept->experiment != NULL;
}

static gboolean
parse_stroke (JsonArray *numbers, guint stroke, NnDrawing *drawing, GError **error)
{
  guint n = json_array_get_length (numbers);

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (numbers, i);
    double value = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : NAN;

    if (n % 2 == 0 && value >= 0 && value <= 1)
      continue;
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("drawing[%u]: expected pairs in 0…1"),
                 stroke);
    return FALSE;
  }
  for (guint i = 0; i < n; i += 2) {
    float x = (float)json_array_get_double_element (numbers, i);
    float y = (float)json_array_get_double_element (numbers, i + 1);

    if (i == 0)
      nn_drawing_begin_stroke (drawing, x, y);
    else
      nn_drawing_add_point (drawing, x, y);
  }
  return TRUE;
}

static gboolean
parse_drawing (JsonObject *object, NnDrawing *drawing, GError **error)
{
  JsonArray *array = NULL;

  if (!nn_json_get_array (object, "", "drawing", NN_JSON_OPTIONAL, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_ARRAY (node)) {
      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("drawing[%u]: expected pairs in 0…1"), i);
      return FALSE;
    }
    if (!parse_stroke (json_node_get_array (node), i, drawing, error))
      return FALSE;
  }
  return TRUE;
}

/* A name with a folder in it would lead out of ours. */
static gboolean
parse_weights (JsonObject *object, GbxKept *kept, GError **error)
{
  const char *weights = NULL;

  if (!nn_json_get_string (object, "", "weights", NN_JSON_OPTIONAL, &weights, error))
    return FALSE;
  if (weights != NULL && strchr (weights, G_DIR_SEPARATOR) != NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("weights: “%s” is not a file name"), weights);
    return FALSE;
  }
  kept->weights = g_strdup (weights);
  return TRUE;
}

static gboolean
parse_fields (JsonObject *object, GbxKept *kept, GError **error)
{
  const char *dataset = NULL;
  int version = 0, next_run = 1;

  if (!nn_json_get_int (object, "", "version", NN_JSON_REQUIRED, KEPT_VERSION, KEPT_VERSION,
                        &version, error) ||
      !nn_json_get_string (object, "", "dataset", NN_JSON_OPTIONAL, &dataset, error) ||
      !nn_json_get_int (object, "", "stage", NN_JSON_REQUIRED, 0, 5, &kept->stage, error) ||
      !nn_json_get_choice (object, "", "reader", NN_JSON_REQUIRED, reader_names, &kept->reader,
                           error) ||
      !nn_json_get_double (object, "", "speed", NN_JSON_REQUIRED, 0, 1e6, &kept->speed, error) ||
      !nn_json_get_int (object, "", "next-run", NN_JSON_REQUIRED, 1, G_MAXINT, &next_run, error) ||
      !nn_json_get_boolean (object, "", "has-current", NN_JSON_REQUIRED, &kept->has_current, error))
    return FALSE;
  kept->dataset_id = g_strdup (dataset);
  kept->next_run = (guint)next_run;
  return TRUE;
}

/* ---- public ---- */

GbxKept *
gbx_kept_new (void)
{
  GbxKept *kept = g_new0 (GbxKept, 1);

  kept->next_run = 1;
  kept->runs = g_ptr_array_new_with_free_func (kept_run_free);
  kept->drawing = nn_drawing_new ();
  return kept;
}

void
gbx_kept_free (GbxKept *kept)
{
  g_clear_pointer (&kept->experiment, nn_experiment_free);
  g_free (kept->dataset_id);
  g_free (kept->weights);
  g_ptr_array_unref (kept->runs);
  nn_drawing_free (kept->drawing);
  g_free (kept);
}

void
gbx_kept_add_run (GbxKept *kept, GbxRun *run)
{
  GbxKeptRun *copy = kept_run_new ();
  GPtrArray *marks = gbx_run_get_marks (run);

  copy->number = gbx_run_get_number (run);
  copy->name = g_strdup (gbx_run_get_name (run));
  copy->detail = g_strdup (gbx_run_get_detail (run));
  copy->colour = gbx_run_get_colour (run);
  copy->visible = gbx_run_get_visible (run);
  copy->state = gbx_run_get_state (run);
  copy->final_accuracy = gbx_run_get_final_accuracy (run);
  copy->best_epoch = gbx_run_get_best_epoch (run);
  for (int i = 0; i < GBX_N_CURVES; i++) {
    g_array_unref (copy->curves[i]);
    copy->curves[i] = gbx_metric_series_thin (gbx_run_get_series (run, i), GBX_KEPT_MAX_POINTS);
  }
  for (guint i = 0; i < marks->len; i++) {
    const GbxDialMark *mark = g_ptr_array_index (marks, i);
    g_ptr_array_add (copy->marks, gbx_dial_mark_new (mark->x, mark->dial, mark->value));
  }
  g_ptr_array_add (kept->runs, copy);
}

GbxRun *
gbx_kept_run_restore (const GbxKeptRun *kept)
{
  GbxRun *run = gbx_run_new (kept->number, kept->name, kept->detail, kept->colour);
  GbxRunState state = kept->state == GBX_RUN_RUNNING ? GBX_RUN_PAUSED : kept->state;

  g_object_set (run, "visible", kept->visible, "state", state, "final-accuracy",
                kept->final_accuracy, "best-epoch", kept->best_epoch, NULL);
  for (int i = 0; i < GBX_N_CURVES; i++)
    for (guint j = 0; j < kept->curves[i]->len; j++) {
      const GbxPoint *point = &g_array_index (kept->curves[i], GbxPoint, j);
      gbx_metric_series_append (gbx_run_get_series (run, i), point->x, point->y);
    }
  for (guint i = 0; i < kept->marks->len; i++) {
    const GbxDialMark *mark = g_ptr_array_index (kept->marks, i);
    gbx_run_add_mark (run, mark->x, mark->dial, mark->value);
  }
  return run;
}

char *
gbx_kept_to_json (const GbxKept *kept)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  write_int (builder, "version", KEPT_VERSION);
  write_experiment (builder, kept->experiment);
  if (kept->dataset_id != NULL)
    write_string (builder, "dataset", kept->dataset_id);
  if (kept->weights != NULL)
    write_string (builder, "weights", kept->weights);
  write_int (builder, "stage", kept->stage);
  write_string (builder, "reader", reader_names[kept->reader]);
  write_double (builder, "speed", kept->speed);
  write_int (builder, "next-run", kept->next_run);
  write_boolean (builder, "has-current", kept->has_current);
  write_average (builder, "loss", &kept->loss);
  write_average (builder, "accuracy", &kept->accuracy);
  write_drawing (builder, kept->drawing);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < kept->runs->len; i++)
    write_run (builder, g_ptr_array_index (kept->runs, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return nn_json_write (root, FALSE);
}

GbxKept *
gbx_kept_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GbxKept) kept = gbx_kept_new ();
  g_autoptr (JsonNode) root = nn_json_read (text, length, MAX_BYTES, error);
  JsonObject *object;

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("expected an object"));
    return NULL;
  }
  object = json_node_get_object (root);
  if (!parse_fields (object, kept, error) || !parse_experiment (object, kept, error) ||
      !parse_weights (object, kept, error) || !parse_average (object, "loss", &kept->loss, error) ||
      !parse_average (object, "accuracy", &kept->accuracy, error) ||
      !parse_runs (object, kept, error) || !parse_drawing (object, kept->drawing, error))
    return NULL;
  return g_steal_pointer (&kept);
}
