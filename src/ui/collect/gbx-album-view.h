/* gbx-album-view.h: the user's own sets of drawings: what is in them, and training on them. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_ALBUM_VIEW (gbx_album_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxAlbumView, gbx_album_view, GBX, ALBUM_VIEW, GbxSessionView)
