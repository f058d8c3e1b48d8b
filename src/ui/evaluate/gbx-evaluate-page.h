/* gbx-evaluate-page.h: the Evaluate stage: confusion matrix and scores on the test part. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_EVALUATE_PAGE (gbx_evaluate_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxEvaluatePage, gbx_evaluate_page, GBX, EVALUATE_PAGE, GbxSessionView)
