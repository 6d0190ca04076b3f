#pragma once
// Packing for the integer kernels, written once with vector extensions. Included by each file that is compiled for one instruction set,
// hence the unnamed namespace (as in decode.h).
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

/** Lanes of a vector: as many as fit one register of the instruction set. */
#if defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

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

typedef float QuarterFloats __attribute__((vector_size(16), aligned(4)));
typedef int32_t QuarterInts __attribute__((vector_size(16), aligned(4)));

/** `both` of a vector's halves, through memory: extracting single lanes is slow. */
template <typename Half, typename Vector, typename Both>
inline Half halved(Vector x, Both both) {
  Half parts[sizeof(Vector) / sizeof(Half)];
  memcpy(parts, &x, sizeof x);
  return sizeof(Vector) > sizeof(Half) ? both(parts[0], parts[sizeof(Vector) / sizeof(Half) - 1]) : parts[0];
}
inline float largest_of(Floats x) {
  const auto four = halved<QuarterFloats>(x, [](QuarterFloats a, QuarterFloats b) { return a > b ? a : b; });
  return std::max(std::max(four[0], four[1]), std::max(four[2], four[3]));
}
inline float sum_of(Floats x) {
  const auto four = halved<QuarterFloats>(x, [](QuarterFloats a, QuarterFloats b) { return a + b; });
  return four[0] + four[1] + (four[2] + four[3]);
}
inline int32_t sum_of(Ints x) {
  const auto four = halved<QuarterInts>(x, [](QuarterInts a, QuarterInts b) { return a + b; });
  return four[0] + four[1] + (four[2] + four[3]);
}

/** Uniform in [-0.5, 0.5): xorshift32 in each lane (Marsaglia 2003). */
inline Floats next_noise(Words& state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (Floats)(state >> 9 | 0x3f800000u) - 1.5f;
}

/** Seeded by the block's own content, so the result depends on nothing else. */
inline Words noise_seed(float scale, int64_t block) {
  uint32_t bits;
  memcpy(&bits, &scale, sizeof bits);
  const uint64_t seed = mix64(bits ^ (uint64_t)block << 32);
  Words state;
  for (int i = 0; i < kLanes; i++) state[i] = (uint32_t)(mix64(seed + (uint64_t)i) >> 32) | 1;
  return state;
}

#if defined(__x86_64__)
/** AVX-VNNI (CPUID 7.1, EAX bit 4), which not every compiler's built-in query knows. */
inline bool has_avx_vnni() {
  unsigned a, b, c, d;
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}
#endif

/**
 * kBlock values as codes in [-kMost, kMost], plus kZero; returns their scale. Any non-finite value makes the scale NaN, so that a diverging
 * run is noticed. block: seeds the noise of stochastic rounding, together with the content.
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
  const float bad = sum_of(poison), top = largest_of(most), scale = top / (float)kMost + bad,
              inverse = top > 0x1p-100f ? (float)kMost / top : 0.0f;
  Words state = {};
  if (rounding == Rounding::kStochastic) state = noise_seed(scale, block);
  Ints total = {};
  alignas(32) int32_t wide[kBlock];
  for (int i = 0; i < kParts; i++) {
    Floats scaled = load(x + i * kLanes) * inverse;
    if (rounding == Rounding::kStochastic) scaled += next_noise(state);
    Ints q = rounded(scaled);
    q = q > kMost ? Ints{} + kMost : q < -kMost ? Ints{} - kMost : q;
    total += q;
    *(Ints*)(wide + i * kLanes) = q + kZero;
  }
  // A separate loop, which compilers narrow with whole vectors.
  for (int i = 0; i < kBlock; i++) codes[i] = (uint8_t)wide[i];
  *sum = sum_of(total);
  return scale;
}

/** `byte` in each of eight bytes. */
constexpr uint64_t each_byte(uint8_t byte) { return byte * 0x0101010101010101u; }

