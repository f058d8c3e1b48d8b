/* plot.c: lines over two axes, as SVG that can be read on light and on dark pages. */
#include "plot.h"

#include <math.h>

#define WIDTH 720
#define HEIGHT 400
#define LEFT 80
#define RIGHT 200 /* the names of the lines */
#define TOP 46
#define BOTTOM 54
#define LINE_HEIGHT 20
#define SHARE_ABOVE 0.06 /* of the axis, left free */

typedef struct {
  const Plot *plot;
  double x_least, x_most, y_least, y_most; /* as scaled */
  GString *svg;
} Canvas;

static const char *const colours[] = {"#1565c0", "#c2410c", "#15803d", "#7e22ce"};

/* The plot brings its own ground. The attributes hold for light pages and for what knows no style;
 * this makes it dark where the reader has it so. */
static const char style[] = "<style>@media(prefers-color-scheme:dark){"
                            "text{fill:#ddd}.ground{fill:#1c1c20}.grid{stroke:#3a3a40}"
                            ".line0{stroke:#6ab0ff}.point0{fill:#6ab0ff}"
                            ".line1{stroke:#ff9a5c}.point1{fill:#ff9a5c}"
                            ".line2{stroke:#5fd38a}.point2{fill:#5fd38a}"
                            ".line3{stroke:#c79bff}.point3{fill:#c79bff}}</style>";

static double
scaled (const Canvas *canvas, double value)
{
  return canvas->plot->is_logarithmic ? log10 (value) : value;
}

static double
x_at (const Canvas *canvas, double value)
{
  double share = (scaled (canvas, value) - canvas->x_least) / (canvas->x_most - canvas->x_least);

  return LEFT + share * (WIDTH - LEFT - RIGHT);
}

