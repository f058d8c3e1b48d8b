/* gbx-album.h: what the user draws and collects: into which set, as what, and every edit of it, to
 * be taken back and done again. Whatever the window changes in a set goes through here.
 *
 * Main thread only. The session has one album: gbx_session_get_album().
 *
 * Properties:
 *   "set"       GbxSymbolSet, read-write: into which drawings are put; never NULL
 *   "label"     int, read-write: as which class of it
 *   "undo-name" · "redo-name" string or NULL, read-only: what would be taken back, translated
 * Signals:
 *   "changed"       the set is another, or its title, classes or drawings are
 *   "done" (string) an edit was made, as a translated sentence; it can be undone
 */
#pragma once

#include "gbx-library.h"

#define GBX_TYPE_ALBUM (gbx_album_get_type ())
G_DECLARE_FINAL_TYPE (GbxAlbum, gbx_album, GBX, ALBUM, GObject)

GbxAlbum *gbx_album_new (GbxLibrary *library);
GbxLibrary *gbx_album_get_library (GbxAlbum *self); /* (transfer none) */
GbxSymbolSet *gbx_album_get_set (GbxAlbum *self);   /* (transfer none) */
void gbx_album_set_set (GbxAlbum *self, GbxSymbolSet *set);
int gbx_album_get_label (GbxAlbum *self);
void gbx_album_set_label (GbxAlbum *self, int label);

/**
 * gbx_album_find_key:
 * Returns: the class of the set that the key of @character stands for, −1 for none: the one whose
 * name it is; else, where no class is called by a digit, 1 is the first class … 0 the tenth
 */
int gbx_album_find_key (GbxAlbum *self, gunichar character);

/** gbx_album_add: Puts a copy of @drawing, which has ink, into the set, and takes @label for the
 * next one too. */
void gbx_album_add (GbxAlbum *self, const NnDrawing *drawing, int label);
void gbx_album_relabel (GbxAlbum *self, GbxOwnDrawing *drawing, int label);
void gbx_album_delete (GbxAlbum *self, GbxOwnDrawing *drawing);

/** gbx_album_create_set: Makes a set and goes on with it. FALSE where gbx_symbol_set_check() is. */
gboolean gbx_album_create_set (GbxAlbum *self, const char *title, const char *const *classes,
                               GError **error);

/** gbx_album_change_set: As gbx_library_change_set(), but of classes left out the drawings go. */
gboolean gbx_album_change_set (GbxAlbum *self, const char *title, const char *const *classes,
                               const int *origins, GError **error);

/** gbx_album_delete_set: With its drawings; "My digits" is only emptied. */
void gbx_album_delete_set (GbxAlbum *self);

void gbx_album_undo (GbxAlbum *self);
void gbx_album_redo (GbxAlbum *self);