/** A block's own codes, one scale per 32 (IntegerKernel::takes_own), counted from 0: the values are scale * (code - zero). */
struct OwnCodes {
  Codes32 codes;
  uint8_t zero;
};
inline OwnCodes own_codes(ggml_type type, const uint8_t* p) {
  if (type == GGML_TYPE_Q5_0) return {five_bit_codes(p + 2, p + 6), 16};
  OwnCodes own;
  if (type == GGML_TYPE_Q8_0) {
    for (int i = 0; i < 4; i++) own.codes.eight[i] = eight_at(p + 2 + 8 * i) ^ each_byte(128);
    own.zero = 128;
  } else {
    for (int i = 0; i < 2; i++) {
      own.codes.eight[i] = eight_at(p + 2 + 8 * i) & each_byte(15);
      own.codes.eight[2 + i] = eight_at(p + 2 + 8 * i) >> 4 & each_byte(15);
    }
    own.zero = 8;
  }
  return own;
}

/** Sums of (code - zero) over the first two and the last two of every four codes. */
struct PairSums {
  int32_t first, last;
};
inline PairSums sums_of(const OwnCodes& own) {
  constexpr uint64_t kEven = 0x00ff00ff00ff00ffu;
  uint64_t pairs = 0;  // four sums of 16 bits
  for (const uint64_t eight : own.codes.eight) pairs += (eight & kEven) + (eight >> 8 & kEven);
  const auto sum = [&](int at) { return (int32_t)(pairs >> 16 * at & 0xffff); };
  return {sum(0) + sum(2) - 16 * own.zero, sum(1) + sum(3) - 16 * own.zero};
}

/** Subtracts `zero` (at most 128) from each byte; the highest bit is set aside to stop borrows. */
inline uint64_t signed_codes(uint64_t eight, uint8_t zero) {
  return zero == 128 ? eight ^ each_byte(128) : ((eight | each_byte(128)) - each_byte(zero)) ^ each_byte(128);
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

  /**
   * pack_outputs of own codes. kPairs: for sums of 16 bits, `start` holds one for the first two and one for the last two of every four.
   */
  template <bool kPairs>
  static void pack_own(const Weight& w, int64_t n, int64_t columns, int64_t k0, int64_t depth, float*, uint8_t* b) {
    static_assert(kBlock == 32, "a scale for each 32");
    const int64_t row_bytes = (int64_t)ggml_row_size(w.type, w.n_in), block_bytes = (int64_t)ggml_type_size(w.type);
    const uint8_t* first_row = (const uint8_t*)w.data + n * row_bytes + k0 / 32 * block_bytes;
    // Block by block, so that what is written stays in the first-level cache.
    for (int64_t block = 0; block < blocks_in(depth); block++, b += kBBytes, first_row += block_bytes) {
      if (columns < kColumns) memset(b, 0, kBBytes);
      for (int64_t c = 0; c < columns; c++) {
        const uint8_t* p = first_row + c * row_bytes;
        // More rows at once than hardware prefetchers follow.
        __builtin_prefetch(p + 256);
        const OwnCodes own = own_codes(w.type, p);
        for (int i = 0; i < 4; i++) {
          const uint64_t eight = signed_codes(own.codes.eight[i], own.zero);
          const uint32_t low = (uint32_t)eight, high = (uint32_t)(eight >> 32);
          memcpy(b + (2 * i * kColumns + c) * 4, &low, 4);
          memcpy(b + ((2 * i + 1) * kColumns + c) * 4, &high, 4);
        }
        const auto [first, last] = sums_of(own);
        put_scale(b, c, half_at(p),
                  kPairs ? (int32_t)((uint32_t)(-kZero * first & 0xffff) | (uint32_t)(-kZero * last) << 16) : -kZero * (first + last));
      }
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
    put_scale(block, c, scale, start);
  }

  static void put_scale(uint8_t* block, int64_t c, float scale, int32_t start) {
    ((float*)(block + kColumns * kBlock))[c] = scale;
    ((int32_t*)(block + kColumns * (kBlock + 4)))[c] = start;
  }

  /** One block of a vector's worth of columns, from c on. */
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
