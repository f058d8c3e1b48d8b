/* finding.h: widgets found by what they are and say, and waited for. */
#pragma once

#include <gtk/gtk.h>

typedef gboolean (*FindingMatch) (GtkWidget *widget, gconstpointer data);

/** finding_match: Returns: (transfer none) (nullable): the first at or below @widget. */
GtkWidget *finding_match (GtkWidget *widget, FindingMatch matches, gconstpointer data);

GtkWidget *finding_type (GtkWidget *widget, GType type);

/** finding_label: One on screen whose text has @part in it. */
GtkWidget *finding_label (GtkWidget *widget, const char *part);
void finding_wait_for_label (GtkWidget *widget, const char *part);

/** finding_button: One with this label. */
GtkWidget *finding_button (GtkWidget *widget, const char *label);
