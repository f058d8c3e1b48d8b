/* prepare.c: the "prepare" part of the recipe from JSON and back. */
#include "prepare.h"

#include "engine/error.h"
#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const scale_names[] = {"unit", "none", NULL};

NnPrepareSpec
nn_prepare_spec_default (void)
{
  return (NnPrepareSpec){
      .side = NN_DIGIT_SIDE,
      .invert = TRUE,
      .ink = nn_ink_steps_default (),
      .scale = NN_SCALE_UNIT,
      .augmentation = {.elastic_smoothing = 4},
  };
}

/* ---- from JSON ---- */

typedef struct {
  const char *name;
  double least, most;
  double *value;
} Number;

static gboolean
parse_numbers (JsonObject *object, const char *path, const Number *numbers, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!nn_json_get_double (object, path, numbers[i].name, NN_JSON_OPTIONAL, numbers[i].least,
                             numbers[i].most, numbers[i].value, error))
      return FALSE;
  return TRUE;
}

static gboolean
parse_augmentation (JsonObject *object, const char *path, NnAugmentation *augmentation,
                    GError **error)
{
  static const char *const members[] = {"shift",   "rotation",          "scale",        "shear",
                                        "elastic", "elastic_smoothing", "stroke_width", NULL};
  const Number numbers[] = {
      {"shift", 0, NN_MAX_SHIFT, &augmentation->shift},
      {"rotation", 0, NN_MAX_ROTATION, &augmentation->rotation},
      {"scale", 0, NN_MAX_RESCALING, &augmentation->scale},
      {"shear", 0, NN_MAX_SHEAR, &augmentation->shear},
      {"elastic", 0, NN_MAX_ELASTIC, &augmentation->elastic},
      {"elastic_smoothing", NN_MIN_SMOOTHING, NN_MAX_SMOOTHING, &augmentation->elastic_smoothing},
      {"stroke_width", 0, NN_MAX_STROKE_CHANGE, &augmentation->stroke_width},
  };

  return nn_json_check_members (object, path, members, error) &&
         parse_numbers (object, path, numbers, G_N_ELEMENTS (numbers), error);
}

static gboolean
parse_ink (JsonObject *object, const char *path, NnPrepareSpec *spec, GError **error)
{
  return nn_json_get_boolean (object, path, "invert", NN_JSON_OPTIONAL, &spec->invert, error) &&
         nn_json_get_boolean (object, path, "crop", NN_JSON_OPTIONAL, &spec->ink.crop, error) &&
         nn_json_get_boolean (object, path, "keep_aspect", NN_JSON_OPTIONAL, &spec->ink.keep_aspect,
                              error) &&
         nn_json_get_boolean (object, path, "resize", NN_JSON_OPTIONAL, &spec->ink.resize, error) &&
         nn_json_get_int (object, path, "field", NN_JSON_OPTIONAL, NN_MIN_FIELD, NN_DIGIT_SIDE,
                          &spec->ink.field, error) &&
         nn_json_get_boolean (object, path, "centre", NN_JSON_OPTIONAL, &spec->ink.centre, error);
}

static gboolean
parse_list (JsonObject *object, const char *path, const char *key, gsize n, double least,
            double *numbers, GError **error)
{
  JsonArray *list;

  if (!nn_json_get_array (object, path, key, NN_JSON_REQUIRED, &list, error))
    return FALSE;
  if (json_array_get_length (list) != n) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s.%s: expected %zu numbers, got %u"), path,
                 key, n, json_array_get_length (list));
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    if (!nn_json_get_double_item (list, i, path, key, least, G_MAXFLOAT, &numbers[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
parse_fit (JsonObject *object, const char *path, NnPrepareSpec *spec, GError **error)
{
  static const char *const members[] = {"mean", "deviation", NULL};
  g_autofree double *numbers = NULL;
  JsonArray *means;
  gsize n;

  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_array (object, path, "mean", NN_JSON_REQUIRED, &means, error))
    return FALSE;
  n = json_array_get_length (means);
  if (n < 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s.mean: expected at least one number"),
                 path);
    return FALSE;
  }
  numbers = g_new (double, 2 * n);
  if (!parse_list (object, path, "mean", n, -G_MAXFLOAT, numbers, error) ||
      !parse_list (object, path, "deviation", n, NN_MIN_DEVIATION, numbers + n, error))
    return FALSE;
  spec->fit = nn_fit_new (n, numbers);
  return TRUE;
}

/* A table has nothing to be resampled. */
static gboolean
parse_table (JsonObject *object, const char *path, NnPrepareSpec *spec, GError **error)
{
  static const char *const members[] = {"columns",       "standardise", "validation_fraction",
                                        "test_fraction", "fit",         NULL};
  const Number numbers[] = {
      {"validation_fraction", 0, NN_MAX_FRACTION, &spec->validation_fraction},
      {"test_fraction", 0, NN_MAX_FRACTION, &spec->test_fraction},
  };
  g_autofree char *inner = nn_json_path (path, "columns");
  g_autofree char *fitted = nn_json_path (path, "fit");
  JsonArray *columns = NULL;
  JsonObject *fit = NULL;

  spec->standardise = TRUE;
  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_array (object, path, "columns", NN_JSON_REQUIRED, &columns, error) ||
      !nn_json_get_boolean (object, path, "standardise", NN_JSON_OPTIONAL, &spec->standardise,
                            error) ||
      !parse_numbers (object, path, numbers, G_N_ELEMENTS (numbers), error) ||
      !nn_json_get_object (object, path, "fit", NN_JSON_OPTIONAL, &fit, error) ||
      (fit != NULL && !parse_fit (fit, fitted, spec, error)))
    return FALSE;
  spec->columns = nn_columns_parse (columns, inner, error);
  if (spec->columns == NULL || spec->fit == NULL || spec->fit->n == (gsize)spec->columns->count)
    return spec->columns != NULL;
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE, _ ("%s: expected %d means and deviations, got %zu"),
               fitted, spec->columns->count, spec->fit->n);
  return FALSE;
}

