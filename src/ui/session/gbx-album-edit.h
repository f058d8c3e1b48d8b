/* gbx-album-edit.h: one edit of what the user draws: steps that can be taken back. */
#pragma once

#include "gbx-library.h"

typedef struct GbxAlbumEdit GbxAlbumEdit;

/** gbx_album_edit_new: @what: a static string, untranslated: names the edit. */
GbxAlbumEdit *gbx_album_edit_new (const char *what);
const char *gbx_album_edit_get_what (const GbxAlbumEdit *edit);

/* Each does a step and writes it down. */
void gbx_album_edit_add (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                         int class_index, const NnDrawing *drawing);
void gbx_album_edit_relabel (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                             GbxOwnDrawing *drawing, int class_index);
void gbx_album_edit_delete (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                            GbxOwnDrawing *drawing);
GbxSymbolSet *gbx_album_edit_create_set (GbxAlbumEdit *edit, GbxLibrary *library, const char *title,
                                         const char *const *classes, GError **error);
gboolean gbx_album_edit_change_set (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                                    const char *title, const char *const *classes,
                                    const int *origins, GError **error);
void gbx_album_edit_delete_set (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set);

/** gbx_album_edit_apply: Takes all of it back, or (@forward) does it again. */
void gbx_album_edit_apply (GbxAlbumEdit *edit, GbxLibrary *library, gboolean forward);

/** gbx_album_edit_get_set: Returns: (transfer none): the set that it is about. */
GbxSymbolSet *gbx_album_edit_get_set (const GbxAlbumEdit *edit);

void gbx_album_edit_free (gpointer edit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxAlbumEdit, gbx_album_edit_free)
