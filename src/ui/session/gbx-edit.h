/* gbx-edit.h: a change to what is the user's own, as plain data that any thread may write. */
#pragma once

#include "gbx-own-recipe.h"
#include "gbx-symbol-set.h"

typedef enum {
  GBX_EDIT_PUT_SET, /* makes it, or changes its title and classes */
  GBX_EDIT_DELETE_SET,
  GBX_EDIT_PUT_DRAWING, /* makes its set too, where another window took that away */
  GBX_EDIT_RELABEL_DRAWING,
  GBX_EDIT_DELETE_DRAWING,
  GBX_EDIT_PUT_RECIPE,
  GBX_EDIT_DELETE_RECIPE,
} GbxEditKind;

/* All are to be done in order, and may be done twice. */
typedef struct {
  GbxEditKind kind;
  char *id;         /* of the set, drawing or recipe */
  char *set;        /* a drawing's set */
  char *name;       /* a set's title, or a recipe's name */
  char *text;       /* a set's classes, one a line, or a recipe's JSON */
  int class_index;  /* a drawing's */
  GBytes *strokes;  /* a drawing's */
  gint64 created;   /* of the thing */
  gint64 set_since; /* a drawing's set */
} GbxEdit;

GbxEdit *gbx_edit_new_set (GbxEditKind kind, GbxSymbolSet *set);
GbxEdit *gbx_edit_new_drawing (GbxEditKind kind, GbxSymbolSet *set, GbxOwnDrawing *drawing);
GbxEdit *gbx_edit_new_recipe (GbxEditKind kind, GbxOwnRecipe *recipe);
void gbx_edit_free (gpointer edit);
