/* terminal.c: a progress bar on standard error, where that is a terminal, and columns of text. */
#include "terminal.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UPDATE_INTERVAL (G_USEC_PER_SEC / 10)
#define LEAST_BAR 6
#define MOST_BAR 40

static volatile sig_atomic_t interrupted;

static int
terminal_width (void)
{
  struct winsize size;
  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

static void
append_repeated (GString *line, const char *text, int count)
{
  for (int i = 0; i < count; i++)
    g_string_append (line, text);
}

static void
append_bar (GString *line, int width, double fraction)
{
  gboolean unicode = g_get_charset (NULL);
  int full = (int)lround (width * CLAMP (fraction, 0, 1));
  append_repeated (line, unicode ? "█" : "#", full);
  append_repeated (line, unicode ? "░" : "-", width - full);
}

static void
interrupt_cb (int signal_number)
{
  interrupted = 1;
}

CliProgress
cli_progress_new (void)
{
  const char *terminal = g_getenv ("TERM");
  return (CliProgress){.visible = isatty (STDERR_FILENO) && g_strcmp0 (terminal, "dumb") != 0};
}

gboolean
cli_progress_due (const CliProgress *progress)
{
  return progress->visible && g_get_monotonic_time () >= progress->next_update;
}

void
cli_progress_draw (CliProgress *progress, const char *before, double fraction, const char *after)
{
  if (!progress->visible)
    return;
  g_autoptr (GString) line = g_string_new ("\r\033[K");
  int used = cli_text_width (before) + cli_text_width (after) + 4;
  int bar = (int)CLAMP (terminal_width () - used, 0, MOST_BAR);
  g_string_append_printf (line, "%s ", before);
  if (bar >= LEAST_BAR)
    append_bar (line, bar, fraction);
  g_string_append_printf (line, " %s", after);
  g_printerr ("%s", line->str);
  progress->drawn = TRUE;
  progress->next_update = g_get_monotonic_time () + UPDATE_INTERVAL;
}

void
cli_progress_clear (CliProgress *progress)
{
  if (progress->drawn)
    g_printerr ("\r\033[K");
  progress->drawn = FALSE;
  progress->next_update = 0;
}

int
cli_text_width (const char *text)
{
  int width = 0;
  for (; *text; text = g_utf8_next_char (text)) {
    gunichar character = g_utf8_get_char (text);
    width += g_unichar_iswide (character) ? 2 : g_unichar_iszerowidth (character) ? 0 : 1;
  }
  return width;
}

void
cli_append_padded (GString *line, const char *text, int columns)
{
  int space = MAX (ABS (columns) - cli_text_width (text), 0);
  if (columns < 0)
    g_string_append (line, text);
  append_repeated (line, " ", space);
  if (columns >= 0)
    g_string_append (line, text);
}

char *
cli_format_seconds (double seconds)
{
  gint64 s = (gint64)CLAMP (seconds + 0.5, 0, 3.6e8);
  if (s < 3600)
    return g_strdup_printf ("%d:%02d", (int)(s / 60), (int)(s % 60));
  return g_strdup_printf ("%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void
cli_watch_interrupt (void)
{
  struct sigaction action = {.sa_handler = interrupt_cb, .sa_flags = (int)SA_RESETHAND};
  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

gboolean
cli_interrupted (void)
{
  return interrupted != 0;
}
