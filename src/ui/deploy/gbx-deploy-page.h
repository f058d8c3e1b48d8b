/* gbx-deploy-page.h: the Deploy stage: what a model file holds, saving and opening one. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_DEPLOY_PAGE (gbx_deploy_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxDeployPage, gbx_deploy_page, GBX, DEPLOY_PAGE, GbxSessionView)
