/* gbx-header.h: the header bar: what to train, the commands, how far it is, how fast. */
#pragma once

#include "gbx-session-view.h"

#define GBX_TYPE_HEADER (gbx_header_get_type ())
G_DECLARE_FINAL_TYPE (GbxHeader, gbx_header, GBX, HEADER, GbxSessionView)

/** gbx_header_focus: Puts the focus on Train: Space and Enter start at once. */
void gbx_header_focus (GbxHeader *self);
