/* test-allocation.c: after its first step a training asks for no memory, on any thread, and a CNN's
 * run stays small. Its own malloc() counts, so it is a program of its own, left out of the builds
 * with sanitizers, which bring theirs, and where the C library is not GNU's. */
#include "training-fixture.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <unistd.h>

#define EPOCHS 2
#define SAMPLES 500 /* the last batch of an epoch is smaller */
#define MEGABYTE 1000000
#define MOST_MEGABYTES 60 /* beyond the data set */

/* ---- counting ---- */

void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *block, size_t size);
void *__libc_memalign (size_t alignment, size_t size);

static atomic_int n_calls;

void *
malloc (size_t size)
{
  atomic_fetch_add (&n_calls, 1);
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  atomic_fetch_add (&n_calls, 1);
  return __libc_calloc (n, size);
}

void *
realloc (void *block, size_t size)
{
  atomic_fetch_add (&n_calls, 1);
  return __libc_realloc (block, size);
}

void *
memalign (size_t alignment, size_t size)
{
  atomic_fetch_add (&n_calls, 1);
  return __libc_memalign (alignment, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return memalign (alignment, size);
}

int
posix_memalign (void **block, size_t alignment, size_t size)
{
  *block = memalign (alignment, size);
  return *block != NULL ? 0 : ENOMEM;
}

/* Whether the counters are asked at all, and not the C library behind them. */
static void
test_counts (void)
{
  int before = n_calls;
  g_autofree char *text = g_strdup ("counted");
  gpointer block = g_aligned_alloc0 (10, sizeof (real), 64);

  g_aligned_free (block);
  g_assert_cmpint (n_calls, >=, before + 2);
}

/* ---- training ---- */

static NnTraining *
make_preset (const char *preset, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_preset_load (preset, &error);
  g_autoptr (NnDataset) dataset = make_dataset (SAMPLES, 50, 10);

  g_assert_no_error (error);
  experiment->train.epochs = EPOCHS;
  return make_training (experiment, dataset, n_threads);
}

static void
check_steps (NnTraining *training)
{
  NnStepResult step;
  NnEpochResult epoch;

  take_step (training, &step);
  int before = n_calls;
  while (!nn_training_finished (training)) {
    while (!nn_training_epoch_done (training))
      if (!nn_training_step (training, &step, NULL))
        g_error ("the training diverged");
    nn_training_close_epoch (training, &epoch);
  }
  g_assert_cmpint (n_calls, ==, before);
}

static void
test_steps (gconstpointer preset)
{
  for (guint n_threads = 1; n_threads <= 3; n_threads++) {
    g_autoptr (NnTraining) training = make_preset (preset, n_threads);

    check_steps (training);
  }
}

/* What the presets leave out: pictures changed on the way, numbers dropped, gradients clipped. */
static void
test_everything (void)
{
  g_autoptr (NnExperiment) experiment = make_experiment (
      "\"noise\": 0.1, \"standardise\": true, \"augmentation\": { \"shift\": 2, \"rotation\": 10, "
      "\"scale\": 0.1, \"shear\": 10, \"elastic\": 30, \"stroke_width\": 0.5 }",
      DENSE (16) ", " ACTIVATION ("relu") ", { \"type\": \"dropout\", \"rate\": 0.3 }, " DENSE (
          10) ", " ACTIVATION ("softmax"),
      "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" }, "
      "\"epochs\": 2, \"clip_norm\": 1, \"l2\": 0.001");
  g_autoptr (NnDataset) dataset = make_dataset (SAMPLES, 50, 10);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);

  check_steps (training);
}

/* Returns: bytes of this process in memory */
static gsize
resident (void)
{
  g_autofree char *text = NULL;
  char **numbers;
  gsize pages;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  numbers = g_strsplit (text, " ", 3);
  pages = g_ascii_strtoull (numbers[1], NULL, 10);
  g_strfreev (numbers);
  return pages * (gsize)sysconf (_SC_PAGESIZE);
}

static void
test_memory (void)
{
  gsize before = resident ();
  g_autoptr (NnTraining) training = make_preset ("cnn-32-64-64", 2);
  NnStepResult step;

  for (int i = 0; i < 3; i++)
    take_step (training, &step);
  g_assert_cmpuint (resident () - before, <, MOST_MEGABYTES * MEGABYTE);
}

int
main (int argc, char **argv)
{
  static const char *const presets[] = {"keras-784-64-10", "keras-784-128-10",
                                        "sigmoid-784-10-10-10", "cnn-32-64-64"};

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocation/counts", test_counts);
  g_test_add_func ("/allocation/memory", test_memory);
  g_test_add_func ("/allocation/everything", test_everything);
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++) {
    g_autofree char *path = g_strconcat ("/allocation/", presets[i], NULL);
    g_test_add_data_func (path, presets[i], test_steps);
  }
  return g_test_run ();
}
