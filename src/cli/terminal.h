/* terminal.h: a progress bar on standard error, where that is a terminal, and columns of text. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean visible;   /* standard error is a terminal that can move its cursor */
  gboolean drawn;     /* the bar is on the screen now */
  gint64 next_update; /* monotonic time */
} CliProgress;

CliProgress cli_progress_new (void);

/** cli_progress_due: Returns: TRUE when an update would be drawn: at most ten a second. */
gboolean cli_progress_due (const CliProgress *progress);

/** cli_progress_draw: @before [███████     ] @after, in one line as wide as the terminal. */
void cli_progress_draw (CliProgress *progress, const char *before, double fraction,
                        const char *after);

/** cli_progress_clear: Takes the bar away, so that a line can be printed. */
void cli_progress_clear (CliProgress *progress);

/** cli_text_width: Returns: how many columns @text takes: a Chinese character takes two. */
int cli_text_width (const char *text);

/** cli_append_padded: With spaces before @text, or after it where @columns is negative. */
void cli_append_padded (GString *line, const char *text, int columns);

/** cli_format_seconds: Returns: (transfer full): "0:07", "1:02:03". */
char *cli_format_seconds (double seconds);

/** cli_watch_interrupt: From now on Ctrl+C is asked for; a second one ends the program at once. */
void cli_watch_interrupt (void);
gboolean cli_interrupted (void);
