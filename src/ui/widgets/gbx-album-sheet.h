/* gbx-album-sheet.h: the drawings of the album's set, class by class, with how many there are.
 *
 * Keyboard: arrows, Page Up and Down, Home and End walk; Delete deletes; the key of a class
 * relabels; Enter, Menu or the other mouse button ask what to do. Signal "asked" (GbxOwnDrawing,
 * int x, int y): what is to be done with it? */
#pragma once

#include "gbx-drawn.h"

#include "ui/session/gbx-album.h"

#define GBX_TYPE_ALBUM_SHEET (gbx_album_sheet_get_type ())
G_DECLARE_FINAL_TYPE (GbxAlbumSheet, gbx_album_sheet, GBX, ALBUM_SHEET, GbxDrawn)

void gbx_album_sheet_set_album (GbxAlbumSheet *self, GbxAlbum *album);
