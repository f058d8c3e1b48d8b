/* stage.h: a widget in a window, what it looks like, and hands to work it with. */
#pragma once

#include "ui/widgets/gbx-palette.h"

typedef struct {
  GtkWidget *window, *widget;
  int width, height, scale;
  guint32 *pixels; /* of the last shot: [height · scale][width · scale] 0xAARRGGBB */
} Stage;

/** stage_init: For main(): the test framework, GTK, and light colours. */
void stage_init (int *argc, char ***argv);
/** stage_new: @widget: (transfer floating): shown at exactly this size. */
Stage stage_new (GtkWidget *widget, int width, int height);
/** stage_free: Takes the window down; asserts that nobody else holds the widget. */
void stage_free (Stage *stage);

/** stage_shoot: Draws @widget as it is now into the pixels. */
void stage_shoot (Stage *stage);
/** stage_pixel: In logical pixels; the screen's pixel that has the place in it. */
guint32 stage_pixel (Stage *stage, double x, double y);
/** stage_count: How many of the screen's pixels in the rectangle have exactly this colour. */
guint stage_count (Stage *stage, guint32 colour, int left, int top, int width, int height);
guint stage_count_all (Stage *stage, guint32 colour);
/** stage_colour: A colour of the palette as 0xAARRGGBB. */
guint32 stage_colour (Stage *stage, GbxColour colour);
guint32 stage_pack (const GdkRGBA *rgba);
/** stage_settle: Lets the main loop do what is pending. */
void stage_settle (void);

/** stage_controller: Returns: (transfer none): the widget's event controller of this type. */
gpointer stage_controller (GtkWidget *widget, GType type);
/** stage_press: A key. Returns: TRUE when the widget took it. */
gboolean stage_press (GtkWidget *widget, guint key, GdkModifierType state);
void stage_click (GtkWidget *widget, double x, double y);
/** stage_selected: The property "selected". */
int stage_selected (GtkWidget *widget);
/** stage_count_cb: A signal handler that counts; swapped. */
void stage_count_cb (guint *n);

#define assert_press(widget, key) g_assert_true (stage_press (widget, key, 0))
/* Live descriptions come with a delay: waits for it. */
void stage_assert_property (GtkWidget *widget, GtkAccessibleProperty property, const char *text);
#define assert_description(widget, text)                                                           \
  stage_assert_property (GTK_WIDGET (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text)
#define assert_label(widget, text)                                                                 \
  stage_assert_property (GTK_WIDGET (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text)
