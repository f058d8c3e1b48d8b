/* gbx-model-files.h: choosing the file to save a model to, or to open one from. */
#pragma once

#include "ui/session/gbx-session.h"

#include <gtk/gtk.h>

/** GbxSaidFunc: @text: what was done, to say in passing; @window: the one that asked. */
typedef void (*GbxSaidFunc) (const char *text, gpointer window);

/** gbx_model_files_save: Asks for a file; a failure is told in a dialog. */
void gbx_model_files_save (GtkWindow *window, GbxSession *session, GbxSaidFunc said);

/** gbx_model_files_open: The same for opening. */
void gbx_model_files_open (GtkWindow *window, GbxSession *session, GbxSaidFunc said);

/** gbx_model_files_export: The same for @form: the word of a format, and after a colon that of an
 * ONNX network's input: "onnx:bytes". */
void gbx_model_files_export (GtkWindow *window, GbxSession *session, const char *form,
                             GbxSaidFunc said);
