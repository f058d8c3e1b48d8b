/* gbx-block-panel.c: what the panels share that show one block of a network. */
#include "gbx-block-panel.h"

typedef struct {
  int selected;
  gboolean showing;
} GbxBlockPanelPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GbxBlockPanel, gbx_block_panel, ADW_TYPE_BIN)

enum { PROP_0, PROP_SELECTED, PROP_INPUT, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void
set_selected (GbxBlockPanel *self, int selected)
{
  GbxBlockPanelPrivate *private = gbx_block_panel_get_instance_private (self);

  selected = MAX (selected, 0);
  if (private->selected == selected)
    return;
  private->selected = selected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
gbx_block_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GbxBlockPanel *self = GBX_BLOCK_PANEL (object);

  if (id == PROP_SELECTED)
    g_value_set_int (value, gbx_block_panel_get_selected (self));
  else if (id == PROP_INPUT)
    g_value_set_int (value, GBX_BLOCK_PANEL_GET_CLASS (self)->get_input (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_block_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SELECTED)
    set_selected (GBX_BLOCK_PANEL (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_block_panel_class_init (GbxBlockPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_block_panel_get_property;
  object_class->set_property = gbx_block_panel_set_property;
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, 0, G_MAXINT, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_INPUT] = g_param_spec_int ("input", NULL, NULL, -1, G_MAXINT, -1,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gbx_block_panel_init (GbxBlockPanel *self)
{
}

int
gbx_block_panel_get_selected (GbxBlockPanel *self)
{
  GbxBlockPanelPrivate *private = gbx_block_panel_get_instance_private (self);

  return private->selected;
}

void
gbx_block_panel_set_showing (GbxBlockPanel *self, gboolean showing)
{
  GbxBlockPanelPrivate *private = gbx_block_panel_get_instance_private (self);

  private->showing = showing;
}

void
gbx_block_panel_choose (GbxBlockPanel *self, int selected)
{
  GbxBlockPanelPrivate *private = gbx_block_panel_get_instance_private (self);

  if (!private->showing)
    set_selected (self, selected);
}

void
gbx_block_panel_input_chosen (GbxBlockPanel *self)
{
  GbxBlockPanelPrivate *private = gbx_block_panel_get_instance_private (self);

  if (!private->showing)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INPUT]);
}
