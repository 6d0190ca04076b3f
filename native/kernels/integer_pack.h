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

/** Lanes of a vector: what the instruction set has without more than one register. */
#if defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Floats __attribute__((vector_size(4 * kLanes), aligned(4)));
typedef int32_t Ints __attribute__((vector_size(4 * kLanes), aligned(4)));
typedef int8_t Bytes __attribute__((vector_size(kLanes), aligned(1)));
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
inline float largest_of(Floats x) {
  float most = x[0];
  for (int i = 1; i < kLanes; i++) most = std::max(most, x[i]);
  return most;
}

inline int32_t sum_of(Ints x) {
  int32_t sum = 0;
  for (int i = 0; i < kLanes; i++) sum += x[i];
  return sum;
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

/**
 * kBlock values as codes in [-kMost, kMost], kZero added to them; returns their scale. What is not finite makes the scale NaN: a run that
 * breaks out must be seen to. block: seeds the noise of stochastic rounding, beside the content.
 */
template <int kBlock, int kMost, int kZero>
inline float block_codes(const float* x, Rounding rounding, int64_t block, uint8_t* codes, int32_t* sum) {
  constexpr int kParts = kBlock / kLanes;
  Floats most = {}, poison = {};
  for (int i = 0; i < kParts; i++) {
    const Floats v = load(x + i * kLanes);
    most = largest(most, largest(v, -v));
    poison += v * 0.0f;
  }
  float bad = 0;
  for (int i = 0; i < kLanes; i++) bad += poison[i];
  const float top = largest_of(most), scale = top / (float)kMost + bad, inverse = top > 0x1p-100f ? (float)kMost / top : 0.0f;
  Words state = {};
  if (rounding == Rounding::kStochastic) state = noise_seed(scale, block);
  Ints total = {};
  for (int i = 0; i < kParts; i++) {
    Floats scaled = load(x + i * kLanes) * inverse;
    if (rounding == Rounding::kStochastic) scaled += next_noise(state);
    Ints q = rounded(scaled);
    q = q > kMost ? Ints{} + kMost : q < -kMost ? Ints{} - kMost : q;
    total += q;
    *(Bytes*)(codes + i * kLanes) = __builtin_convertvector(q + kZero, Bytes);
  }
  *sum = sum_of(total);
  return scale;
}

/** Q4_0's own codes of 32 weights from element k of row n on, from -8 to 7; returns their scale. */
inline float nibble_codes(const Weight& w, int64_t n, int64_t k, uint8_t* codes) {
  const uint8_t* p = (const uint8_t*)w.data + (size_t)n * ggml_row_size(w.type, w.n_in) + k / 32 * 18;
  for (int i = 0; i < 16; i++) codes[i] = (uint8_t)((p[2 + i] & 15) - 8);
  for (int i = 0; i < 16; i++) codes[16 + i] = (uint8_t)((p[2 + i] >> 4) - 8);
  return half_at(p);
}

/** The packing of a coding for tiles of kRows x kColumns; kZero, kMost and kMostCode: zero, most and most_code of integer.h. */
template <int rows_, int columns_, int block_, int zero_, int most_, int most_code_>
struct Packing {
  static constexpr int kRows = rows_, kColumns = columns_, kBlock = block_, kZero = zero_, kMost = most_, kMostCode = most_code_;
  static constexpr int kGroups = kBlock / 4;
  static constexpr int64_t kABytes = kRows * (kBlock + 4), kBBytes = kColumns * (kBlock + 8);

  static int64_t blocks_in(int64_t depth) { return (depth + kBlock - 1) / kBlock; }

  static void pack_rows(const float* x, int64_t stride, int64_t rows, int64_t depth, Rounding rounding, uint8_t* a) {
    for (int64_t b = 0; b < blocks_in(depth); b++, a += kABytes) {
      float* scales = (float*)(a + kRows * kBlock);
      const int64_t k = b * kBlock, there = std::min<int64_t>(kBlock, depth - k);
      for (int64_t r = 0; r < kRows; r++) {
        alignas(32) uint8_t codes[kBlock] = {};
        int32_t sum;
        float scale = 0;
        if (r < rows && there == kBlock) {
          scale = block_codes<kBlock, kMost, kZero>(x + r * stride + k, rounding, b, codes, &sum);
        } else if (r < rows) {
          alignas(32) float part[kBlock] = {};
          memcpy(part, x + r * stride + k, sizeof(float) * (size_t)there);
          scale = block_codes<kBlock, kMost, kZero>(part, rounding, b, codes, &sum);
        }
        for (int g = 0; g < kGroups; g++) memcpy(a + (g * kRows + r) * 4, codes + g * 4, 4);
        scales[r] = scale;
      }
    }
  }

  static void pack_outputs(const Weight& w, int64_t n, int64_t columns, int64_t k0, int64_t depth, float* scratch, uint8_t* b) {
    const int64_t blocks = blocks_in(depth), whole = blocks * kBlock;
    for (int64_t c = 0; c < kColumns; c++) {
      if (c < columns) {
        decode_weight(w, n + c, k0, depth, scratch);
        for (int64_t k = depth; k < whole; k++) scratch[k] = 0;
      }
      for (int64_t block = 0; block < blocks; block++) {
        uint8_t* to = b + block * kBBytes;
        alignas(32) uint8_t codes[kBlock] = {};
        int32_t sum = 0;
        float scale = 0;
        if (c < columns) scale = block_codes<kBlock, kMostCode, 0>(scratch + block * kBlock, Rounding::kNearest, 0, codes, &sum);
        put_column(to, c, codes, scale, -kZero * sum);
      }
    }
  }

  /** pack_outputs of Q4_0 as it is, with sums of 16 bits: `start` holds one for the first two and one for the last two of every four. */
  static void pack_nibbles(const Weight& w, int64_t n, int64_t columns, int64_t k0, int64_t depth, float*, uint8_t* b) {
    for (int64_t c = 0; c < kColumns; c++)
      for (int64_t block = 0; block < blocks_in(depth); block++) {
        alignas(32) uint8_t codes[32] = {};
        float scale = 0;
        if (c < columns) scale = nibble_codes(w, n + c, k0 + block * 32, codes);
        int32_t first = 0, last = 0;
        for (int k = 0; k < 32; k += 4) {
          first += (int8_t)codes[k] + (int8_t)codes[k + 1];
          last += (int8_t)codes[k + 2] + (int8_t)codes[k + 3];
        }
        put_column(b + block * kBBytes, c, codes, scale, (int32_t)((uint32_t)(-kZero * first & 0xffff) | (uint32_t)(-kZero * last) << 16));
      }
  }

  static void pack_inputs(const float* x, int64_t stride, int64_t depth, int64_t columns, uint8_t* b) {
    for (int64_t block = 0; block < blocks_in(depth); block++, b += kBBytes) {
      const int64_t k = block * kBlock, there = std::min<int64_t>(kBlock, depth - k);
      for (int64_t c = 0; c < kColumns; c += kLanes) {
        const int64_t wide = std::min<int64_t>(kLanes, columns - c);
        if (wide == kLanes && there == kBlock) {
          pack_lanes(x + k * stride + c, stride, b, c);
          continue;
        }
        alignas(32) float edge[kBlock * kLanes] = {};
        for (int64_t i = 0; i < there && wide > 0; i++) memcpy(edge + i * kLanes, x + (k + i) * stride + c, sizeof(float) * (size_t)wide);
        pack_lanes(edge, kLanes, b, c);
      }
    }
  }

 private:
  static void put_column(uint8_t* block, int64_t c, const uint8_t* codes, float scale, int32_t start) {
    for (int g = 0; g < kGroups; g++) memcpy(block + (g * kColumns + c) * 4, codes + g * 4, 4);
    ((float*)(block + kColumns * kBlock))[c] = scale;
    ((int32_t*)(block + kColumns * (kBlock + 4)))[c] = start;
  }

  /** One block of a vector's columns, c and on. */
  static void pack_lanes(const float* x, int64_t stride, uint8_t* block, int64_t c) {
    Floats most = {};
    for (int k = 0; k < kBlock; k++) {
      const Floats v = load(x + k * stride);
      most = largest(most, largest(v, -v));
    }
    const Floats inverse = most > 0x1p-100f ? (float)kMostCode / most : Floats{};
    Ints sum = {};
    for (int g = 0; g < kGroups; g++) {
      Ints four = {};
      for (int i = 0; i < 4; i++) {
        const Ints q = rounded(load(x + (g * 4 + i) * stride) * inverse);
        sum += q;
        four |= (q & 255) << (8 * i);
      }
      *(Ints*)(block + (g * kColumns + c) * 4) = four;
    }
    *(Floats*)(block + (kColumns * kBlock + c * 4)) = most / (float)kMostCode;
    *(Ints*)(block + kColumns * (kBlock + 4) + c * 4) = sum * -kZero;
  }
};

}  // namespace

}  // namespace repotune
