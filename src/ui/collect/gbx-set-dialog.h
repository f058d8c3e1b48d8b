/* gbx-set-dialog.h: asks for the title and the classes of a set of drawings. */
#pragma once

#include "ui/session/gbx-album.h"

#include <adwaita.h>

/** gbx_set_dialog_show: @is_new: of one to be made; else of the album's set. */
void gbx_set_dialog_show (GtkWindow *window, GbxAlbum *album, gboolean is_new);
