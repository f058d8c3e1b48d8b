/* options.c: command lines, messages and JSON, the same way for every command. */
#include "cli.h"

#include <inttypes.h>
#include <stdio.h>

int
cli_usage_error (const char *message)
{
  g_printerr ("%s: %s\n", g_get_prgname (), message);
  g_printerr (_ ("Try “%s --help”.\n"), g_get_prgname ());
  return CLI_USAGE;
}

char **
cli_parse_options (int argc, char **argv, const GOptionEntry *entries, const char *arguments,
                   const char *summary, int n_least, int n_most)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("glassbox-cli %s", argv[0]);
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup (argv[i]);
  g_set_prgname (name);
  g_option_context_set_summary (context, summary);
  if (entries)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &copy, &error)) {
    cli_usage_error (error->message);
    return NULL;
  }
  /* "--" ends the options and is no argument itself. */
  char **rest = g_strdupv (copy + 1);
  if (rest[0] && g_str_equal (rest[0], "--")) {
    char **without = g_strdupv (rest + 1);
    g_strfreev (rest);
    rest = without;
  }
  int n = (int)g_strv_length (rest);
  if (n >= n_least && n <= n_most)
    return rest;
  cli_usage_error (n < n_least ? _ ("something is missing") : _ ("too many arguments"));
  g_strfreev (rest);
  return NULL;
}

gboolean
cli_parse_number (const char *option, const char *text, gint64 least, gint64 most, gint64 *value)
{
  if (!text || g_ascii_string_to_signed (text, 10, least, most, value, NULL))
    return TRUE;
  g_autofree char *message = g_strdup_printf (
      _ ("--%s: expected %" PRId64 "…%" PRId64 ", got “%s”"), option, least, most, text);
  cli_usage_error (message);
  return FALSE;
}

/* Names out of a file must not give orders to the terminal. */
static char *
without_controls (const char *message)
{
  GString *text = g_string_new (NULL);
  for (const char *c = message; *c; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);
    gboolean harmless = character == '\n' || !g_unichar_iscntrl (character);
    g_string_append_unichar (text, harmless ? character : '?');
  }
  return g_string_free (text, FALSE);
}

int
cli_fail (GError *error)
{
  g_autofree char *valid = g_utf8_make_valid (error->message, -1);
  g_autofree char *message = without_controls (valid);
  g_printerr ("%s: %s\n", g_get_prgname (), message);
  g_error_free (error);
  return CLI_FAILED;
}

void
cli_print_json (JsonNode *root)
{
  g_autofree char *text = nn_json_write (root, TRUE);
  puts (text);
  json_node_unref (root);
}
