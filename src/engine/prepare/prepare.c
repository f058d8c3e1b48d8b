/* prepare.c: the "prepare" part of the recipe, and the scale of the numbers a network reads. */
#include "prepare.h"
#include "engine/ink/drawing.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/kernels.h"

static const char *const scale_names[] = {"unit", "none", NULL};

/* How far an augmentation may go before no digit would survive it. */
#define MOST_SHIFT 14
#define MOST_ROTATION 180
#define MOST_SCALE 0.9
#define MOST_STROKE_WIDTH 8

NnPrepareSpec
nn_prepare_spec_default (void)
{
  return (NnPrepareSpec){.side = NN_DIGIT_SIDE, .scale = NN_SCALE_UNIT};
}

static gboolean
parse_augmentation (JsonObject *object, const char *path, NnAugmentation *augmentation,
                    GError **error)
{
  static const char *const members[] = {"shift", "rotation", "scale", "stroke_width", NULL};

  return nn_json_check_members (object, path, members, error) &&
         nn_json_get_double (object, path, "shift", NN_JSON_OPTIONAL, 0, MOST_SHIFT,
                             &augmentation->shift, error) &&
         nn_json_get_double (object, path, "rotation", NN_JSON_OPTIONAL, 0, MOST_ROTATION,
                             &augmentation->rotation, error) &&
         nn_json_get_double (object, path, "scale", NN_JSON_OPTIONAL, 0, MOST_SCALE,
                             &augmentation->scale, error) &&
         nn_json_get_double (object, path, "stroke_width", NN_JSON_OPTIONAL, 0, MOST_STROKE_WIDTH,
                             &augmentation->stroke_width, error);
}

gboolean
nn_prepare_spec_parse (JsonObject *object, const char *path, NnPrepareSpec *spec, GError **error)
{
  static const char *const members[] = {"side", "scale", "validation_fraction", "augmentation",
                                        NULL};
  NnPrepareSpec parsed = nn_prepare_spec_default ();
  JsonObject *augmentation = NULL;
  int scale = parsed.scale;

  if (!nn_json_check_members (object, path, members, error) ||
      !nn_json_get_int (object, path, "side", NN_JSON_OPTIONAL, NN_DIGIT_SIDE, NN_DIGIT_SIDE,
                        &parsed.side, error) ||
      !nn_json_get_choice (object, path, "scale", NN_JSON_OPTIONAL, scale_names, &scale, error) ||
      !nn_json_get_double (object, path, "validation_fraction", NN_JSON_OPTIONAL, 0, 0.9,
                           &parsed.validation_fraction, error) ||
      !nn_json_get_object (object, path, "augmentation", NN_JSON_OPTIONAL, &augmentation, error))
    return FALSE;

  if (augmentation != NULL) {
    g_autofree char *inner = nn_json_path (path, "augmentation");

    if (!parse_augmentation (augmentation, inner, &parsed.augmentation, error))
      return FALSE;
  }
  parsed.scale = scale;
  *spec = parsed;
  return TRUE;
}

void
nn_prepare_spec_write (const NnPrepareSpec *spec, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  nn_json_add_int (builder, "side", spec->side);
  nn_json_add_string (builder, "scale", scale_names[spec->scale]);
  nn_json_add_double (builder, "validation_fraction", spec->validation_fraction);
  json_builder_set_member_name (builder, "augmentation");
  json_builder_begin_object (builder);
  nn_json_add_double (builder, "shift", spec->augmentation.shift);
  nn_json_add_double (builder, "rotation", spec->augmentation.rotation);
  nn_json_add_double (builder, "scale", spec->augmentation.scale);
  nn_json_add_double (builder, "stroke_width", spec->augmentation.stroke_width);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

void
nn_prepare_pixels (const NnPrepareSpec *spec, const guint8 *pixels, real *x)
{
  gsize n = (gsize)spec->side * spec->side;

  if (spec->scale == NN_SCALE_UNIT)
    nn_kernels ()->from_bytes_unit (x, pixels, n);
  else
    nn_kernels ()->from_bytes (x, pixels, n);
}
