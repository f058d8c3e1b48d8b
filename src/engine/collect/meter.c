/* meter.c: turns the bytes that come in into the progress of a whole download. */
#include "engine/collect/meter.h"

#include <math.h>

#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)
#define SMOOTHING_TIME (3.0 * G_USEC_PER_SEC)

static void
update_rate (NnMeter *meter, gint64 time)
{
  double elapsed = time - meter->rated_time;
  double rate;

  if (elapsed < REPORT_INTERVAL || meter->now.bytes_done < meter->rated_bytes)
    return;
  rate = (meter->now.bytes_done - meter->rated_bytes) / elapsed * G_USEC_PER_SEC;
  if (meter->rate > 0)
    meter->rate += (1 - exp (-elapsed / SMOOTHING_TIME)) * (rate - meter->rate);
  else
    meter->rate = rate;
  meter->rated_time = time;
  meter->rated_bytes = meter->now.bytes_done;
}

static void
report (NnMeter *meter, gint64 time)
{
  NnDownloadProgress *now = &meter->now;

  now->bytes_total = MAX (now->bytes_total, now->bytes_done);
  now->seconds_left = meter->rate > 0 ? (now->bytes_total - now->bytes_done) / meter->rate : -1;
  meter->reported_time = time;
  if (meter->func != NULL)
    meter->func (now, meter->data);
}

void
nn_meter_start_file (NnMeter *meter, const char *file, guint64 here, guint64 size)
{
  gint64 time = g_get_monotonic_time ();

  meter->now.file = file;
  meter->now.bytes_done = meter->bytes_before + here;
  meter->now.bytes_total = meter->bytes_before + size + meter->bytes_after;
  meter->rated_time = time;
  meter->rated_bytes = meter->now.bytes_done;
  report (meter, time);
  meter->reported_time = 0;
}

void
nn_meter_update (NnMeter *meter, guint64 here, guint64 size)
{
  gint64 time = g_get_monotonic_time ();

  meter->now.bytes_done = meter->bytes_before + here;
  if (size > 0)
    meter->now.bytes_total = meter->bytes_before + size + meter->bytes_after;
  update_rate (meter, time);
  if (time - meter->reported_time >= REPORT_INTERVAL)
    report (meter, time);
}

void
nn_meter_finish_file (NnMeter *meter, guint64 size)
{
  meter->bytes_before += size;
  meter->now.bytes_done = meter->bytes_before;
  meter->now.bytes_total = meter->bytes_before + meter->bytes_after;
  report (meter, g_get_monotonic_time ());
}
