/* gbx-kept-document.c: reads session.json, in which earlier versions kept a session and its runs.
 */
#include "gbx-kept.h"

#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const state_names[] = {"new", "running", "paused", "finished", "diverged", NULL};
static const char *const curve_names[] = {"training-loss", "training-accuracy", "validation-loss",
                                          "validation-accuracy", NULL};

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
  run->uuid = g_uuid_string_random ();
  run->note = g_strdup ("");
  run->own = TRUE;
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
    g_ptr_array_add (kept->runs, gbx_kept_run_new ());
    if (!parse_run (run, path, g_ptr_array_index (kept->runs, i), error))
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

/* ---- public ---- */

GbxKept *
gbx_kept_parse_document (const char *text, gsize length, GError **error)
{
  g_autoptr (GbxKept) kept = gbx_kept_new ();
  g_autoptr (JsonNode) root = gbx_kept_read_json (text, length, error);
  gboolean has_current = FALSE;
  JsonObject *object;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  if (!gbx_kept_parse_session (kept, object, error) ||
      !nn_json_get_boolean (object, "", "has-current", NN_JSON_REQUIRED, &has_current, error) ||
      !parse_weights (object, kept, error) || !parse_runs (object, kept, error))
    return NULL;
  if (has_current && kept->runs->len > 0 && kept->weights != NULL)
    kept->run = g_strdup (((GbxKeptRun *)g_ptr_array_index (kept->runs, 0))->uuid);
  return g_steal_pointer (&kept);
}
