/* gbx-kept.c: what is kept of a session: to and from the session's objects, to and from JSON. */
#include "gbx-kept.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KEPT_VERSION 1
#define MAX_DRAWN 100000 /* points of a drawing: minutes of scribbling */
#define MAX_BYTES (64 * 1024 * 1024)

static const char *const reader_names[] = {"pretrained", "own", NULL};

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
write_average (JsonBuilder *builder, const char *name, const GbxAverage *average)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  write_double (builder, "sum", average->sum);
  write_double (builder, "weight", average->weight);
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
      !nn_json_get_int (object, "", "next-run", NN_JSON_REQUIRED, 1, G_MAXINT, &next_run, error))
    return FALSE;
  kept->dataset_id = g_strdup (dataset);
  kept->next_run = (guint)next_run;
  return TRUE;
}

/* ---- public ---- */

GbxKeptRun *
gbx_kept_run_new (void)
{
  GbxKeptRun *run = g_new0 (GbxKeptRun, 1);

  run->final_accuracy = NAN;
  run->best_epoch = -1;
  for (int i = 0; i < GBX_N_CURVES; i++)
    run->curves[i] = g_array_new (FALSE, FALSE, sizeof (GbxPoint));
  run->marks = g_ptr_array_new_with_free_func (gbx_dial_mark_free);
  return run;
}

void
gbx_kept_run_free (gpointer data)
{
  GbxKeptRun *run = data;

  g_free (run->uuid);
  g_free (run->name);
  g_free (run->detail);
  g_free (run->note);
  g_free (run->recipe);
  g_free (run->dataset_id);
  g_free (run->weights);
  for (int i = 0; i < GBX_N_CURVES; i++)
    g_array_unref (run->curves[i]);
  g_ptr_array_unref (run->marks);
  g_free (run);
}

GbxKept *
gbx_kept_new (void)
{
  GbxKept *kept = g_new0 (GbxKept, 1);

  kept->next_run = 1;
  kept->deleted = g_ptr_array_new_with_free_func (g_free);
  kept->runs = g_ptr_array_new_with_free_func (gbx_kept_run_free);
  kept->drawing = nn_drawing_new ();
  return kept;
}

void
gbx_kept_free (GbxKept *kept)
{
  g_clear_pointer (&kept->experiment, nn_experiment_free);
  g_free (kept->dataset_id);
  g_free (kept->weights);
  g_free (kept->run);
  g_ptr_array_unref (kept->runs);
  g_ptr_array_unref (kept->deleted);
  nn_drawing_free (kept->drawing);
  g_free (kept);
}

GbxKeptRun *
gbx_kept_add_run (GbxKept *kept, GbxRun *run, const guint *first)
{
  GbxKeptRun *copy = gbx_kept_run_new ();
  GPtrArray *marks = gbx_run_get_marks (run);

  copy->uuid = g_strdup (gbx_run_get_uuid (run));
  copy->number = gbx_run_get_number (run);
  copy->name = g_strdup (gbx_run_get_name (run));
  copy->detail = g_strdup (gbx_run_get_detail (run));
  copy->note = g_strdup (gbx_run_get_note (run));
  copy->colour = gbx_run_get_colour (run);
  copy->visible = gbx_run_get_visible (run);
  copy->state = gbx_run_get_state (run);
  copy->final_accuracy = gbx_run_get_final_accuracy (run);
  copy->best_epoch = gbx_run_get_best_epoch (run);
  copy->begun = gbx_run_get_begun (run);
  for (int i = 0; i < GBX_N_CURVES; i++) {
    guint n;
    const GbxPoint *points = gbx_metric_series_peek (gbx_run_get_series (run, i), &n);

    copy->first[i] = MIN (first[i], n);
    g_array_append_vals (copy->curves[i], points + copy->first[i], n - copy->first[i]);
  }
  for (guint i = 0; i < marks->len; i++) {
    const GbxDialMark *mark = g_ptr_array_index (marks, i);
    g_ptr_array_add (copy->marks, gbx_dial_mark_new (mark->x, mark->dial, mark->value));
  }
  g_ptr_array_add (kept->runs, copy);
  return copy;
}

GbxRun *
gbx_kept_run_restore (const GbxKeptRun *kept)
{
  GbxRunState state = kept->state == GBX_RUN_RUNNING ? GBX_RUN_PAUSED : kept->state;
  GbxRun *run = g_object_new (GBX_TYPE_RUN, "uuid", kept->uuid, "number", kept->number, "name",
                              kept->name, "detail", kept->detail, "colour", kept->colour, "begun",
                              kept->begun, "note", kept->note, NULL);

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
  write_int (builder, "stage", kept->stage);
  write_string (builder, "reader", reader_names[kept->reader]);
  write_double (builder, "speed", kept->speed);
  write_int (builder, "next-run", kept->next_run);
  write_average (builder, "loss", &kept->loss);
  write_average (builder, "accuracy", &kept->accuracy);
  write_drawing (builder, kept->drawing);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return nn_json_write (root, FALSE);
}

JsonNode *
gbx_kept_read_json (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = nn_json_read (text, length, MAX_BYTES, error);

  if (root != NULL && !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("expected an object"));
    return NULL;
  }
  return g_steal_pointer (&root);
}

gboolean
gbx_kept_parse_session (GbxKept *kept, JsonObject *object, GError **error)
{
  return parse_fields (object, kept, error) && parse_experiment (object, kept, error) &&
         parse_average (object, "loss", &kept->loss, error) &&
         parse_average (object, "accuracy", &kept->accuracy, error) &&
         parse_drawing (object, kept->drawing, error);
}

GbxKept *
gbx_kept_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GbxKept) kept = gbx_kept_new ();
  g_autoptr (JsonNode) root = gbx_kept_read_json (text, length, error);

  if (root == NULL || !gbx_kept_parse_session (kept, json_node_get_object (root), error))
    return NULL;
  return g_steal_pointer (&kept);
}
