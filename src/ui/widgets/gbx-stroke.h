/* gbx-stroke.h: a curve of a plot put into pixels, column by column: for thousands of points, every
 * frame, at a small part of the cost of a general path. Without GTK: pure, tested. */
#pragma once

#include "ui/session/gbx-metric-series.h"

/* 0xAARRGGBB, premultiplied. */
typedef struct {
  guint32 *pixels;
  int width, height, stride;
} GbxPixels;

typedef struct {
  double thickness; /* in pixels */
  gboolean steady;  /* the curve is smooth: where it is steep, it is as thick as where it is flat */
  double red, green, blue, alpha;
} GbxStroke;

/**
 * gbx_stroke_draw:
 * @points: in pixels, x ascending; a y of NaN breaks the line
 * Draws the polyline over what is there, antialiased.
 */
void gbx_stroke_draw (const GbxStroke *stroke, const GbxPoint *points, guint n, GbxPixels *on);
