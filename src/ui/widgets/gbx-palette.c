/* gbx-palette.c: the colours of the house. */
#include "gbx-palette.h"

#include <adwaita.h>
#include <math.h>

/* Steps from the paper to a full colour. */
#define SHADES 512

/* Okabe & Ito's set (2008), which colour-blind eyes tell apart, with the contrast of each tuned to
 * light and to dark paper. */
static const guint32 run_colours[][2] = {
    {0x1c71d8, 0x78aeed}, {0xc64600, 0xff9d4d}, {0x007a5a, 0x3fc79a}, {0xa8478a, 0xe39ccb},
    {0x6b5b00, 0xe5d24b}, {0x0b7fab, 0x6fd0f5}, {0x5e5c64, 0xc0bfbc}, {0x613583, 0xc29bea},
};

static const struct {
  const char *name; /* what libadwaita calls it, or NULL */
  guint32 light, dark, light_contrast, dark_contrast;
} colours[] = {
    [GBX_COLOUR_FOREGROUND] = {NULL, 0x2e3436, 0xffffff, 0x000000, 0xffffff},
    [GBX_COLOUR_DIM] = {NULL, 0x6c6c70, 0xa8a8ac, 0x2a2a2a, 0xe6e6e6},
    [GBX_COLOUR_GRID] = {NULL, 0xe3e3e6, 0x48484c, 0x7a7a7a, 0x9a9a9a},
    [GBX_COLOUR_BACKGROUND] = {"view_bg_color", 0xffffff, 0x1e1e1e, 0xffffff, 0x000000},
    [GBX_COLOUR_CARD] = {NULL, 0xffffff, 0x363636, 0xffffff, 0x363636},
    [GBX_COLOUR_ACCENT] = {"accent_color", 0x1c71d8, 0x78aeed, 0x0a3f8f, 0x99c1f1},
    [GBX_COLOUR_POSITIVE] = {NULL, 0x1c71d8, 0x62a0ea, 0x0a3f8f, 0x99c1f1},
    [GBX_COLOUR_NEGATIVE] = {NULL, 0xe66100, 0xff8f3d, 0x9c3c00, 0xffbe6f},
    [GBX_COLOUR_ERROR] = {"error_color", 0xc01c28, 0xff7b63, 0x8f0d18, 0xffa99a},
};

static GdkRGBA
rgba (guint32 rgb)
{
  return (GdkRGBA){((rgb >> 16) & 0xff) / 255.f, ((rgb >> 8) & 0xff) / 255.f, (rgb & 0xff) / 255.f,
                   1};
}

static AdwStyleManager *
style_manager (GtkWidget *widget)
{
  return adw_style_manager_get_for_display (gtk_widget_get_display (widget));
}

static guint32
mix (guint32 from, guint32 to, float share)
{
  guint32 result = 0xff;

  for (int shift = 16; shift >= 0; shift -= 8) {
    float a = (from >> shift) & 0xff, b = (to >> shift) & 0xff;

    result = result << 8 | (guint32)lrintf (a + share * (b - a));
  }
  return result;
}

static guint32
mix_shade (float value, gboolean dark)
{
  GbxColour end = value >= 0 ? GBX_COLOUR_POSITIVE : GBX_COLOUR_NEGATIVE;

  return mix (dark ? 0x1e1e1e : 0xffffff, dark ? colours[end].dark : colours[end].light,
              fabsf (value));
}

GdkRGBA
gbx_palette_get (GtkWidget *widget, GbxColour colour)
{
  gboolean dark = gbx_palette_is_dark (widget);
  GdkRGBA found;

  if (gbx_palette_is_contrasting (widget))
    return rgba (dark ? colours[colour].dark_contrast : colours[colour].light_contrast);
  if (colours[colour].name && gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                                              colours[colour].name, &found))
    return found;
  return rgba (dark ? colours[colour].dark : colours[colour].light);
}

GdkRGBA
gbx_palette_get_run (GtkWidget *widget, guint index)
{
  return rgba (run_colours[index % G_N_ELEMENTS (run_colours)][gbx_palette_is_dark (widget)]);
}

guint
gbx_palette_get_n_runs (void)
{
  return G_N_ELEMENTS (run_colours);
}

guint32
gbx_palette_diverging (float value, gboolean dark)
{
  /* Weights come by the ten thousand, many times a second. */
  static guint32 shades[2][2 * SHADES + 1];
  static gsize made;

  if (g_once_init_enter (&made)) {
    for (int i = -SHADES; i <= SHADES; i++) {
      shades[FALSE][i + SHADES] = mix_shade ((float)i / SHADES, FALSE);
      shades[TRUE][i + SHADES] = mix_shade ((float)i / SHADES, TRUE);
    }
    g_once_init_leave (&made, TRUE);
  }
  if (isnan (value))
    return dark ? 0xff6a6a6e : 0xffb5b5b9;
  return shades[dark != FALSE]
               [SHADES + (int)(CLAMP (value, -1, 1) * SHADES + (value > 0 ? 0.5f : -0.5f))];
}

gboolean
gbx_palette_is_dark (GtkWidget *widget)
{
  return adw_style_manager_get_dark (style_manager (widget));
}

gboolean
gbx_palette_is_contrasting (GtkWidget *widget)
{
  return adw_style_manager_get_high_contrast (style_manager (widget));
}
