/* code.c: `glassbox-cli code`. */
#include "cli.h"

#include "engine/deploy/code.h"

#include <stdio.h>

int
cli_code (int argc, char **argv)
{
  g_autofree char *word = NULL;
  const GOptionEntry options[] = {
      {"language", 'l', 0, G_OPTION_ARG_STRING, &word, N_ ("keras (default), pytorch or c"),
       N_ ("LANGUAGE")},
      {NULL},
  };
  g_auto (GStrv) arguments =
      cli_parse_options (argc, argv, options, "EXPERIMENT",
                         _ ("Prints the same experiment as a program for Keras or PyTorch, or in "
                            "plain C."),
                         1, 1);
  NnCodeLanguage language = NN_CODE_KERAS;
  GError *error = NULL;
  if (!arguments)
    return CLI_USAGE;
  if (word && !nn_code_parse (word, &language)) {
    g_autofree char *message =
        g_strdup_printf (_ ("--language: expected keras, pytorch or c, got “%s”"), word);
    return cli_usage_error (message);
  }
  g_autoptr (NnExperiment) experiment = cli_load_experiment (arguments[0], &error);
  g_autofree char *text = experiment ? nn_code_write (experiment, NULL, language, &error) : NULL;
  if (!text)
    return cli_fail (error);
  fputs (text, stdout);
  return CLI_DONE;
}
