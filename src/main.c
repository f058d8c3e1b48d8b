/* main.c: locale, renderer, application. */
#include "ui/gbx-application.h"
#include "ui/gbx-language.h"

#include <glib/gi18n-lib.h>

#define NO_DISPLAY 3 /* exit status; ./workbench then goes on in the terminal */

int
main (int argc, char **argv)
{
  g_autoptr (GbxApplication) application = NULL;

  gbx_language_init ();
  /* Everything that moves here is drawn by Cairo. A software OpenGL, which is what a projector's
   * old laptop or a virtual machine has, would take start-up time, a hundred megabytes and the
   * cores the training wants, only to upload those pictures. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);

  if (!gtk_init_check ()) {
    g_printerr (_ ("No display can be opened: run this in a desktop session, or try "
                   "“glassbox-cli demo”.\n"));
    return NO_DISPLAY;
  }
  application = gbx_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
