/* threads-shim.c: tells the thread sanitizer what GLib's locks, counts and queues order.
 *
 * GLib is not built with the sanitizer, which therefore sees two threads touch the same data and
 * nothing between them. Each function here calls GLib's own, and says beside it: what one thread
 * did before handing over (release) is known to the one that takes over (acquire). In any other
 * build this file is empty. GLib's slices must be off (G_SLICE=always-malloc): they hand memory
 * from thread to thread. */
#if defined(__SANITIZE_THREAD__)

#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

#define REAL(function) ((__typeof__ (&function))dlsym (RTLD_NEXT, #function))

/* ---- locks and counts ---- */

void (g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void (g_mutex_unlock) (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  __tsan_release (count);
  __tsan_acquire (count);
  return REAL (g_atomic_ref_count_dec) (count);
}

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  __tsan_release (box);
  __tsan_acquire (box);
  REAL (g_atomic_rc_box_release_full) (box, clear);
}

void (g_object_unref) (gpointer object)
{
  __tsan_release (object);
  __tsan_acquire (object);
  REAL (g_object_unref) (object);
}

/* ---- to a thread of GLib's pool ---- */

typedef struct {
  GFunc func;
  gpointer data;
} Work;

static void
work_cb (gpointer item, gpointer data)
{
  Work *work = data;

  __tsan_acquire (item);
  work->func (item, work->data);
}

/* GTask has one pool, for the life of the process. */
GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, int max_threads, gboolean exclusive, GError **error)
{
  Work *work = g_new (Work, 1);

  *work = (Work){func, data};
  return REAL (g_thread_pool_new) (work_cb, work, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  __tsan_release (item);
  return REAL (g_thread_pool_push) (pool, item, error);
}

/* ---- to the main loop ---- */

typedef struct {
  GSource *source; /* its address is what orders; not a reference */
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Callback;

static gboolean
callback_cb (gpointer data)
{
  Callback *callback = data;

  __tsan_acquire (callback);
  __tsan_acquire (callback->source);
  return callback->func (callback->data);
}

static void
callback_free (gpointer data)
{
  Callback *callback = data;

  if (callback->destroy != NULL)
    callback->destroy (callback->data);
  g_free (callback);
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  Callback *callback = g_new (Callback, 1);

  *callback = (Callback){source, func, data, destroy};
  __tsan_release (callback);
  REAL (g_source_set_callback) (source, callback_cb, callback, callback_free);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (source);
  return REAL (g_source_attach) (source, context);
}

guint
g_idle_add_full (int priority, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, data, destroy);
  return g_source_attach (source, NULL);
}

#endif
