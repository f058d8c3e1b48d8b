/* gbx-magnifier.c: one picture of a contact sheet in a window of its own, with its numbers. */
#include "gbx-magnifier.h"

#include "ui/widgets/gbx-pixel-grid.h"

#include <glib/gi18n-lib.h>

/* Lives as long as its window. */
typedef struct {
  GtkWindow *window;
  GbxContactSheet *sheet; /* owned */
  NnDataset *dataset;     /* owned */
  const NnExamples *examples;
  GbxPixelGrid *grid;
} Magnifier;

static void
magnifier_free (gpointer data)
{
  Magnifier *magnifier = data;

  g_signal_handlers_disconnect_by_data (magnifier->sheet, magnifier);
  g_object_unref (magnifier->sheet);
  nn_dataset_unref (magnifier->dataset);
  g_free (magnifier);
}

static void
show_picture (Magnifier *magnifier)
{
  const NnDataset *dataset = magnifier->dataset;
  gsize n = (gsize)dataset->width * dataset->height;
  g_autofree guint8 *grey = g_malloc (n);
  g_autofree char *title = NULL;
  const guint8 *bytes;
  int number, label;

  g_object_get (magnifier->sheet, "selected", &number, NULL);
  if (number < 0 || (gsize)number >= magnifier->examples->count)
    return;
  bytes = magnifier->examples->images + (gsize)number * n * dataset->channels;
  for (gsize i = 0; i < n; i++)
    grey[i] = bytes[i * dataset->channels];
  label = magnifier->examples->labels[number];
  /* TRANSLATORS: the number of a picture, and its class */
  title = g_strdup_printf (_ ("Picture %d: %s"), number,
                           label < dataset->n_classes ? nn_dataset_get_class_name (dataset, label)
                                                      : "?");
  gtk_window_set_title (magnifier->window, title);
  gbx_pixel_grid_set_pixels (magnifier->grid, grey, dataset->width, dataset->height,
                             dataset->maximum);
}

static gboolean
key_cb (Magnifier *magnifier, guint key, guint code, GdkModifierType state)
{
  if (key == GDK_KEY_Escape)
    gtk_window_destroy (magnifier->window);
  else if (key == GDK_KEY_Return || key == GDK_KEY_space || key == GDK_KEY_Tab)
    return GDK_EVENT_PROPAGATE; /* the buttons' */
  else if (!GBX_DRAWN_GET_CLASS (magnifier->sheet)->key (GBX_DRAWN (magnifier->sheet), key, state))
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
step (Magnifier *magnifier, guint key)
{
  GBX_DRAWN_GET_CLASS (magnifier->sheet)->key (GBX_DRAWN (magnifier->sheet), key, 0);
}

static void
back_cb (Magnifier *magnifier)
{
  step (magnifier, GDK_KEY_Left);
}

static void
forth_cb (Magnifier *magnifier)
{
  step (magnifier, GDK_KEY_Right);
}

static GtkWidget *
make_button (Magnifier *magnifier, const char *icon, const char *tip, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_signal_connect_swapped (button, "clicked", clicked, magnifier);
  return button;
}

void
gbx_magnifier_show (GtkWindow *window, GbxContactSheet *sheet, NnDataset *dataset,
                    const NnExamples *examples)
{
  Magnifier *magnifier = g_new0 (Magnifier, 1);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  magnifier->window = GTK_WINDOW (adw_window_new ());
  magnifier->sheet = g_object_ref (sheet);
  magnifier->dataset = nn_dataset_ref (dataset);
  magnifier->examples = examples;
  magnifier->grid = g_object_new (GBX_TYPE_PIXEL_GRID, "vexpand", TRUE, NULL);
  g_object_set_data_full (G_OBJECT (magnifier->window), "magnifier", magnifier, magnifier_free);
  gtk_window_set_transient_for (magnifier->window, window);
  gtk_window_set_modal (magnifier->window, TRUE);
  gtk_window_set_destroy_with_parent (magnifier->window, TRUE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar),
                             make_button (magnifier, "go-previous-symbolic",
                                          _ ("Picture before this one"), G_CALLBACK (back_cb)));
  adw_header_bar_pack_start (
      ADW_HEADER_BAR (bar),
      make_button (magnifier, "go-next-symbolic", _ ("Next picture"), G_CALLBACK (forth_cb)));
  gtk_box_append (GTK_BOX (content), bar);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (magnifier->grid));
  adw_window_set_content (ADW_WINDOW (magnifier->window), content);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), magnifier);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (magnifier->window), keys);
  g_signal_connect_swapped (sheet, "notify::selected", G_CALLBACK (show_picture), magnifier);
  show_picture (magnifier);
  gtk_window_present (magnifier->window);
}
