/* window-bench.c: what the window costs: start, idle, a stroke, scrolling, and the training it
 * watches.
 *
 * Drives the real application in this process, in whatever display there is, with a data folder
 * of its own. */
#include "ui/gbx-application.h"
#include "ui/gbx-language.h"
#include "ui/gbx-window.h"
#include "ui/widgets/gbx-contact-sheet.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PRESET "keras-784-128-10"
#define EPOCHS 12
#define PAIRS 5
#define IDLE_SECONDS 4
#define SCROLL_FRAMES 600
#define PROBE_MICROSECONDS 1000
#define STROKE_MILLISECONDS 40
#define MAX_DELAYS 200000

typedef struct {
  GbxSession *session;
  GbxWindow *window;
  gboolean painted;

  /* How late the main loop is: one call under way at a time. */
  GThread *probe;
  atomic_bool probing, answered;
  gint64 asked;
  double *delays; /* milliseconds */
  guint n_delays;
} Bench;

static double
seconds_now (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* When the kernel started this process, in seconds since boot. */
static double
process_start (void)
{
  g_autofree char *text = NULL;
  double ticks = 0;

  if (g_file_get_contents ("/proc/self/stat", &text, NULL, NULL)) {
    g_auto (GStrv) fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
    ticks = g_ascii_strtod (fields[19], NULL);
  }
  return ticks / (double)sysconf (_SC_CLK_TCK);
}

static double
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
resident_megabytes (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);
  return (double)pages * (double)sysconf (_SC_PAGESIZE) / 1e6;
}

/* ---- the main loop's delay ---- */

static gboolean
probe_cb (gpointer data)
{
  Bench *bench = data;

  if (bench->n_delays < MAX_DELAYS)
    bench->delays[bench->n_delays++] = (double)(g_get_monotonic_time () - bench->asked) / 1e3;
  atomic_store (&bench->answered, TRUE);
  return G_SOURCE_REMOVE;
}

static gpointer
probe_thread (gpointer data)
{
  Bench *bench = data;

  while (atomic_load (&bench->probing)) {
    if (atomic_exchange (&bench->answered, FALSE)) {
      bench->asked = g_get_monotonic_time ();
      g_idle_add_full (G_PRIORITY_DEFAULT, probe_cb, bench, NULL);
    }
    g_usleep (PROBE_MICROSECONDS);
  }
  return NULL;
}

static void
start_probe (Bench *bench)
{
  atomic_store (&bench->probing, TRUE);
  atomic_store (&bench->answered, TRUE);
  bench->probe = g_thread_new ("probe", probe_thread, bench);
}

