/* gbx-album-edit.c: one edit of what the user draws: steps that can be taken back. */
#include "gbx-album-edit.h"

typedef enum {
  STEP_ADD,
  STEP_RELABEL,
  STEP_DELETE,
  STEP_CREATE_SET,
  STEP_CHANGE_SET,
  STEP_DELETE_SET,
} StepKind;

/* A set's title and classes, and which of the other face's each of the classes is. */
typedef struct {
  char *title; /* NULL: the program's own */
  GStrv classes;
  int *origins;
} Face;

typedef struct {
  StepKind kind;
  GbxSymbolSet *set;      /* owned */
  GbxOwnDrawing *drawing; /* owned; NULL where it is about a set */
  int classes[2];         /* of the drawing, before and after */
  Face faces[2];          /* of the set, before and after */
} Step;

struct GbxAlbumEdit {
  const char *what;
  GPtrArray *steps; /* Step */
};

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->set);
  g_clear_object (&step->drawing);
  for (guint i = 0; i < G_N_ELEMENTS (step->faces); i++) {
    g_free (step->faces[i].title);
    g_strfreev (step->faces[i].classes);
    g_free (step->faces[i].origins);
  }
  g_free (step);
}

static Step *
write_down (GbxAlbumEdit *edit, StepKind kind, GbxSymbolSet *set, GbxOwnDrawing *drawing)
{
  Step *step = g_new0 (Step, 1);

  step->kind = kind;
  step->set = g_object_ref (set);
  if (drawing != NULL)
    step->drawing = g_object_ref (drawing);
  g_ptr_array_add (edit->steps, step);
  return step;
}

static void
put_set (GbxLibrary *library, GbxSymbolSet *set, gboolean there)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  if (there)
    gbx_library_restore_set (library, set, nothing);
  else
    gbx_library_delete_set (library, set);
}

static void
put_drawing (GbxLibrary *library, const Step *step, gboolean there)
{
  if (there)
    gbx_library_restore_drawing (library, step->set, step->drawing);
  else
    gbx_library_delete_drawing (library, step->set, step->drawing);
}

static void
apply (const Step *step, GbxLibrary *library, gboolean forward)
{
  const Face *face = &step->faces[forward];

  switch (step->kind) {
  case STEP_ADD:
    put_drawing (library, step, forward);
    break;
  case STEP_DELETE:
    put_drawing (library, step, !forward);
    break;
  case STEP_RELABEL:
    gbx_library_relabel_drawing (library, step->set, step->drawing, step->classes[forward]);
    break;
  case STEP_CREATE_SET:
    put_set (library, step->set, forward);
    break;
  case STEP_DELETE_SET:
    put_set (library, step->set, !forward);
    break;
  case STEP_CHANGE_SET:
    gbx_library_change_set (library, step->set, face->title, (const char *const *)face->classes,
                            face->origins, NULL);
    break;
  }
}

static Face
face_of (GbxSymbolSet *set)
{
  return (Face){.title = g_strdup (gbx_symbol_set_get_own_title (set)),
                .classes = g_strdupv ((GStrv)gbx_symbol_set_get_classes (set))};
}

/* @origins[n]: the other way round, for @n_back classes. */
static int *
turn_round (const int *origins, guint n, guint n_back)
{
  int *back = g_new (int, n_back);

  for (guint i = 0; i < n_back; i++)
    back[i] = -1;
  for (guint i = 0; i < n; i++)
    if (origins[i] >= 0 && (guint)origins[i] < n_back)
      back[origins[i]] = (int)i;
  return back;
}

/* ---- public ---- */

GbxAlbumEdit *
gbx_album_edit_new (const char *what)
{
  GbxAlbumEdit *edit = g_new (GbxAlbumEdit, 1);

  *edit = (GbxAlbumEdit){what, g_ptr_array_new_with_free_func (step_free)};
  return edit;
}

const char *
gbx_album_edit_get_what (const GbxAlbumEdit *edit)
{
  return edit->what;
}

GbxSymbolSet *
gbx_album_edit_get_set (const GbxAlbumEdit *edit)
{
  return ((const Step *)g_ptr_array_index (edit->steps, 0))->set;
}

void
gbx_album_edit_add (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set, int class_index,
                    const NnDrawing *drawing)
{
  write_down (edit, STEP_ADD, set, gbx_library_add_drawing (library, set, class_index, drawing));
}

void
gbx_album_edit_relabel (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                        GbxOwnDrawing *drawing, int class_index)
{
  Step *step = write_down (edit, STEP_RELABEL, set, drawing);

  step->classes[FALSE] = gbx_own_drawing_get_class (drawing);
  step->classes[TRUE] = class_index;
  apply (step, library, TRUE);
}

void
gbx_album_edit_delete (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                       GbxOwnDrawing *drawing)
{
  apply (write_down (edit, STEP_DELETE, set, drawing), library, TRUE);
}

GbxSymbolSet *
gbx_album_edit_create_set (GbxAlbumEdit *edit, GbxLibrary *library, const char *title,
                           const char *const *classes, GError **error)
{
  GbxSymbolSet *set = gbx_library_create_set (library, title, classes, error);

  if (set != NULL)
    write_down (edit, STEP_CREATE_SET, set, NULL);
  return set;
}

gboolean
gbx_album_edit_change_set (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set,
                           const char *title, const char *const *classes, const int *origins,
                           GError **error)
{
  guint n = g_strv_length ((GStrv)classes), n_before = gbx_symbol_set_get_n_classes (set);
  Face before = face_of (set);
  gboolean done = gbx_library_change_set (library, set, title, classes, origins, error);
  Step *step = write_down (edit, STEP_CHANGE_SET, set, NULL);

  before.origins = turn_round (origins, n, n_before);
  step->faces[FALSE] = before;
  step->faces[TRUE] = face_of (set);
  step->faces[TRUE].origins = g_memdup2 (origins, n * sizeof *origins);
  if (!done)
    g_ptr_array_remove_index (edit->steps, edit->steps->len - 1);
  return done;
}

void
gbx_album_edit_delete_set (GbxAlbumEdit *edit, GbxLibrary *library, GbxSymbolSet *set)
{
  apply (write_down (edit, STEP_DELETE_SET, set, NULL), library, TRUE);
}

void
gbx_album_edit_apply (GbxAlbumEdit *edit, GbxLibrary *library, gboolean forward)
{
  guint n = edit->steps->len;

  for (guint i = 0; i < n; i++)
    apply (g_ptr_array_index (edit->steps, forward ? i : n - 1 - i), library, forward);
}

void
gbx_album_edit_free (gpointer data)
{
  GbxAlbumEdit *edit = data;

  g_ptr_array_unref (edit->steps);
  g_free (edit);
}
