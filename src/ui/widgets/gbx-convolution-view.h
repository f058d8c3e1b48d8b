/* gbx-convolution-view.h: a window on its way over a picture: what it covers, times the filter, and
 * what comes of it in the output map, place by place.
 *
 * The pointer over either map, or the arrow keys, stop at a place. Properties: "place" (int,
 * read-write: row by row), "playing" (boolean, read-write: hops on by itself; never where the
 * desktop asks for no animations). */
#pragma once

#include "gbx-drawn.h"
#include "gbx-hop.h"

#define GBX_TYPE_CONVOLUTION_VIEW (gbx_convolution_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxConvolutionView, gbx_convolution_view, GBX, CONVOLUTION_VIEW, GbxDrawn)

GtkWidget *gbx_convolution_view_new (void);

/** gbx_convolution_view_set_hop: @hop: (transfer full) (nullable): the numbers of now; the place
 * stays where it is, if there still is one. */
void gbx_convolution_view_set_hop (GbxConvolutionView *self, GbxHop *hop);
