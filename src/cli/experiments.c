/* experiments.c: `glassbox-cli experiments`. */
#include "cli.h"

#include <stdio.h>

static int
list (void)
{
  for (const char *const *name = nn_preset_names (); *name; name++)
    g_print ("%-22s %s\n", *name, nn_preset_title (*name));
  return CLI_DONE;
}

static int
show (const char *name)
{
  GError *error = NULL;
  g_autoptr (NnExperiment) experiment = cli_load_experiment (name, &error);
  if (!experiment)
    return cli_fail (error);
  g_autofree char *text = nn_experiment_to_json (experiment);
  fputs (text, stdout);
  return CLI_DONE;
}

int
cli_experiments (int argc, char **argv)
{
  g_auto (GStrv) arguments = cli_parse_options (
      argc, argv, NULL, "list | show NAME",
      _ ("Lists the built-in experiments, or shows one as the JSON recipe it is."), 1, 2);
  if (!arguments)
    return CLI_USAGE;
  if (g_str_equal (arguments[0], "list") && !arguments[1])
    return list ();
  if (g_str_equal (arguments[0], "show") && arguments[1])
    return show (arguments[1]);
  return cli_usage_error (_ ("expected “list” or “show NAME”"));
}