static double
y_at (const Canvas *canvas, double value)
{
  double share = (scaled (canvas, value) - canvas->y_least) / (canvas->y_most - canvas->y_least);

  return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

static void
measure_axes (Canvas *canvas)
{
  const Plot *plot = canvas->plot;

  canvas->x_least = canvas->y_least = INFINITY;
  canvas->x_most = canvas->y_most = -INFINITY;
  for (gsize i = 0; i < plot->n; i++)
    for (gsize j = 0; j < plot->series[i].n; j++) {
      double x = scaled (canvas, plot->series[i].x[j]), y = scaled (canvas, plot->series[i].y[j]);

      canvas->x_least = MIN (canvas->x_least, x);
      canvas->x_most = MAX (canvas->x_most, x);
      canvas->y_least = MIN (canvas->y_least, y);
      canvas->y_most = MAX (canvas->y_most, y);
    }
  if (!plot->is_logarithmic)
    canvas->y_least = 0;
  else
    canvas->y_least -= SHARE_ABOVE * (canvas->y_most - canvas->y_least + 0.1);
  canvas->y_most += SHARE_ABOVE * (canvas->y_most - canvas->y_least + 0.1);
  if (canvas->x_most <= canvas->x_least)
    canvas->x_most = canvas->x_least + 1;
}

static void
add_tick_y (const Canvas *canvas, double value)
{
  double y = y_at (canvas, value);

  if (scaled (canvas, value) < canvas->y_least || scaled (canvas, value) > canvas->y_most)
    return;
  g_string_append_printf (canvas->svg,
                          "<path class='grid' stroke='#ddd' d='M%d %.1fH%d'/>"
                          "<text fill='#333' x='%d' y='%.1f' text-anchor='end'>%g</text>\n",
                          LEFT, y, WIDTH - RIGHT, LEFT - 8, y + 4, value);
}

/* 1, 2, 5, 10 … on a logarithmic axis that is short, 1, 10 … on a long one; else four steps of a
 * round number. */
static void
add_ticks_y (const Canvas *canvas)
{
  static const double steps[] = {1, 2, 5};
  double span = canvas->y_most - canvas->y_least;

  if (canvas->plot->is_logarithmic) {
    for (int exponent = (int)floor (canvas->y_least); exponent <= canvas->y_most; exponent++)
      for (gsize i = 0; i < (span > 2.5 ? 1 : G_N_ELEMENTS (steps)); i++)
        add_tick_y (canvas, steps[i] * pow (10, exponent));
  } else {
    double step = pow (10, floor (log10 (span / 2)));
    while (span / step > 6)
      step *= 2;
    for (double value = 0; value <= canvas->y_most; value += step)
      add_tick_y (canvas, value);
  }
}

static void
add_axes (const Canvas *canvas)
{
  const PlotSeries *first = &canvas->plot->series[0];
  int bottom = HEIGHT - BOTTOM, middle = (LEFT + WIDTH - RIGHT) / 2;

  add_ticks_y (canvas);
  for (gsize i = 0; i < first->n; i++) {
    double x = x_at (canvas, first->x[i]);

    g_string_append_printf (canvas->svg,
                            "<path stroke='#888' d='M%.1f %dv5'/>"
                            "<text fill='#333' x='%.1f' y='%d' text-anchor='middle'>%g</text>\n",
                            x, bottom, x, bottom + 20, first->x[i]);
  }
  g_string_append_printf (canvas->svg, "<path stroke='#888' d='M%d %dV%dH%d'/>\n", LEFT, TOP,
                          bottom, WIDTH - RIGHT);
  g_string_append_printf (
      canvas->svg,
      "<text fill='#333' font-size='15' font-weight='bold' x='%d' y='26'>%s</text>"
      "<text fill='#333' x='%d' y='%d' text-anchor='middle'>%s</text>"
      "<text fill='#333' transform='translate(20 %d)rotate(-90)' "
      "text-anchor='middle'>%s</text>\n",
      LEFT, canvas->plot->title, middle, HEIGHT - 12, canvas->plot->x_label, (TOP + bottom) / 2,
      canvas->plot->y_label);
}

/* The beginning of a path as @series draws its line. */
static void
begin_line (const Canvas *canvas, const PlotSeries *series)
{
  g_string_append_printf (canvas->svg, "<path class='line%d' stroke='%s' stroke-width='%s' d='",
                          series->colour, colours[series->colour],
                          series->is_reference ? "1.5' stroke-dasharray='6 4" : "2");
}

static void
add_series (const Canvas *canvas, const PlotSeries *series)
{
  begin_line (canvas, series);
  for (gsize i = 0; i < series->n; i++)
    g_string_append_printf (canvas->svg, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
                            x_at (canvas, series->x[i]), y_at (canvas, series->y[i]));
  g_string_append (canvas->svg, "'/>\n");
  for (gsize i = 0; i < series->n && !series->is_reference; i++)
    g_string_append_printf (canvas->svg,
                            "<circle class='point%d' fill='%s' cx='%.1f' cy='%.1f' r='3.5'/>\n",
                            series->colour, colours[series->colour], x_at (canvas, series->x[i]),
                            y_at (canvas, series->y[i]));
}

static void
add_legend (const Canvas *canvas)
{
  int x = WIDTH - RIGHT + 12, y = TOP + 10;

  for (gsize i = 0; i < canvas->plot->n; i++, y += LINE_HEIGHT) {
    const PlotSeries *series = &canvas->plot->series[i];

    begin_line (canvas, series);
    g_string_append_printf (canvas->svg, "M%d %dh22'/><text fill='#333' x='%d' y='%d'>%s</text>\n",
                            x, y, x + 28, y + 4, series->name);
  }
}

char *
plot_to_svg (const Plot *plot)
{
  Canvas canvas = {.plot = plot, .svg = g_string_new (NULL)};

  measure_axes (&canvas);
  g_string_append_printf (canvas.svg,
                          "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' "
                          "role='img' aria-label='%s' fill='none' font-family='sans-serif' "
                          "font-size='13'>\n%s\n"
                          "<rect class='ground' fill='#fff' width='%d' height='%d' rx='8'/>\n",
                          WIDTH, HEIGHT, plot->title, style, WIDTH, HEIGHT);
  add_axes (&canvas);
  for (gsize i = 0; i < plot->n; i++)
    add_series (&canvas, &plot->series[i]);
  add_legend (&canvas);
  g_string_append (canvas.svg, "</svg>\n");
  return g_string_free (canvas.svg, FALSE);
}
