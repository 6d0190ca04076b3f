#pragma once
// Products with 16-bit operands: what a variant must provide, and the blocking around them.
#include <functional>

#include "common/buffer.h"
#include "kernels/matmul.h"

namespace repotune {

/** Steps of an A panel and of a B panel. */
struct PanelRun {
  int64_t steps;
  const uint16_t *a, *b;
};

/**
 * C [row_block, column_block] is computed from an A panel and a B panel, both made of steps of `step` elements of depth; an A step has
 * row_block * step operands, a B step column_block * step, in an order of the variant's choice. All pointers are 64-byte aligned.
 */
struct PanelKernel {
  const char* name;
  int64_t row_block, column_block, step;
  /** Before and after a thread's products. */
  void (*begin)();
  void (*end)();
  /** x: [rows, depth] of `stride`, rows <= row_block, into one A panel. */
  void (*pack_rows)(const float* x, int64_t stride, int64_t rows, int64_t depth, uint16_t* a);
  /** Rows n .. of w, elements k0 .. (`steps` deep), as one B panel for the forward; zero beyond the edges. scratch: [16, steps * step]. */
  void (*pack_outputs)(const Weight& w, int64_t n, int64_t k0, int64_t steps, float* scratch, uint16_t* b);
  /** Rows k0 .. of w (`steps` deep), columns [from, from + width), as consecutive B panels for the backward. scratch: [2, width + two
   * blocks + 64]. */
  void (*pack_inputs)(const Weight& w, int64_t k0, int64_t steps, int64_t from, int64_t width, float* scratch, uint16_t* b);
  /** x: [rows, depth] of `stride`, rows <= column_block, as one B panel whose columns are the rows; zero beyond the edges. */
  void (*pack_dense_outputs)(const float* x, int64_t stride, int64_t rows, int64_t depth, uint16_t* b);
  /** x: [depth, width] of `stride` as consecutive B panels with its columns; zero beyond the edges. */
  void (*pack_dense_inputs)(const float* x, int64_t stride, int64_t depth, int64_t width, uint16_t* b);
  /** c (+)= a b + also.a also.b, in one pass over c. */
  void (*multiply)(PanelRun run, PanelRun also, float* c, int64_t ldc, bool accumulate);
  void product(int64_t steps, const uint16_t* a, const uint16_t* b, float* c, int64_t ldc, bool accumulate) const {
    multiply({steps, a, b}, {0, nullptr, nullptr}, c, ldc, accumulate);
  }
};

/** Rows as A panels, [row block][steps][row_block * step]: packed once, multiplied with several weights. */
struct PackedRows {
  const uint16_t* panels;
  int64_t rows, steps;
};
/** x: [rows, depth]. `to` owns the panels. */
PackedRows pack_panels(const PanelKernel& kernel, Pool& pool, const float* x, int64_t rows, int64_t depth, Buffer& to);

/** An adapter's addition to a product: left [rows, rank] times right [n_out, rank] transposed, or right [rank, n_in] in the backward. */
struct LowRank {
  PackedRows left;
  Weight right;
};

/** As matmul_forward and matmul_backward; `adapter` may be nullptr. */
void panel_forward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, float* y, const LowRank* adapter);
void panel_backward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& dy, float* dx, bool accumulate,
                    const LowRank* adapter);

/**
 * As matmul_forward, a block of columns at a time: use(ith, first, columns, y, stride) may overwrite y [rows, columns] of `stride`, which
 * belongs to thread `ith`. `first` is a multiple of the kernel's column block.
 */
using UseColumns = std::function<void(int ith, int64_t first, int64_t columns, float* y, int64_t stride)>;
void panel_forward_blocks(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, const UseColumns& use);

/** The same products for a w with few outputs or few inputs: the threads split the rows, not the columns. */
void panel_project(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, float* y);
void panel_project_backward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& dy, float* dx);

/** A thread's tile state while it multiplies. */
class PanelWorker {
 public:
  explicit PanelWorker(const PanelKernel& kernel) : kernel_(kernel) { kernel.begin(); }
  PanelWorker(const PanelWorker&) = delete;
  PanelWorker& operator=(const PanelWorker&) = delete;
  ~PanelWorker() { kernel_.end(); }

 private:
  const PanelKernel& kernel_;
};

/** The panel kernel in use; nullptr: none. */
const PanelKernel* selected_panels();

/** AMX-bf16; nullptr where the build, the processor or the system lacks it. */
const PanelKernel* panel_kernel_amx();
/** AVX-512 with BF16; nullptr where the build or the processor lacks it. Faster than F32 only on AMD: see bench/README.md. */
const PanelKernel* panel_kernel_avx512bf16();
/** AMX's packing with the tile instructions emulated in plain code: for testing where there is no AMX. */
const PanelKernel* panel_kernel_amx_emulated();

}  // namespace repotune
