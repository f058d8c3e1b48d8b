/* gbx-application.h: the program: language, style, and one window. */
#pragma once

#include <adwaita.h>

#define GBX_TYPE_APPLICATION (gbx_application_get_type ())
G_DECLARE_FINAL_TYPE (GbxApplication, gbx_application, GBX, APPLICATION, AdwApplication)

GbxApplication *gbx_application_new (void);
