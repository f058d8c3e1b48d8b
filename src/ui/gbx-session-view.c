/* gbx-session-view.c: a piece of the window that shows a session. */
#include "gbx-session-view.h"

#include "gbx-once.h"

typedef struct {
  GbxSession *session; /* owned */
  GbxOnce *once;       /* owned */
  gboolean stale;      /* something changed while it was not on screen */
} GbxSessionViewPrivate;

enum { PROP_SESSION = 1 };

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GbxSessionView, gbx_session_view, ADW_TYPE_BIN)

static gboolean
text_is_there (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_boolean (to, g_value_get_string (from) != NULL);
  return TRUE;
}

static void
gbx_session_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, gbx_session_view_get_session (GBX_SESSION_VIEW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_session_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GbxSessionView *self = GBX_SESSION_VIEW (object);
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (self);

  if (id != PROP_SESSION) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    return;
  }
  /* A template's binding says NULL first, while its parent is still being built. */
  if (g_value_get_object (value) == NULL)
    return;
  g_return_if_fail (priv->session == NULL);
  priv->session = g_value_dup_object (value);
  if (GBX_SESSION_VIEW_GET_CLASS (self)->attach != NULL)
    GBX_SESSION_VIEW_GET_CLASS (self)->attach (self, priv->session);
  g_object_notify_by_pspec (object, spec);
}

static void
refresh (gpointer data)
{
  GbxSessionView *self = GBX_SESSION_VIEW (data);
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (self);

  priv->stale = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!priv->stale && priv->session != NULL && GBX_SESSION_VIEW_GET_CLASS (self)->refresh != NULL)
    GBX_SESSION_VIEW_GET_CLASS (self)->refresh (self);
}

static void
gbx_session_view_map (GtkWidget *widget)
{
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (GBX_SESSION_VIEW (widget));

  GTK_WIDGET_CLASS (gbx_session_view_parent_class)->map (widget);
  if (priv->stale)
    refresh (widget);
}

static void
gbx_session_view_dispose (GObject *object)
{
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (GBX_SESSION_VIEW (object));

  g_clear_pointer (&priv->once, gbx_once_free);
  g_clear_object (&priv->session);
  G_OBJECT_CLASS (gbx_session_view_parent_class)->dispose (object);
}

static void
gbx_session_view_class_init (GbxSessionViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_session_view_get_property;
  object_class->set_property = gbx_session_view_set_property;
  object_class->dispose = gbx_session_view_dispose;
  GTK_WIDGET_CLASS (klass)->map = gbx_session_view_map;

  g_object_class_install_property (
      object_class, PROP_SESSION,
      g_param_spec_object ("session", NULL, NULL, GBX_TYPE_SESSION,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
}

static void
gbx_session_view_init (GbxSessionView *self)
{
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (self);

  priv->once = gbx_once_new (refresh, self);
  priv->stale = TRUE;
}

GbxSession *
gbx_session_view_get_session (GbxSessionView *self)
{
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (self);

  g_return_val_if_fail (GBX_IS_SESSION_VIEW (self), NULL);
  return priv->session;
}

/* What is scrolled is not there yet when the place is known: the place is gone to once it is. */
static void
scroll_cb (GtkAdjustment *adjustment, double *place)
{
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (end < *place)
    return;
  gtk_adjustment_set_value (adjustment, *place);
  g_signal_handlers_disconnect_by_func (adjustment, scroll_cb, place);
}

static void
free_place (gpointer place, GClosure *closure)
{
  g_free (place);
}

static void
take_place (GtkAdjustment *adjustment, GtkAdjustment *old)
{
  double place = gtk_adjustment_get_value (old);

  if (place > 0)
    g_signal_connect_data (adjustment, "changed", G_CALLBACK (scroll_cb),
                           g_memdup2 (&place, sizeof place), free_place, G_CONNECT_AFTER);
}

void
gbx_session_view_take_over (GtkWidget *content, GtkWidget *old)
{
  const char *page;
  GtkWidget *to, *from;

  if (G_OBJECT_TYPE (content) != G_OBJECT_TYPE (old))
    return;
  if (GTK_IS_STACK (old) && (page = gtk_stack_get_visible_child_name (GTK_STACK (old))) != NULL &&
      gtk_stack_get_child_by_name (GTK_STACK (content), page) != NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (content), page);
  if (GTK_IS_SCROLLED_WINDOW (old)) {
    GtkScrolledWindow *to_window = GTK_SCROLLED_WINDOW (content);
    GtkScrolledWindow *from_window = GTK_SCROLLED_WINDOW (old);

    take_place (gtk_scrolled_window_get_vadjustment (to_window),
                gtk_scrolled_window_get_vadjustment (from_window));
    take_place (gtk_scrolled_window_get_hadjustment (to_window),
                gtk_scrolled_window_get_hadjustment (from_window));
  }
  if (GBX_IS_SESSION_VIEW (old) && GBX_SESSION_VIEW_GET_CLASS (old)->take_over != NULL)
    GBX_SESSION_VIEW_GET_CLASS (old)->take_over (GBX_SESSION_VIEW (content),
                                                 GBX_SESSION_VIEW (old));
  for (to = gtk_widget_get_first_child (content), from = gtk_widget_get_first_child (old);
       to != NULL && from != NULL;
       to = gtk_widget_get_next_sibling (to), from = gtk_widget_get_next_sibling (from))
    gbx_session_view_take_over (to, from);
}

void
gbx_session_view_queue_refresh (GbxSessionView *self)
{
  GbxSessionViewPrivate *priv = gbx_session_view_get_instance_private (self);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    priv->stale = TRUE;
  else if (priv->once != NULL)
    gbx_once_queue (priv->once);
}

void
gbx_session_view_refresh_on (GbxSessionView *self, const char *const *signals)
{
  for (; *signals != NULL; signals++)
    g_signal_connect_object (gbx_session_view_get_session (self), *signals,
                             G_CALLBACK (gbx_session_view_queue_refresh), self, G_CONNECT_SWAPPED);
}

void
gbx_session_view_bind_notice (GbxSessionView *self, GtkLabel *label)
{
  GbxSession *session = gbx_session_view_get_session (self);

  g_object_bind_property (session, "dataset-notice", label, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (session, "dataset-notice", label, "visible", G_BINDING_SYNC_CREATE,
                               text_is_there, NULL, NULL, NULL);
}
