/* gbx-session-view.h: a piece of the window that shows a session: what pages and panels share. */
#pragma once

#include "ui/session/gbx-session.h"

#include <adwaita.h>

/* Where the templates are among the resources. */
#define GBX_UI "/io/github/glassbox/Glassbox/ui/"

#define GBX_TYPE_SESSION_VIEW (gbx_session_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (GbxSessionView, gbx_session_view, GBX, SESSION_VIEW, AdwBin)

/* Property "session" (GbxSession, set once). */
struct _GbxSessionViewClass {
  AdwBinClass parent_class;

  /* The session is there: bind to it and connect to its signals. Called once. */
  void (*attach) (GbxSessionView *self, GbxSession *session);
  /* Show what is now. Called once before a frame, however much changed, and only on screen: what
   * changes while another stage is open is shown when this one opens. */
  void (*refresh) (GbxSessionView *self);
  /* What was chosen in @old, of the same type, and is in no session, is chosen here. Called before
   * it is shown for the first time; may be NULL. */
  void (*take_over) (GbxSessionView *self, GbxSessionView *old);
};

/** gbx_session_view_get_session: Returns: (transfer none) (nullable). */
GbxSession *gbx_session_view_get_session (GbxSessionView *self);

/**
 * gbx_session_view_take_over:
 * @content, @old: built alike
 * Goes through both: what a hand has chosen in @old stays as it is, though all was made anew.
 */
void gbx_session_view_take_over (GtkWidget *content, GtkWidget *old);

/** gbx_session_view_queue_refresh: Something changed. */
void gbx_session_view_queue_refresh (GbxSessionView *self);

/** gbx_session_view_refresh_on: Each of these @signals of the session asks for a refresh. */
void gbx_session_view_refresh_on (GbxSessionView *self, const char *const *signals);

/**
 * gbx_session_view_bind_notice:
 * @label shows why the data are not what the recipe asks for, and is gone when they are.
 */
void gbx_session_view_bind_notice (GbxSessionView *self, GtkLabel *label);
