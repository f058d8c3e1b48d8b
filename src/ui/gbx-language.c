/* gbx-language.c: which language the window speaks, changed while it is open. */
#include "gbx-language.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>
#include <locale.h>

static char *system_language; /* LANGUAGE as it was at the start, or "" */

static gboolean
is_c_locale (int category)
{
  const char *name = setlocale (category, NULL);

  return name == NULL || g_str_equal (name, "C") || g_str_equal (name, "POSIX");
}

/* gettext ignores LANGUAGE in the locale "C", and characters beyond ASCII are lost there. A bare
 * Debian has no locale but C.UTF-8, which is enough: the catalogue is found by LANGUAGE alone. */
static void
leave_c_locale (int category)
{
  static const char *const candidates[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};

  for (guint i = 0; i < G_N_ELEMENTS (candidates) && is_c_locale (category); i++)
    setlocale (category, candidates[i]);
}

static gboolean
has_catalogue (const char *folder)
{
  g_autofree char *path =
      g_build_filename (folder, "zh_CN", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Where it was installed; or beside the program, wherever that was moved to; or the build tree. */
static char *
find_catalogues (void)
{
  static const char *const from_program[] = {"../share/locale", "../../po"};
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;

  if (g_getenv ("GLASSBOX_LOCALE_DIR") != NULL)
    return g_strdup (g_getenv ("GLASSBOX_LOCALE_DIR"));
  for (guint i = 0;
       folder != NULL && !has_catalogue (GBX_LOCALE_DIR) && i < G_N_ELEMENTS (from_program); i++) {
    g_autofree char *candidate = g_build_filename (folder, from_program[i], NULL);

    if (has_catalogue (candidate))
      return g_steal_pointer (&candidate);
  }
  return g_strdup (GBX_LOCALE_DIR);
}

void
gbx_language_init (void)
{
  g_autofree char *folder = find_catalogues ();
  const char *language = g_getenv ("LANGUAGE");

  setlocale (LC_ALL, "");
  leave_c_locale (LC_CTYPE);
  leave_c_locale (LC_MESSAGES);
  gtk_disable_setlocale ();
  /* No textdomain(): with a default domain that has no catalogue for the first language, GLib
   * would give up translating for good. Every call here names its domain. */
  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  g_free (system_language);
  system_language = g_strdup (language != NULL ? language : "");
  /* From now on the variable exists, so changing it never moves the environment under a thread. */
  g_setenv ("LANGUAGE", system_language, TRUE);
  /* All Chinese characters here are Chinese, whatever the locale: without this, Pango takes the
   * Japanese forms of the shared code points. */
  g_setenv ("PANGO_LANGUAGE", "en:zh-cn", FALSE);
}

void
gbx_language_set (const char *language)
{
  g_return_if_fail (system_language != NULL);

  if (language == NULL || *language == '\0')
    language = system_language;
  g_setenv ("LANGUAGE", language, TRUE);
  /* gettext remembers what it found until it is told that catalogues may have changed; naming the
   * domain again is how (glibc and GNU libintl both count it as a change). */
  textdomain (textdomain (NULL));
}

const char *
gbx_language_get (void)
{
  /* TRANSLATORS: the code of the language you translate into: zh_CN */
  const char *language = C_ ("code of this language", "en");

  return language;
}
