/* gbx-dataset-chooser.h: a drop-down of the data sets that are on this machine. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_DATASET_CHOOSER (gbx_dataset_chooser_get_type ())
G_DECLARE_FINAL_TYPE (GbxDatasetChooser, gbx_dataset_chooser, GBX, DATASET_CHOOSER, GbxSessionView)
