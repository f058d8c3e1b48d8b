/* memory.h: how much of this process lies in memory. */
#pragma once

/** bench_resident_start: Gives back what is free and forgets the peak. Returns: resident bytes now,
 * NaN where the system does not tell. */
double bench_resident_start (void);

/** bench_resident_peak: Returns: the most resident bytes since then, NaN likewise. */
double bench_resident_peak (void);
