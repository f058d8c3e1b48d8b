/* gbx-wheel.h: the wheel scrolls the panel; it must not turn what passes under the pointer. */
#pragma once

#include <gtk/gtk.h>

/** gbx_wheel_leave_alone: @widget's own numbers do not follow the wheel any more. */
void gbx_wheel_leave_alone (GtkWidget *widget);
