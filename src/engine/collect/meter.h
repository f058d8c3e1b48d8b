/* meter.h: turns the bytes that come in into the progress of a whole download. */
#pragma once

#include "engine/collect/download.h"

typedef struct {
  NnDownloadProgressFunc func; /* nullable */
  gpointer data;
  NnDownloadProgress now;
  guint64 bytes_before; /* of the files that are complete */
  guint64 bytes_after;  /* of the files still to come, as published */
  double rate;          /* bytes per second, smoothed; 0 while unknown */
  gint64 rated_time;    /* when the rate was last updated, in µs */
  guint64 rated_bytes;  /* bytes_done at that time */
  gint64 reported_time; /* 0: the next byte is to be reported at once */
} NnMeter;

/**
 * nn_meter_start_file: @here of about @size bytes of @file are here already. When a file has to be
 * started over, bytes_done falls back: the picture on screen shall be true.
 */
void nn_meter_start_file (NnMeter *meter, const char *file, guint64 here, guint64 size);

/** nn_meter_update: @here of @size bytes (0: as before) of the file are here. */
void nn_meter_update (NnMeter *meter, guint64 here, guint64 size);

/** nn_meter_finish_file: the file is complete with @size bytes. */
void nn_meter_finish_file (NnMeter *meter, guint64 size);