gboolean
nn_prepare_spec_parse (JsonObject *object, const char *path, NnPrepareSpec *spec, GError **error)
{
  static const char *const members[] = {"side",
                                        "invert",
                                        "crop",
                                        "keep_aspect",
                                        "resize",
                                        "field",
                                        "centre",
                                        "scale",
                                        "noise",
                                        "standardise",
                                        "validation_fraction",
                                        "test_fraction",
                                        "fit",
                                        "augmentation",
                                        NULL};
  NnPrepareSpec parsed = nn_prepare_spec_default ();
  const Number numbers[] = {
      {"noise", 0, NN_MAX_NOISE, &parsed.noise},
      {"validation_fraction", 0, NN_MAX_FRACTION, &parsed.validation_fraction},
      {"test_fraction", 0, NN_MAX_FRACTION, &parsed.test_fraction},
  };
  JsonObject *augmentation = NULL, *fit = NULL;
  g_autofree char *inner = nn_json_path (path, "augmentation");
  g_autofree char *fitted = nn_json_path (path, "fit");
  int scale = parsed.scale;

  if (json_object_has_member (object, "columns"))
    return parse_table (object, path, spec, error);
  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_int (object, path, "side", NN_JSON_OPTIONAL, NN_DIGIT_SIDE, NN_DIGIT_SIDE,
                        &parsed.side, error) ||
      !parse_ink (object, path, &parsed, error) ||
      !nn_json_get_choice (object, path, "scale", NN_JSON_OPTIONAL, scale_names, &scale, error) ||
      !nn_json_get_boolean (object, path, "standardise", NN_JSON_OPTIONAL, &parsed.standardise,
                            error) ||
      !parse_numbers (object, path, numbers, G_N_ELEMENTS (numbers), error) ||
      !nn_json_get_object (object, path, "augmentation", NN_JSON_OPTIONAL, &augmentation, error) ||
      (augmentation != NULL &&
       !parse_augmentation (augmentation, inner, &parsed.augmentation, error)) ||
      !nn_json_get_object (object, path, "fit", NN_JSON_OPTIONAL, &fit, error) ||
      (fit != NULL && !parse_fit (fit, fitted, &parsed, error)))
    return FALSE;

  parsed.scale = scale;
  *spec = parsed;
  return TRUE;
}

/* ---- to JSON ---- */

static void
write_list (JsonBuilder *builder, const char *name, const double *numbers, gsize n)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n; i++)
    json_builder_add_double_value (builder, numbers[i]);
  json_builder_end_array (builder);
}

static void
write_augmentation (const NnAugmentation *augmentation, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "augmentation");
  json_builder_begin_object (builder);
  nn_json_add_double (builder, "shift", augmentation->shift);
  nn_json_add_double (builder, "rotation", augmentation->rotation);
  nn_json_add_double (builder, "scale", augmentation->scale);
  nn_json_add_double (builder, "shear", augmentation->shear);
  nn_json_add_double (builder, "elastic", augmentation->elastic);
  nn_json_add_double (builder, "elastic_smoothing", augmentation->elastic_smoothing);
  nn_json_add_double (builder, "stroke_width", augmentation->stroke_width);
  json_builder_end_object (builder);
}

static void
write_fit (const NnFit *fit, JsonBuilder *builder)
{
  if (fit == NULL)
    return;
  json_builder_set_member_name (builder, "fit");
  json_builder_begin_object (builder);
  write_list (builder, "mean", fit->numbers, fit->n);
  write_list (builder, "deviation", fit->numbers + fit->n, fit->n);
  json_builder_end_object (builder);
}

