/* kernel-dense-tiles.h: the loops of kernel-dense.c for one width of vector. Included once for each
 * width, with TILE (name), which gives a name the width's ending, and TILE_BYTES defined. */

#define LANES ((int)(TILE_BYTES / sizeof (real)))

/* Both may lie anywhere, not only at multiples of their size. */
typedef real TILE (Vector)
    __attribute__ ((vector_size (TILE_BYTES), aligned (sizeof (real)), may_alias));
typedef guint64 TILE (Bits)
    __attribute__ ((vector_size (TILE_BYTES), aligned (sizeof (real)), may_alias));

typedef union {
  TILE (Vector) vector;
  TILE (Bits) bits;
  Quad quads[TILE_BYTES / sizeof (Quad)];
  Pair pairs[TILE_BYTES / sizeof (Pair)];
} TILE (Parts);

static inline TILE (Vector) TILE (load) (const real *numbers)
{
  return *(const TILE (Vector) *)numbers;
}

static inline void
TILE (store) (real *numbers, TILE (Vector) vector)
{
  *(TILE (Vector) *)numbers = vector;
}

/* The vector that ends at @end, with zeros for the lanes before the last @n: what is left of a
 * depth that is no multiple of the vector. */
static inline TILE (Vector) TILE (load_last) (const real *end, int n)
{
  TILE (Parts) last = {.vector = TILE (load) (end - LANES)};

  last.bits &= *(const TILE (Bits) *)(keep_last + MOST_LANES - LANES + n);
  return last.vector;
}

/* Adds the vector's quads, halves first. */
static inline Quad
TILE (fold) (TILE (Vector) vector)
{
  TILE (Parts) parts = {.vector = vector};

#pragma GCC unroll 4
  for (int n = (int)G_N_ELEMENTS (parts.quads) / 2; n > 0; n /= 2)
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
      parts.quads[i] += parts.quads[i + n];
  return parts.quads[0];
}

/* Returns: whether any bit is set, halves first. */
static inline gboolean
TILE (has_bits) (TILE (Bits) bits)
{
  TILE (Parts) parts = {.bits = bits};

#pragma GCC unroll 4
  for (int n = (int)G_N_ELEMENTS (parts.pairs) / 2; n > 0; n /= 2)
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
      parts.pairs[i] |= parts.pairs[i + n];
  return (parts.pairs[0][0] | parts.pairs[0][1]) != 0;
}

/* ---- C[r][c] = Σ_d A[r][d]·B[c][d] + bias[c] ---- */

/* Lists those vectors along the depth that hold a number other than 0 in one of @rows rows of A.
 * Returns: how many there are */
static inline int
TILE (list_vectors) (guint16 *list, const NnProduct *p, const real *a, int rows)
{
  int n = 0;

  for (int d = 0; d < p->depth / LANES; d++) {
    TILE (Bits) bits = {0};

    for (int r = 0; r < rows; r++)
      bits |= *(const TILE (Bits) *)(a + r * p->a_row + (gsize)d * LANES);
    list[n] = (guint16)d;
    n += TILE (has_bits) (bits);
  }
  return n;
}

/* One tile. @rows and @columns are constants at each call, so that `sums` lies in registers. */
static inline __attribute__ ((always_inline)) void
TILE (dot_tile) (const NnProduct *p, int row, int column, int rows, int columns,
                 const guint16 *list, int n_listed)
{
  int n_vectors = list ? n_listed : p->depth / LANES, n_left = p->depth % LANES;
  const real *a[DOT_ROWS], *b[DOT_COLUMNS];
  TILE (Vector) sums[DOT_ROWS][DOT_COLUMNS] = {0};

#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
    a[r] = p->a + (row + r) * p->a_row;
#pragma GCC unroll 8
  for (int c = 0; c < columns; c++)
    b[c] = p->b + (column + c) * p->b_row;

  for (int i = 0; i < n_vectors; i++) {
    gsize d = (gsize)(list ? list[i] : i) * LANES;

#pragma GCC unroll 8
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 8
      for (int r = 0; r < rows; r++)
        sums[r][c] += TILE (load) (a[r] + d) * TILE (load) (b[c] + d);
  }
  if (n_left > 0)
#pragma GCC unroll 8
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 8
      for (int r = 0; r < rows; r++)
        sums[r][c] +=
            TILE (load_last) (a[r] + p->depth, n_left) * TILE (load_last) (b[c] + p->depth, n_left);

#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
    real *target = p->c + (row + r) * p->c_row + column;
    Quad quads[DOT_COLUMNS];

#pragma GCC unroll 8
    for (int c = 0; c < columns; c++)
      quads[c] = TILE (fold) (sums[r][c]);
    if (columns == DOT_COLUMNS)
      store_sums (target, quads, p->bias + column);
    else
      *target = p->bias[column] + sum_lanes (quads[0]);
  }
}

/* @columns tiles of one column where they are not enough for a tile. */
static inline __attribute__ ((always_inline)) void
TILE (dot_rows) (const NnProduct *p, int row, int column, int rows, int columns,
                 const guint16 *list, int n_listed)
{
  if (columns == DOT_COLUMNS)
    TILE (dot_tile) (p, row, column, rows, DOT_COLUMNS, list, n_listed);
  else
    for (int c = 0; c < columns; c++)
      TILE (dot_tile) (p, row, column + c, rows, 1, list, n_listed);
}

