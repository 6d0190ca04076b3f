#pragma once
// Integer products with frozen weights: codes of at most 8 bits on both sides, a scale per block of depth, sums of blocks in F32. What an
// instruction set must provide, and the blocking around it.
//
// For a row r of x and an output n, block by block along the depth:
//   x[r, k] ~ a[r] * (u[r, k] - zero)    u - zero in [-most, most], a = largest magnitude / most
//   w[n, k] ~ s[n] * p[n, k]             p as the type holds it (IntegerKernel::own), else in [-most_code, most_code] by the block's
//   largest magnitude y[r, n] += a[r] * s[n] * (start[n] + sum(u p)),    start = -zero * sum(p)
// Per-block scales of both operands: Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization", section 2.1; gradients are
// rounded stochastically, so that their expectation is exact: Gupta et al. 2015, "Deep Learning with Limited Numerical Precision",
// section 3.
#include <cstdint>

#include "kernels/matmul.h"
#include "kernels/tile.h"

namespace repotune {

/** How x is rounded to codes. */
enum class Rounding { kNearest, kStochastic };

/**
 * One coding of the operands. Panels consist of blocks, `block` deep. An A block: codes [block / 4][row_block][4], a [row_block] in F32. A
 * B block: codes [block / 4][column_block][4], s [column_block] in F32, start [column_block] in 32 bits. All pointers are 64-byte aligned.
 */
struct IntegerCoding {
  int64_t block;
  /** x: [rows, depth] of `stride`, rows <= row_block, as one A panel; zero beyond the edges. */
  void (*pack_rows)(const float* x, int64_t stride, int64_t rows, int64_t depth, Rounding rounding, uint8_t* a);
  /**
   * Rows n .. n + columns of w, elements k0 .. k0 + depth, as one B panel for the forward; zero beyond the edges. k0: whole quantization
   * blocks. scratch: [depth + block].
   */
  void (*pack_outputs)(const Weight& w, int64_t n, int64_t columns, int64_t k0, int64_t depth, float* scratch, uint8_t* b);
  /** x: [depth, columns] of `stride` as one B panel with its columns, for the backward; zero beyond the edges. */
  void (*pack_inputs)(const float* x, int64_t stride, int64_t depth, int64_t columns, uint8_t* b);
  /** c [row_block, column_block] (+)= a b, `blocks` deep. */
  void (*multiply)(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate);
};

struct IntegerKernel {
  const char* name;
  int64_t row_block, column_block;
  IntegerCoding coding;
  /** For the forward with types whose own codes it can use directly; nullptr: none. */
  const IntegerCoding* own;
  /** Largest magnitude of such codes. */
  int most_own;

  /** Whether weights of this type are multiplied as stored, with 8-bit rows: as exactly as in ggml. */
  bool takes_own(ggml_type type) const;
};

/** As matmul_forward and matmul_backward. `decode`: as TileKernel::decode. */
void integer_forward(const IntegerKernel& kernel, Pool& pool, const Weight& w, const float* x, int64_t rows, float* y);
void integer_backward(const IntegerKernel& kernel, const TileKernel& tile, Pool& pool, const Weight& w, const float* dy, int64_t rows,
                      float* dx, bool accumulate);

/** Bytes of the rows as A panels. */
int64_t integer_packed_bytes(const IntegerKernel& kernel, int64_t rows, int64_t depth);

/** nullptr where the build or the machine lacks the instruction set. */
const IntegerKernel* integer_kernel_avx512vnni();
const IntegerKernel* integer_kernel_avxvnni();
const IntegerKernel* integer_kernel_avx2();
const IntegerKernel* integer_kernel_dotprod();
/** Plain loops: tests the packing everywhere. */
const IntegerKernel* integer_kernel_portable();

}  // namespace repotune
