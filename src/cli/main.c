/* main.c: glassbox-cli: the engine without a window. */
#include "cli.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
    {"train", cli_train, N_ ("train the network of a recipe")},
    {"evaluate", cli_evaluate, N_ ("score a saved network on test data")},
    {"predict", cli_predict, N_ ("read the digits in pictures")},
    {"datasets", cli_datasets, N_ ("list the data sets, or download one")},
    {"import", cli_import, N_ ("make a data set of pictures of one’s own")},
    {"experiments", cli_experiments, N_ ("list the built-in recipes, or show one")},
    {"code", cli_code, N_ ("write a recipe as a Keras, PyTorch or C program")},
    {"export", cli_export, N_ ("write a trained network for other programs")},
    {"demo", cli_demo, N_ ("train, test and read digits, without any question")},
};

static void
set_up_locale (void)
{
  const char *folder = g_getenv ("GLASSBOX_LOCALE_DIR"); /* a build tree's */
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : GBX_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static int
print_help (void)
{
  g_print (_ ("Usage:\n  glassbox-cli COMMAND [OPTION…]\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-12s %s\n", commands[i].name, _ (commands[i].summary));
  g_print (_ ("\n“glassbox-cli COMMAND --help” tells more, “glassbox-cli --version” which "
              "version this is.\n"));
  return CLI_DONE;
}

static int
run_command (int argc, char **argv)
{
  if (argc < 2)
    return cli_usage_error (_ ("a command is missing"));
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    return print_help ();
  if (g_str_equal (argv[1], "--version")) {
    g_print ("glassbox-cli %s\n", GBX_VERSION);
    return CLI_DONE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);
  g_autofree char *message = g_strdup_printf (_ ("there is no command “%s”"), argv[1]);
  return cli_usage_error (message);
}

int
main (int argc, char **argv)
{
  set_up_locale ();
  g_set_prgname ("glassbox-cli");
  int status = run_command (argc, argv);
  /* A full disk behind a redirection must not look like success. */
  if ((fflush (stdout) != 0 || ferror (stdout)) && status == CLI_DONE) {
    g_printerr (_ ("%s: could not write to standard output: %s\n"), g_get_prgname (),
                g_strerror (errno));
    status = CLI_FAILED;
  }
  return status;
}
