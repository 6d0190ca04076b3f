// Products in bfloat16 by VDPBF16PS, sums in F32: for AMD cores since Zen 4, where it does twice the work of an F32 FMA.
#include "kernels/panels.h"

#if defined(__AVX512BF16__)
#include "kernels/pack_bf16.h"

namespace repotune {

namespace {

/** 12 x 2 vectors of sums leave registers for B's two vectors; A's pairs are broadcast from memory. */
constexpr int64_t kRows = 12;

void product(PanelRun run, PanelRun also, float* c, int64_t ldc, bool accumulate) {
  __m512 sum[kRows][2];
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < 2; j++) sum[i][j] = _mm512_setzero_ps();
  for (const PanelRun& r : {run, also}) {
    const Bits *a = r.a, *b = r.b;
    for (int64_t s = 0; s < r.steps; s++, a += kRows * kStep, b += kStepElements) {
      const int32_t* pairs = reinterpret_cast<const int32_t*>(a);
      for (int p = 0; p < kHalf; p++) {
        const __m512bh left = (__m512bh)_mm512_load_si512(b + p * kStep),
                       right = (__m512bh)_mm512_load_si512(b + kStepElements / 2 + p * kStep);
#pragma GCC unroll 12
        for (int i = 0; i < kRows; i++) {
          const __m512bh x = (__m512bh)_mm512_set1_epi32(pairs[i * kHalf + p]);
          sum[i][0] = _mm512_dpbf16_ps(sum[i][0], x, left);
          sum[i][1] = _mm512_dpbf16_ps(sum[i][1], x, right);
        }
      }
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
    for (int j = 0; j < 2; j++) {
      float* to = c + i * ldc + j * kHalf;
      _mm512_storeu_ps(to, accumulate ? _mm512_add_ps(_mm512_loadu_ps(to), sum[i][j]) : sum[i][j]);
    }
}

void nothing() {}

}  // namespace

const PanelKernel* panel_kernel_avx512bf16() {
  static const PanelKernel kernel{
      "avx512bf16",      kRows,  kColumnBlock, kStep, nothing, nothing, pack_rows<kRows>, pack_outputs, pack_inputs, pack_dense_outputs,
      pack_dense_inputs, product};
  return has_avx512_bf16() ? &kernel : nullptr;
}

}  // namespace repotune

#else

namespace repotune {
const PanelKernel* panel_kernel_avx512bf16() { return nullptr; }
}  // namespace repotune

#endif