static void
write_table (const NnPrepareSpec *spec, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  nn_columns_write (spec->columns, "columns", builder);
  nn_json_add_boolean (builder, "standardise", spec->standardise);
  write_fit (spec->fit, builder);
  nn_json_add_double (builder, "validation_fraction", spec->validation_fraction);
  nn_json_add_double (builder, "test_fraction", spec->test_fraction);
  json_builder_end_object (builder);
}

void
nn_prepare_spec_write (const NnPrepareSpec *spec, JsonBuilder *builder)
{
  if (spec->columns != NULL) {
    write_table (spec, builder);
    return;
  }
  json_builder_begin_object (builder);
  nn_json_add_int (builder, "side", spec->side);
  nn_json_add_boolean (builder, "invert", spec->invert);
  nn_json_add_boolean (builder, "crop", spec->ink.crop);
  nn_json_add_boolean (builder, "keep_aspect", spec->ink.keep_aspect);
  nn_json_add_boolean (builder, "resize", spec->ink.resize);
  nn_json_add_int (builder, "field", spec->ink.field);
  nn_json_add_boolean (builder, "centre", spec->ink.centre);
  nn_json_add_string (builder, "scale", scale_names[spec->scale]);
  nn_json_add_double (builder, "noise", spec->noise);
  nn_json_add_boolean (builder, "standardise", spec->standardise);
  write_fit (spec->fit, builder);
  nn_json_add_double (builder, "validation_fraction", spec->validation_fraction);
  nn_json_add_double (builder, "test_fraction", spec->test_fraction);
  write_augmentation (&spec->augmentation, builder);
  json_builder_end_object (builder);
}

gboolean
nn_prepare_spec_same_samples (const NnPrepareSpec *a, const NnPrepareSpec *b, gboolean as_they_are)
{
  if (!nn_prepare_spec_same_input (a, b))
    return FALSE;
  return a->scale == b->scale && a->noise == b->noise && a->standardise == b->standardise &&
         a->validation_fraction == b->validation_fraction && a->test_fraction == b->test_fraction &&
         memcmp (&a->augmentation, &b->augmentation, sizeof a->augmentation) == 0 &&
         (as_they_are || memcmp (&a->ink, &b->ink, sizeof a->ink) == 0);
}

/* ---- pictures or rows ---- */

NnShape
nn_prepare_spec_input (const NnPrepareSpec *spec)
{
  return spec->columns != NULL ? nn_shape_vector (nn_columns_width (spec->columns))
                               : nn_shape_image (spec->side, spec->side, 1);
}

gboolean
nn_prepare_spec_same_input (const NnPrepareSpec *a, const NnPrepareSpec *b)
{
  if (a->columns == NULL || b->columns == NULL)
    return a->columns == b->columns && a->side == b->side;
  return nn_columns_same (a->columns, b->columns);
}

void
nn_prepare_spec_follow (NnPrepareSpec *spec, const NnDataset *dataset)
{
  NnPrepareSpec wanted = nn_prepare_spec_default ();

  wanted.columns = dataset->columns;
  if (nn_prepare_spec_same_input (spec, &wanted))
    return;
  wanted.standardise = dataset->columns != NULL;
  wanted.validation_fraction = spec->validation_fraction;
  wanted.test_fraction = spec->test_fraction;
  nn_prepare_spec_hold (&wanted);
  nn_prepare_spec_release (spec);
  *spec = wanted;
}

void
nn_prepare_spec_hold (NnPrepareSpec *spec)
{
  if (spec->columns != NULL)
    nn_columns_ref (spec->columns);
  if (spec->fit != NULL)
    nn_fit_ref (spec->fit);
}

void
nn_prepare_spec_release (NnPrepareSpec *spec)
{
  g_clear_pointer (&spec->columns, nn_columns_unref);
  g_clear_pointer (&spec->fit, nn_fit_unref);
}

/* ---- what was measured ---- */

NnFit *
nn_fit_new (gsize n, const double *numbers)
{
  NnFit *fit = g_new0 (NnFit, 1);

  g_atomic_ref_count_init (&fit->references);
  fit->n = n;
  fit->numbers = g_memdup2 (numbers, 2 * n * sizeof *numbers);
  return fit;
}

NnFit *
nn_fit_ref (NnFit *fit)
{
  g_atomic_ref_count_inc (&fit->references);
  return fit;
}

void
nn_fit_unref (NnFit *fit)
{
  if (fit == NULL || !g_atomic_ref_count_dec (&fit->references))
    return;
  g_free (fit->numbers);
  g_free (fit);
}

void
nn_prepare_spec_set_fit (NnPrepareSpec *spec, NnFit *fit)
{
  NnFit *old = spec->fit;

  spec->fit = fit != NULL ? nn_fit_ref (fit) : NULL;
  nn_fit_unref (old);
}
