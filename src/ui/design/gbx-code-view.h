/* gbx-code-view.h: the experiment as a program, to read, to copy and to save. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_CODE_VIEW (gbx_code_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxCodeView, gbx_code_view, GBX, CODE_VIEW, GbxSessionView)
