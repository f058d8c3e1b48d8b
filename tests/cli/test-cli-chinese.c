/* test-cli-chinese.c: the command line speaks Chinese, and its columns stand where Chinese
 * characters are two wide. */
#include "program.h"

#include <string.h>

/* Columns on a terminal. */
static glong
width_of (const char *text)
{
  glong width = 0;
  for (; *text; text = g_utf8_next_char (text))
    width += g_unichar_iswide (g_utf8_get_char (text)) ? 2 : 1;
  return width;
}

/* The column at which @word begins. */
static glong
column_of (const char *line, const char *word)
{
  const char *found = strstr (line, word);
  g_assert_nonnull (found);
  g_autofree char *before = g_strndup (line, (gsize)(found - line));
  return width_of (before);
}

static void
test_messages (Place *place, gconstpointer data)
{
  g_auto (Result) help = place_run (place, "--help");
  assert_run (place, "teach", 2, "没有命令“teach”");
  assert_run (place, "train keras-784-64-10 --epochs 0", 2, "应为 1…10000，实际为“0”");
  assert_run (place, "evaluate none", 1, "无法读取“none”");
  g_assert_cmpint (help.status, ==, 0);
  g_assert_nonnull (strstr (help.output, "用法："));
}

static void
test_table (Place *place, gconstpointer data)
{
  g_auto (Result) result = place_run (place, "evaluate pretrained --data digits");
  g_assert_cmpint (result.status, ==, 0);
  g_auto (GStrv) lines = g_strsplit (result.output, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, 4);
  g_assert_cmpint (column_of (lines[2], "精确率"), ==, 3);
  g_assert_true (g_str_has_suffix (lines[3], " 0"));
  g_assert_true (g_ascii_isdigit (lines[3][16]) && lines[3][17] == ' ');
  g_assert_cmpint (column_of (lines[2], "召回率") + width_of ("召回率"), ==, 17);
  g_assert_cmpint (column_of (lines[2], "类别"), ==, strlen (lines[3]) - 1);
}

int
main (int argc, char **argv)
{
  /* The process under test inherits these; GLASSBOX_LOCALE_DIR is the build's. */
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/chinese/messages", test_messages);
  ADD ("/cli/chinese/table", test_table);
  return g_test_run ();
}
