/* finding.c: widgets found by what they are and say, and waited for. */
#include "finding.h"

#include <string.h>

static gboolean
is_of_type (GtkWidget *widget, gconstpointer data)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, (GType)data);
}

static gboolean
is_shown_label (GtkWidget *widget, gconstpointer data)
{
  const char *text = NULL;

  if (GTK_IS_LABEL (widget))
    text = gtk_label_get_label (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  return text != NULL && gtk_widget_get_mapped (widget) && strstr (text, data) != NULL;
}

static gboolean
is_button_of (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) &&
         g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), data) == 0;
}

GtkWidget *
finding_match (GtkWidget *widget, FindingMatch matches, gconstpointer data)
{
  if (matches (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = finding_match (child, matches, data);

    if (found != NULL)
      return found;
  }
  return NULL;
}

GtkWidget *
finding_type (GtkWidget *widget, GType type)
{
  return finding_match (widget, is_of_type, GSIZE_TO_POINTER (type));
}

GtkWidget *
finding_label (GtkWidget *widget, const char *part)
{
  return finding_match (widget, is_shown_label, part);
}

void
finding_wait_for_label (GtkWidget *widget, const char *part)
{
  while (finding_label (widget, part) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

GtkWidget *
finding_button (GtkWidget *widget, const char *label)
{
  return finding_match (widget, is_button_of, label);
}
