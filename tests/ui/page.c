/* page.c: one page of the window with a session of its own. */
#include "page.h"

#include "ui/gbx-language.h"

Scene
page_open (GType type)
{
  Scene scene = {session_test_open (NULL), gtk_window_new (), NULL};

  scene.page = g_object_new (type, "session", scene.session, NULL);
  gtk_window_set_default_size (GTK_WINDOW (scene.window), 580, 410);
  gtk_window_set_child (GTK_WINDOW (scene.window), g_object_ref (scene.page));
  gtk_window_present (GTK_WINDOW (scene.window));
  return scene;
}

void
page_close (Scene *scene)
{
  gpointer page = scene->page;

  gtk_window_destroy (GTK_WINDOW (scene->window));
  g_object_add_weak_pointer (page, &page);
  g_object_unref (page);
  while (page != NULL) /* what lets go of it last is sometimes the main loop */
    g_main_context_iteration (NULL, TRUE);
  session_test_close (scene->session);
}

GbxApplication *
page_init (int *argc, char ***argv)
{
  g_autofree char *data_dirs = g_strdup (g_getenv ("XDG_DATA_DIRS"));
  GbxApplication *application;

  session_test_init (argc, argv);
  /* Icons need the system's folders. */
  g_setenv ("XDG_DATA_DIRS", data_dirs != NULL ? data_dirs : "/usr/local/share:/usr/share", TRUE);
  gbx_language_init ();
  application = gbx_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  return application;
}
