// Integer products by SDOT: Arm processors since 8.4, all of Apple's. Signed by signed, so the activations' zero is 0.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels/integer_pack.h"
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace repotune {

namespace {

constexpr int kRows = 4, kVectors = 4, kColumns = kVectors * 4;
using P = Packing<kRows, kColumns, 64, 0, 127, 127>;

void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate) {
  float32x4_t sum[kRows][kVectors];
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kVectors; j++) sum[i][j] = vdupq_n_f32(0);
  for (int64_t block = 0; block < blocks; block++, a += P::kABytes, b += P::kBBytes) {
    int32x4_t dot[kRows][kVectors];
    for (int i = 0; i < kRows; i++)
      for (int j = 0; j < kVectors; j++) dot[i][j] = vdupq_n_s32(0);
    for (int g = 0; g < P::kGroups; g++) {
      int8x16_t w[kVectors];
      for (int j = 0; j < kVectors; j++) w[j] = vld1q_s8((const int8_t*)b + (g * kColumns + j * 4) * 4);
      // Four bytes of each of four rows: a row is a lane.
      const int8x16_t x = vld1q_s8((const int8_t*)a + g * kRows * 4);
      for (int j = 0; j < kVectors; j++) {
        dot[0][j] = vdotq_laneq_s32(dot[0][j], w[j], x, 0);
        dot[1][j] = vdotq_laneq_s32(dot[1][j], w[j], x, 1);
        dot[2][j] = vdotq_laneq_s32(dot[2][j], w[j], x, 2);
        dot[3][j] = vdotq_laneq_s32(dot[3][j], w[j], x, 3);
      }
    }
    const float *a_scale = (const float*)(a + kRows * P::kBlock), *b_scale = (const float*)(b + kColumns * P::kBlock);
    for (int j = 0; j < kVectors; j++) {
      const float32x4_t scale = vld1q_f32(b_scale + j * 4);
      for (int i = 0; i < kRows; i++) sum[i][j] = vfmaq_f32(sum[i][j], vcvtq_f32_s32(dot[i][j]), vmulq_n_f32(scale, a_scale[i]));
    }
  }
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kVectors; j++) {
      float* to = c + i * ldc + j * 4;
      vst1q_f32(to, accumulate ? vaddq_f32(vld1q_f32(to), sum[i][j]) : sum[i][j]);
    }
}

bool has_dotprod() {
#if defined(__linux__)
  return getauxval(AT_HWCAP) & HWCAP_ASIMDDP;
#else
  return true;
#endif
}

}  // namespace

const IntegerKernel* integer_kernel_dotprod() {
  static const IntegerKernel kernel{
      "integer-dotprod", kRows, kColumns, {P::kBlock, P::pack_rows, P::pack_outputs, P::pack_inputs, multiply}, nullptr, 0};
  return has_dotprod() ? &kernel : nullptr;
}

}  // namespace repotune

#else

#include "kernels/integer.h"

namespace repotune {
const IntegerKernel* integer_kernel_dotprod() { return nullptr; }
}  // namespace repotune

#endif