static inline void
TILE (dot) (const NnProduct *p)
{
  gboolean lists = p->skips_zeros && p->depth / LANES <= MAX_LISTED;
  guint16 listed[BLOCK_ROWS / DOT_ROWS + DOT_ROWS][MAX_LISTED];
  int n_listed[BLOCK_ROWS / DOT_ROWS + DOT_ROWS];

  for (int block = 0; block < p->rows; block += BLOCK_ROWS) {
    int rows = MIN (BLOCK_ROWS, p->rows - block);

    for (int r = 0, t = 0; lists && r < rows; t++) {
      int n = rows - r >= DOT_ROWS ? DOT_ROWS : 1;

      n_listed[t] = TILE (list_vectors) (listed[t], p, p->a + (block + r) * p->a_row, n);
      r += n;
    }
    for (int c = 0; c < p->columns; c += DOT_COLUMNS) {
      int columns = MIN (DOT_COLUMNS, p->columns - c);

      for (int r = 0, t = 0; r < rows; t++) {
        const guint16 *list = lists ? listed[t] : NULL;
        int n = lists ? n_listed[t] : 0;

        if (rows - r >= DOT_ROWS) {
          TILE (dot_rows) (p, block + r, c, DOT_ROWS, columns, list, n);
          r += DOT_ROWS;
        } else {
          TILE (dot_rows) (p, block + r, c, 1, columns, list, n);
          r++;
        }
      }
    }
  }
}

/* ---- C[r][c] = Σ_d A(r, d)·B[d][c] ---- */

/* Lists those @n rows of B from @first on that hold a number other than 0 in the tile's columns.
 * Returns: how many there are */
static inline int
TILE (list_rows) (guint16 *list, const NnProduct *p, int first, int n, int column, int vectors)
{
  int n_listed = 0;

  for (int d = 0; d < n; d++) {
    TILE (Bits) bits = {0};

    for (int v = 0; v < vectors; v++)
      bits |= *(const TILE (Bits) *)(p->b + (first + d) * p->b_row + column + v * LANES);
    list[n_listed] = (guint16)d;
    n_listed += TILE (has_bits) (bits);
  }
  return n_listed;
}

/* One tile, the @n steps from @first on: all, or those of the list. @rows and @vectors are
 * constants at each call, so that `sums` lies in registers. */
static inline __attribute__ ((always_inline)) void
TILE (outer_tile) (const NnProduct *p, int row, int column, int rows, int vectors, int first, int n,
                   const guint16 *list)
{
  const real *a = p->a + row * p->a_row + first * p->a_step, *b = p->b + first * p->b_row + column;
  real *target = p->c + row * p->c_row + column;
  TILE (Vector) sums[OUTER_ROWS][OUTER_VECTORS] = {0};

  for (int i = 0; i < n; i++) {
    gsize d = list ? list[i] : i;

#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++)
        sums[r][v] += a[r * p->a_row + d * p->a_step] * TILE (load) (b + d * p->b_row + v * LANES);
  }
  if (first > 0)
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++)
        sums[r][v] += TILE (load) (target + r * p->c_row + v * LANES);
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
      TILE (store) (target + r * p->c_row + v * LANES, sums[r][v]);
}

/* All rows of a column of tiles, along a block of the depth at a time. */
static inline __attribute__ ((always_inline)) void
TILE (outer_column) (const NnProduct *p, int column, int vectors)
{
  guint16 list[BLOCK_DEPTH];

  for (int first = 0; first < p->depth; first += BLOCK_DEPTH) {
    int n = MIN (BLOCK_DEPTH, p->depth - first), r = 0;

    if (p->skips_zeros) {
      n = TILE (list_rows) (list, p, first, n, column, vectors);
      for (; r + OUTER_ROWS <= p->rows; r += OUTER_ROWS)
        TILE (outer_tile) (p, r, column, OUTER_ROWS, vectors, first, n, list);
      for (; r < p->rows; r++)
        TILE (outer_tile) (p, r, column, 1, vectors, first, n, list);
    } else {
      for (; r + OUTER_ROWS <= p->rows; r += OUTER_ROWS)
        TILE (outer_tile) (p, r, column, OUTER_ROWS, vectors, first, n, NULL);
      for (; r < p->rows; r++)
        TILE (outer_tile) (p, r, column, 1, vectors, first, n, NULL);
    }
  }
}

/* Where the columns are no multiple of the vector, the last begins early and some numbers are
 * computed twice, to the same bits. */
static inline void
TILE (outer) (const NnProduct *p)
{
  int c = 0;

  for (; c + OUTER_VECTORS * LANES <= p->columns; c += OUTER_VECTORS * LANES)
    TILE (outer_column) (p, c, OUTER_VECTORS);
  for (; c < p->columns; c += LANES)
    TILE (outer_column) (p, MIN (c, p->columns - LANES), 1);
}

#undef LANES
#undef TILE
#undef TILE_BYTES
