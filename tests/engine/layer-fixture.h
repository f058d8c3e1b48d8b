/* layer-fixture.h: networks of one layer, and recipes of one. */
#pragma once

#include "engine/design/network.h"

#include <math.h>
#include <string.h>

/* A network of the one layer, which takes ownership of @spec. */
static inline NnNetwork *
network_of (NnLayerSpec *spec, NnShape shape, int max_batch, NnPool *pool)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  NnNetwork *network;

  g_ptr_array_add (specs, spec);
  network = nn_network_new (specs, &shape, max_batch, TRUE, pool, &error);
  g_assert_no_error (error);
  return network;
}

static inline void
assert_near (double got, double expected, double tolerance)
{
  g_assert_cmpfloat (fabs (got - expected), <=, tolerance * MAX (1, fabs (expected)));
}

static inline NnLayerSpec *
parse_spec (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (node);
  const NnLayerClass *class_ = nn_layer_class_find (json_object_get_string_member (object, "type"));
  NnLayerSpec *spec = g_malloc0 (class_->spec_size);

  spec->class_ = class_;
  if (class_->parse (spec, object, "layers[2]", error))
    return spec;
  g_free (spec);
  return NULL;
}

static inline char *
write_spec (const NnLayerSpec *spec)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, spec->class_->type);
  spec->class_->write (spec, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* What is read is written back the same: @n texts. */
static inline void
check_round_trips (const char *const *texts, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree NnLayerSpec *spec = parse_spec (texts[i], &error);
    g_autofree NnLayerSpec *copy = NULL;
    g_autofree char *text = NULL;

    g_assert_no_error (error);
    copy = nn_layer_spec_copy (spec);
    text = write_spec (copy);
    g_assert_cmpstr (text, ==, texts[i]);
  }
}

/* A recipe and its message, @n times. */
static inline void
check_recipe_errors (const char *const (*cases)[2], gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse_spec (cases[i][0], &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, ==, cases[i][1]);
  }
}

/* The layer of @spec, which is taken over, refuses an input of @shape with @message. */
static inline void
check_refused (NnLayerSpec *spec, NnShape shape, const char *message)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (specs, spec);
  g_assert_null (nn_network_new (specs, &shape, 1, TRUE, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_cmpstr (error->message, ==, message);
}
