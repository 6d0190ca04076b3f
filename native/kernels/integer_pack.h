#pragma once
// Packing of the integer kernels, written once with vector extensions. Included by each file that is compiled for one instruction set,
// hence the unnamed namespace (as decode.h).
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <cstring>

#include "common/random.h"
#include "kernels/decode.h"
#include "kernels/integer.h"

namespace repotune {

namespace {

constexpr int kBlock = (int)kIntegerBlock;
constexpr int kGroups = kBlock / 4;
/** Lanes of a vector: what the instruction set has without more than one register. */
#if defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
constexpr int kParts = kBlock / kLanes;

typedef float Floats __attribute__((vector_size(4 * kLanes), aligned(4)));
typedef int32_t Ints __attribute__((vector_size(4 * kLanes), aligned(4)));
typedef uint32_t Words __attribute__((vector_size(4 * kLanes), aligned(4)));

/** Adding it leaves a number of magnitude below 2^22 rounded to the nearest integer in the low bits. */
constexpr float kRound = 12582912.0f;
constexpr int32_t kRoundBits = 0x4b400000;

inline Floats load(const float* p) { return *(const Floats*)p; }
inline Ints rounded(Floats x) {
  const Floats shifted = x + kRound;
  return (Ints)shifted - kRoundBits;
}
inline Floats largest(Floats a, Floats b) { return a > b ? a : b; }
inline Floats smallest(Floats a, Floats b) { return a < b ? a : b; }
inline float largest_of(Floats x) {
  float most = x[0];
  for (int i = 1; i < kLanes; i++) most = std::max(most, x[i]);
  return most;
}

/** Uniform in [-0.5, 0.5): xorshift32 in each lane (Marsaglia 2003). */
inline Floats next_noise(Words& state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (Floats)(state >> 9 | 0x3f800000u) - 1.5f;
}

/** By the block's own content: the result depends on nothing beside it. */
inline Words noise_seed(float scale, int64_t block) {
  uint32_t bits;
  memcpy(&bits, &scale, sizeof bits);
  const uint64_t seed = mix64(bits ^ (uint64_t)block << 32);
  Words state;
  for (int i = 0; i < kLanes; i++) state[i] = (uint32_t)(mix64(seed + (uint64_t)i) >> 32) | 1;
  return state;
}

#if defined(__x86_64__)
/** AVX-VNNI (CPUID 7.1, EAX bit 4), which compilers' own queries do not all know. */
inline bool has_avx_vnni() {
  unsigned a, b, c, d;
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}
#endif

inline int64_t blocks_in(int64_t depth) { return (depth + kBlock - 1) / kBlock; }

template <int kRows>
constexpr int64_t a_block_bytes() {
  return kRows * (kBlock + 8);
}
template <int kColumns>
constexpr int64_t b_block_bytes() {
  return kColumns * (kBlock + 8);
}

/** 32 values as codes; returns their scale. What is not finite makes the scale NaN: a run that breaks out must be seen to. */
inline float row_codes(const float* x, int64_t block, Rounding rounding, int8_t* codes, int32_t* sum) {
  Floats v[kParts], most = {}, poison = {};
  for (int i = 0; i < kParts; i++) {
    v[i] = load(x + i * kLanes);
    most = largest(most, largest(v[i], -v[i]));
    poison += v[i] * 0.0f;
  }
  float bad = 0;
  for (int i = 0; i < kLanes; i++) bad += poison[i];
  const float top = largest_of(most), scale = top / 127.0f + bad, inverse = top > 0x1p-100f ? 127.0f / top : 0.0f;
  Words state = noise_seed(scale, block);
  Ints total = {};
  for (int i = 0; i < kParts; i++) {
    Floats scaled = v[i] * inverse;
    if (rounding == Rounding::kStochastic) scaled += next_noise(state);
    Ints q = rounded(scaled);
    q = q > 127 ? Ints{} + 127 : q < -127 ? Ints{} - 127 : q;
    total += q;
    for (int j = 0; j < kLanes; j++) codes[i * kLanes + j] = (int8_t)q[j];
  }
  *sum = 0;
  for (int i = 0; i < kLanes; i++) *sum += total[i];
  return scale;
}

template <int kRows>
void pack_rows(const float* x, int64_t stride, int64_t rows, int64_t depth, Rounding rounding, uint8_t* a) {
  for (int64_t b = 0; b < blocks_in(depth); b++, a += a_block_bytes<kRows>()) {
    float *scales = (float*)(a + kRows * kBlock), *sums = scales + kRows;
    const int64_t k = b * kBlock, there = std::min<int64_t>(kBlock, depth - k);
    for (int64_t r = 0; r < kRows; r++) {
      alignas(32) int8_t codes[kBlock] = {};
      int32_t sum = 0;
      float scale = 0;
      if (r < rows && there == kBlock) {
        scale = row_codes(x + r * stride + k, b, rounding, codes, &sum);
      } else if (r < rows) {
        alignas(32) float part[kBlock] = {};
        memcpy(part, x + r * stride + k, sizeof(float) * (size_t)there);
        scale = row_codes(part, b, rounding, codes, &sum);
      }
      for (int g = 0; g < kGroups; g++) memcpy(a + (g * kRows + r) * 4, codes + g * 4, 4);
      scales[r] = scale;
      sums[r] = scale * (float)sum;
    }
  }
}

/** Codes, scale and offset of 32 weights by the block's range. */
inline void range_codes(const float* w, int most_code, uint8_t* codes, float* scale, float* offset) {
  Floats v[kParts], low, high;
  for (int i = 0; i < kParts; i++) {
    v[i] = load(w + i * kLanes);
    low = i ? smallest(low, v[i]) : v[i];
    high = i ? largest(high, v[i]) : v[i];
  }
  const float bottom = -largest_of(-low), range = largest_of(high) - bottom;
  const float inverse = range > 0x1p-100f ? (float)most_code / range : 0.0f;
  *scale = range / (float)most_code;
  *offset = bottom;
  for (int i = 0; i < kParts; i++) {
    const Ints q = rounded((v[i] - bottom) * inverse);
    for (int j = 0; j < kLanes; j++) codes[i * kLanes + j] = (uint8_t)q[j];
  }
}

/** The format's own codes of 32 weights from element k of row n on. */
inline void narrow_codes(const Weight& w, int64_t n, int64_t k, uint8_t* codes, float* scale, float* offset) {
  const uint8_t* row = (const uint8_t*)w.data + (size_t)n * ggml_row_size(w.type, w.n_in);
  if (w.type == GGML_TYPE_Q4_K) {
    const uint8_t* p = row + k / 256 * 144;
    const int group = (int)(k % 256 / 32);
    const Q4KGroup g = q4_k_group(p + 4, group);
    *scale = half_at(p) * (float)g.scale;
    *offset = -half_at(p + 2) * (float)g.minimum;
    const uint8_t* q = p + 16 + group / 2 * 32;
    for (int i = 0; i < kBlock; i++) codes[i] = group % 2 ? q[i] >> 4 : q[i] & 15;
    return;
  }
  const bool shifted = w.type == GGML_TYPE_Q4_0;
  const uint8_t* p = row + k / 32 * (shifted ? 18 : 20);
  *scale = half_at(p);
  *offset = shifted ? -8.0f * *scale : half_at(p + 2);
  const uint8_t* q = p + (shifted ? 2 : 4);
  for (int i = 0; i < 16; i++) codes[i] = q[i] & 15;
  for (int i = 0; i < 16; i++) codes[16 + i] = q[i] >> 4;
}

template <int kColumns, int kMostCode>
void pack_outputs(const Weight& w, int64_t n, int64_t columns, int64_t k0, int64_t depth, bool narrow, float* scratch, uint8_t* b) {
  const int64_t blocks = blocks_in(depth), whole = blocks * kBlock;
  for (int64_t c = 0; c < kColumns; c++) {
    if (c < columns && !narrow) {
      decode_weight(w, n + c, k0, depth, scratch);
      for (int64_t k = depth; k < whole; k++) scratch[k] = 0;
    }
    for (int64_t block = 0; block < blocks; block++) {
      uint8_t* to = b + block * b_block_bytes<kColumns>();
      float *scales = (float*)(to + kColumns * kBlock), *offsets = scales + kColumns;
      alignas(32) uint8_t codes[kBlock] = {};
      float scale = 0, offset = 0;
      if (c < columns && narrow) narrow_codes(w, n + c, k0 + block * kBlock, codes, &scale, &offset);
      if (c < columns && !narrow) range_codes(scratch + block * kBlock, kMostCode, codes, &scale, &offset);
      for (int g = 0; g < kGroups; g++) memcpy(to + (g * kColumns + c) * 4, codes + g * 4, 4);
      scales[c] = scale;
      offsets[c] = offset;
    }
  }
}

/** One block of a vector's columns that are all there, `there` rows deep. */
template <int kColumns, int kMostCode>
inline void pack_inputs_lanes(const float* x, int64_t stride, int64_t there, uint8_t* codes, float* scale, float* offset) {
  Floats v[kBlock], low = {}, high = {};
  for (int64_t k = 0; k < kBlock; k++) v[k] = k < there ? load(x + k * stride) : Floats{};
  low = high = v[0];
  for (int k = 1; k < kBlock; k++) {
    low = smallest(low, v[k]);
    high = largest(high, v[k]);
  }
  const Floats range = high - low;
  const Floats inverse = range > 0x1p-100f ? (float)kMostCode / range : Floats{};
  *(Floats*)scale = range / (float)kMostCode;
  *(Floats*)offset = low;
  for (int g = 0; g < kGroups; g++) {
    Ints four = {};
    for (int i = 0; i < 4; i++) four |= rounded((v[g * 4 + i] - low) * inverse) << (8 * i);
    *(Ints*)(codes + g * kColumns * 4) = four;
  }
}

template <int kColumns, int kMostCode>
void pack_inputs(const float* x, int64_t stride, int64_t depth, int64_t columns, uint8_t* b) {
  for (int64_t block = 0; block < blocks_in(depth); block++, b += b_block_bytes<kColumns>()) {
    const int64_t k = block * kBlock, there = std::min<int64_t>(kBlock, depth - k);
    float *scales = (float*)(b + kColumns * kBlock), *offsets = scales + kColumns;
    for (int64_t c = 0; c < kColumns; c += kLanes) {
      const int64_t wide = std::min<int64_t>(kLanes, columns - c);
      if (wide == kLanes) {
        pack_inputs_lanes<kColumns, kMostCode>(x + k * stride + c, stride, there, b + c * 4, scales + c, offsets + c);
        continue;
      }
      alignas(32) float edge[kBlock * kLanes] = {};
      for (int64_t i = 0; i < there && wide > 0; i++) memcpy(edge + i * kLanes, x + (k + i) * stride + c, sizeof(float) * (size_t)wide);
      pack_inputs_lanes<kColumns, kMostCode>(edge, kLanes, there, b + c * 4, scales + c, offsets + c);
    }
  }
}

}  // namespace

}  // namespace repotune
