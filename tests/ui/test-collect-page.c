/* test-collect-page.c: the Collect stage: drawings put into sets, relabelled, taken back. */
#include "finding.h"
#include "session-helpers.h"

#include "ui/collect/gbx-collect-page.h"
#include "ui/gbx-application.h"
#include "ui/gbx-drawing-panel.h"
#include "ui/gbx-language.h"
#include "ui/widgets/gbx-album-sheet.h"

typedef struct {
  GbxSession *session;
  GtkWidget *window, *page, *panel;
} Scene;

static void
set_up (Scene *scene, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  scene->session = session_test_open (NULL);
  scene->window = gtk_window_new ();
  scene->page = g_object_new (GBX_TYPE_COLLECT_PAGE, "session", scene->session, NULL);
  scene->panel = g_object_new (GBX_TYPE_DRAWING_PANEL, "session", scene->session, NULL);
  gtk_widget_set_hexpand (scene->page, TRUE);
  gtk_box_append (GTK_BOX (box), scene->page);
  gtk_box_append (GTK_BOX (box), scene->panel);
  gtk_window_set_child (GTK_WINDOW (scene->window), box);
  gtk_window_set_default_size (GTK_WINDOW (scene->window), 940, 410);
  gtk_window_present (GTK_WINDOW (scene->window));
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  gpointer window = scene->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (scene->window));
  while (window != NULL || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, window != NULL);
  session_test_close (scene->session);
}

static GbxAlbum *
get_album (Scene *scene)
{
  return gbx_session_get_album (scene->session);
}

static void
draw (Scene *scene)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  nn_drawing_begin_stroke (drawing, 0.5f, 0.1f);
  nn_drawing_add_point (drawing, 0.5f, 0.9f);
  gbx_drawing_panel_set_drawing (GBX_DRAWING_PANEL (scene->panel), drawing);
}

static gboolean
says (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;
}

static guint
count (Scene *scene, int label)
{
  return gbx_symbol_set_count (gbx_album_get_set (get_album (scene)), label);
}

/* One click says what it is; the same drawing goes in once. */
static void
test_one_click (Scene *scene, gconstpointer data)
{
  GbxDrawingPanel *panel = GBX_DRAWING_PANEL (scene->panel);
  GtkWidget *three = finding_match (scene->panel, says, "This is a “3”");

  g_assert_nonnull (three);
  g_assert_false (gtk_widget_is_sensitive (three));
  draw (scene);
  g_assert_true (gtk_widget_is_sensitive (three));
  g_signal_emit_by_name (three, "clicked");
  g_assert_cmpuint (count (scene, 3), ==, 1);
  g_assert_true (gbx_drawing_panel_is_set_aside (panel));
  g_assert_false (gtk_widget_is_sensitive (three));
  gbx_drawing_panel_add (panel);
  g_assert_cmpuint (count (scene, 3), ==, 1);

  draw (scene);
  gbx_drawing_panel_add (panel); /* the label stays */
  g_assert_cmpuint (count (scene, 3), ==, 2);
  gbx_album_undo (get_album (scene));
  g_assert_cmpuint (count (scene, 3), ==, 1);
}

/* The names are too long for the row: a menu has them. */
static void
test_long_names (Scene *scene, gconstpointer data)
{
  static const char *const shapes[] = {"circle", "square", "triangle", NULL};

  gbx_album_create_set (get_album (scene), "Shapes", shapes, NULL);
  while (finding_match (scene->panel, says, "This is a “3”") != NULL)
    g_main_context_iteration (NULL, TRUE);
  draw (scene);
  gbx_album_set_label (get_album (scene), 2);
  gbx_drawing_panel_add (GBX_DRAWING_PANEL (scene->panel));
  g_assert_cmpuint (count (scene, 2), ==, 1);
}

static gboolean
press (GtkWidget *sheet, guint key)
{
  return GBX_DRAWN_GET_CLASS (sheet)->key (GBX_DRAWN (sheet), key, 0);
}

/* On the sheet: walk, relabel by a key, delete. */
static void
test_sheet (Scene *scene, gconstpointer data)
{
  GtkWidget *sheet = finding_type (scene->page, GBX_TYPE_ALBUM_SHEET);

  for (int label = 0; label < 3; label++) {
    draw (scene);
    gbx_album_set_label (get_album (scene), label);
    gbx_drawing_panel_add (GBX_DRAWING_PANEL (scene->panel));
  }
  g_assert_true (press (sheet, GDK_KEY_Home));
  g_assert_true (press (sheet, GDK_KEY_Down));
  g_assert_true (press (sheet, GDK_KEY_9));
  g_assert_cmpuint (count (scene, 1), ==, 0);
  g_assert_cmpuint (count (scene, 9), ==, 1);
  g_assert_true (press (sheet, GDK_KEY_Delete));
  g_assert_cmpuint (count (scene, 9), ==, 0);
  g_assert_true (press (sheet, GDK_KEY_Delete)); /* the one beside was chosen */
  g_assert_cmpuint (count (scene, 0) + count (scene, 2), ==, 1);
  gbx_album_undo (get_album (scene));
  gbx_album_undo (get_album (scene));
  gbx_album_undo (get_album (scene));
  for (int label = 0; label < 3; label++)
    g_assert_cmpuint (count (scene, label), ==, 1);
}

int
main (int argc, char **argv)
{
  g_autofree char *data_dirs = g_strdup (g_getenv ("XDG_DATA_DIRS"));
  GbxApplication *application;
  int status;

  session_test_init (&argc, &argv);
  /* Icons need the system's folders. */
  g_setenv ("XDG_DATA_DIRS", data_dirs != NULL ? data_dirs : "/usr/local/share:/usr/share", TRUE);
  gbx_language_init ();
  application = gbx_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add ("/collect/one-click", Scene, NULL, set_up, test_one_click, tear_down);
  g_test_add ("/collect/long-names", Scene, NULL, set_up, test_long_names, tear_down);
  g_test_add ("/collect/sheet", Scene, NULL, set_up, test_sheet, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
