/* drawing.c: strokes of points, as a hand draws them. */
#include "drawing.h"

#include <math.h>
#include <string.h>

static void
append_point (NnDrawing *drawing, float x, float y)
{
  NnPoint point = {x, y};

  g_array_append_val (drawing->points, point);
}

static gboolean
equal_bytes (const GArray *a, const GArray *b)
{
  return a->len == b->len &&
         (a->len == 0 ||
          memcmp (a->data, b->data, a->len * g_array_get_element_size ((GArray *)a)) == 0);
}

NnDrawing *
nn_drawing_new (void)
{
  NnDrawing *drawing = g_new0 (NnDrawing, 1);

  drawing->points = g_array_new (FALSE, FALSE, sizeof (NnPoint));
  drawing->starts = g_array_new (FALSE, FALSE, sizeof (guint));
  return drawing;
}

NnDrawing *
nn_drawing_copy (const NnDrawing *drawing)
{
  NnDrawing *copy = nn_drawing_new ();

  g_array_append_vals (copy->points, drawing->points->data, drawing->points->len);
  g_array_append_vals (copy->starts, drawing->starts->data, drawing->starts->len);
  return copy;
}

gboolean
nn_drawing_equal (const NnDrawing *a, const NnDrawing *b)
{
  return equal_bytes (a->points, b->points) && equal_bytes (a->starts, b->starts);
}

void
nn_drawing_free (NnDrawing *drawing)
{
  if (drawing == NULL)
    return;
  g_array_unref (drawing->points);
  g_array_unref (drawing->starts);
  g_free (drawing);
}

void
nn_drawing_begin_stroke (NnDrawing *drawing, float x, float y)
{
  guint start = drawing->points->len;

  if (!isfinite (x) || !isfinite (y))
    return;
  g_array_append_val (drawing->starts, start);
  append_point (drawing, x, y);
}

void
nn_drawing_add_point (NnDrawing *drawing, float x, float y)
{
  if (drawing->starts->len == 0)
    nn_drawing_begin_stroke (drawing, x, y);
  else if (isfinite (x) && isfinite (y))
    append_point (drawing, x, y);
}

gboolean
nn_drawing_undo (NnDrawing *drawing)
{
  guint last = drawing->starts->len;

  if (last == 0)
    return FALSE;
  g_array_set_size (drawing->points, g_array_index (drawing->starts, guint, last - 1));
  g_array_set_size (drawing->starts, last - 1);
  return TRUE;
}

void
nn_drawing_clear (NnDrawing *drawing)
{
  g_array_set_size (drawing->points, 0);
  g_array_set_size (drawing->starts, 0);
}

gboolean
nn_drawing_is_empty (const NnDrawing *drawing)
{
  return drawing->points->len == 0;
}