static void
stop_probe (Bench *bench)
{
  atomic_store (&bench->probing, FALSE);
  g_thread_join (bench->probe);
  while (!atomic_load (&bench->answered))
    g_main_context_iteration (NULL, TRUE);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* ---- the window ---- */

static void
after_paint_cb (GdkFrameClock *clock, gpointer data)
{
  ((Bench *)data)->painted = TRUE;
}

static gboolean
wake_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (double seconds)
{
  gboolean over = FALSE;

  g_timeout_add ((guint)(seconds * 1000), wake_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* Shows the application's window and waits for its first frame. */
static void
open_window (Bench *bench, GApplication *application)
{
  g_application_register (application, NULL, NULL);
  g_application_activate (application);
  bench->window = GBX_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  bench->session = gbx_window_get_session (bench->window);
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (bench->window)), "after-paint",
                    G_CALLBACK (after_paint_cb), bench);
  while (!bench->painted)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_state (Bench *bench, GbxSessionState state)
{
  while (gbx_session_get_state (bench->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

/* A stroke that grows by a point each time; returns the milliseconds until its frame is painted. */
static double
draw_point (Bench *bench, NnDrawing *drawing, guint i)
{
  GbxWorkbench *workbench = gbx_window_get_workbench (bench->window);
  double angle = 0.2 * i;
  gint64 start = g_get_monotonic_time ();

  if (i == 0)
    nn_drawing_begin_stroke (drawing, 0.5f, 0.2f);
  nn_drawing_add_point (drawing, (float)(0.5 + 0.3 * sin (angle)),
                        (float)(0.5 - 0.3 * cos (angle)));
  bench->painted = FALSE;
  gbx_drawing_panel_set_drawing (gbx_workbench_get_drawing_panel (workbench), drawing);
  while (!bench->painted)
    g_main_context_iteration (NULL, TRUE);
  return (double)(g_get_monotonic_time () - start) / 1e3;
}

/* ---- the training, watched and alone ---- */

static void
begin_training (Bench *bench)
{
  gbx_session_load_preset (bench->session, PRESET);
  wait_for_state (bench, GBX_SESSION_READY);
  g_object_set (gbx_session_get_hyperparameters (bench->session), "epochs", EPOCHS, NULL);
  gbx_session_train (bench->session);
}

/* Wall-clock seconds of EPOCHS epochs in the window; adds up what the main thread worked. */
static double
train_watched (Bench *bench, double *main_thread_seconds)
{
  gint64 start;
  double worked;

  begin_training (bench);
  start = g_get_monotonic_time ();
  worked = seconds_now (CLOCK_THREAD_CPUTIME_ID);
  start_probe (bench);
  wait_for_state (bench, GBX_SESSION_FINISHED);
  stop_probe (bench);
  *main_thread_seconds += seconds_now (CLOCK_THREAD_CPUTIME_ID) - worked;
  return (double)(g_get_monotonic_time () - start) / 1e6;
}

/* Draws while it trains; returns the slowest point's milliseconds from the hand to the verdict. */
static double
draw_while_training (Bench *bench)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  double slowest = 0;

  begin_training (bench);
  for (guint point = 0; gbx_session_get_state (bench->session) != GBX_SESSION_FINISHED; point++) {
    slowest = MAX (slowest, draw_point (bench, drawing, point));
    run_for (STROKE_MILLISECONDS / 1e3);
  }
  return slowest;
}

/* The same epochs by the same trainer, with nobody watching. */
static double
train_alone (Bench *bench)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load (PRESET, NULL);
  NnDataset *dataset = gbx_session_get_dataset (bench->session);
  g_autoptr (NnSamples) samples =
      nn_samples_new (dataset, &experiment->prepare, NN_PART_TRAIN, experiment->seed, NULL);
  g_autoptr (NnSamples) validation =
      nn_samples_new (dataset, &experiment->prepare, NN_PART_VALIDATION, experiment->seed, NULL);
  g_autoptr (NnTrainer) trainer = nn_trainer_new (0);
  gint64 start;

  experiment->train.epochs = EPOCHS;
  nn_trainer_load (trainer, nn_training_new (experiment, samples, validation, 0, NULL));
  nn_trainer_wait_idle (trainer);
  start = g_get_monotonic_time ();
  nn_trainer_start (trainer);
  while (nn_trainer_get_state (trainer) != NN_TRAINER_FINISHED)
    g_usleep (1000);
  return (double)(g_get_monotonic_time () - start) / 1e6;
}

static void
measure_training (Bench *bench)
{
  double ratios[PAIRS], main_thread_seconds = 0, watched_seconds = 0;

  for (int pair = 0; pair < PAIRS; pair++) {
    double watched = train_watched (bench, &main_thread_seconds), alone = train_alone (bench);

    watched_seconds += watched;
    ratios[pair] = alone / watched;
    g_print ("training " PRESET ", %d epochs: %.2f s watched, %.2f s alone\n", EPOCHS, watched,
             alone);
  }
  qsort (ratios, PAIRS, sizeof *ratios, compare_doubles);
  qsort (bench->delays, bench->n_delays, sizeof *bench->delays, compare_doubles);
  g_print ("watched speed, median of the pairs: %.1f %% of the speed alone  (floor 95)\n",
           100 * ratios[PAIRS / 2]);
  g_print ("the main thread works %.1f %% of the time\n",
           100 * main_thread_seconds / watched_seconds);
  g_print ("main loop's delay while training: p50 %.2f ms, p99 %.2f ms (floor 16), worst %.2f ms "
           "(floor 50), %u probes\n",
           bench->delays[bench->n_delays / 2], bench->delays[bench->n_delays * 99 / 100],
           bench->delays[bench->n_delays - 1], bench->n_delays);
  g_print ("a stroke to its painted verdict while training: worst %.1f ms  (floor 50)\n",
           draw_while_training (bench));
}

/* ---- scrolling ---- */

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_widget (child, type);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Through all pictures, from the first to the last, a step each frame; the times between frames and
 * what the work of one took are the frame clock's and the main thread's. */
static void
measure_scrolling (Bench *bench)
{
  GtkWidget *sheet = find_widget (GTK_WIDGET (bench->window), GBX_TYPE_CONTACT_SHEET);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->window));
  g_autoptr (GtkAdjustment) adjustment = NULL;
  double intervals[SCROLL_FRAMES], slowest_work = 0, end;
  gint64 before = 0;

  g_object_set (bench->session, "stage", 0, NULL);
  run_for (1.0);
  g_object_get (sheet, "vadjustment", &adjustment, NULL);
  end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  for (int i = -1; i < SCROLL_FRAMES; i++) {
    double worked = seconds_now (CLOCK_THREAD_CPUTIME_ID);
    gint64 now;

    bench->painted = FALSE;
    gtk_adjustment_set_value (adjustment, end * (i + 2) / (SCROLL_FRAMES + 1));
    while (!bench->painted)
      g_main_context_iteration (NULL, TRUE);
    now = gdk_frame_timings_get_frame_time (gdk_frame_clock_get_current_timings (clock));
    if (i >= 0) {
      intervals[i] = (double)(now - before) / 1e3;
      slowest_work = MAX (slowest_work, seconds_now (CLOCK_THREAD_CPUTIME_ID) - worked);
    }
    before = now;
  }
  qsort (intervals, SCROLL_FRAMES, sizeof *intervals, compare_doubles);
  g_print ("scrolling through %zu pictures, %d frames: between two p50 %.1f ms, p99 %.1f ms, worst "
           "%.1f ms  (floor 33); the main thread worked %.1f ms at most\n",
           gbx_session_get_dataset (bench->session)->train.count, SCROLL_FRAMES,
           intervals[SCROLL_FRAMES / 2], intervals[SCROLL_FRAMES * 99 / 100],
           intervals[SCROLL_FRAMES - 1], 1e3 * slowest_work);
}

static void
measure_idle (Bench *bench)
{
  double before;

  run_for (1.0); /* what the start still has to do */
  before = processor_seconds ();
  run_for (IDLE_SECONDS);
  g_print ("idle: %.2f %% of a core  (floor 1), %.0f MB resident with %s  (floor 250)\n",
           100 * (processor_seconds () - before) / IDLE_SECONDS, resident_megabytes (),
           gbx_session_get_dataset_id (bench->session));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("glassbox-bench-XXXXXX", NULL);
  g_autoptr (GbxApplication) application = NULL;
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  Bench bench = {0};

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  gbx_language_init ();
  bench.delays = g_new (double, MAX_DELAYS);
  application = gbx_application_new ();

  open_window (&bench, G_APPLICATION (application));
  g_print ("window painted %.0f ms after the process began  (floor 1000)\n",
           1e3 * (seconds_now (CLOCK_BOOTTIME) - process_start ()));
  while (gbx_session_get_state (bench.session) == GBX_SESSION_LOADING)
    g_main_context_iteration (NULL, TRUE);
  g_print ("first stroke to its painted verdict: %.1f ms  (floor 50)\n",
           draw_point (&bench, drawing, 0));
  measure_idle (&bench);
  measure_scrolling (&bench);
  measure_training (&bench);

  gtk_window_close (GTK_WINDOW (bench.window));
  run_for (0.5);
  g_free (bench.delays);
  return 0;
}
