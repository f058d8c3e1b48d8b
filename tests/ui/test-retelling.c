/* test-retelling.c: what was said in one language comes out in the other, whatever was put in. */
#include "ui/gbx-language.h"
#include "ui/gbx-retelling.h"

#include <glib/gi18n-lib.h>

#define MISSING N_ ("There is no built-in experiment “%s”; there are %s.")
#define IN_MEMORY N_ ("The session cannot be kept; it goes on in memory. %s")
#define IN_USE N_ ("another window is using it")
#define MEMORY                                                                                     \
  N_ ("layers: the network needs %s of memory for a batch of %d, more than the %s there may be; "  \
      "take fewer units or smaller batches")

static const char *const languages[] = {"en", "zh_CN"};

/* A few sentences in the language of the moment. */
static GPtrArray *
say (void)
{
  GPtrArray *said = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *in_use = g_strdup_printf ("/home/a: b/x.db: %s", _ (IN_USE));

  g_ptr_array_add (said, g_strdup (_ (IN_USE)));
  g_ptr_array_add (said, g_strdup_printf (_ (MISSING), "“名字” 100 %s", "a, b; there are c."));
  g_ptr_array_add (said, g_strdup_printf (_ (IN_MEMORY), in_use));            /* three deep */
  g_ptr_array_add (said, g_strdup_printf (_ (MEMORY), "3.2 GB", 64, "1 GB")); /* in another order */
  return said;
}

static void
test_both_ways (void)
{
  GPtrArray *said[2];

  for (int i = 0; i < 2; i++) {
    gbx_language_set (languages[i]);
    said[i] = say ();
  }
  for (int i = 0; i < 2; i++) {
    gbx_language_set (languages[i]);
    for (guint sentence = 0; sentence < said[0]->len; sentence++)
      for (int from = 0; from < 2; from++) {
        g_autofree char *told = gbx_retell (g_ptr_array_index (said[from], sentence));

        g_assert_cmpstr (told, ==, g_ptr_array_index (said[i], sentence));
      }
  }
  for (int i = 0; i < 2; i++)
    g_ptr_array_unref (said[i]);
}

/* What is nobody's sentence stays as it is: names, numbers, what a system says. */
static void
test_others (void)
{
  static const char *const others[] = {
      "",   "Dropout",          "mine: Dropout",           "100 %",
      "%s", "a: b: c: d: e: f", "No space left on device", "/home/x/session: Permission denied",
  };

  for (int i = 0; i < 2; i++) {
    gbx_language_set (languages[i]);
    for (guint other = 0; other < G_N_ELEMENTS (others); other++) {
      g_autofree char *told = gbx_retell (others[other]);

      g_assert_cmpstr (told, ==, others[other]);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gbx_language_init ();
  gbx_language_set ("zh_CN");
  g_assert_cmpstr (gbx_language_get (), ==, "zh_CN"); /* or there is nothing to test */
  g_test_add_func ("/retelling/both-ways", test_both_ways);
  g_test_add_func ("/retelling/others", test_others);
  return g_test_run ();
}
