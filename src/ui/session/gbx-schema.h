/* gbx-schema.h: the tables of glassbox.db, as steps from each version to the next. */
#pragma once

/** gbx_schema_get_steps: Returns: (array zero-terminated=1): for gbx_database_open(). */
const char *const *gbx_schema_get_steps (void);
