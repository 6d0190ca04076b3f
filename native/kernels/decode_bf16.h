#pragma once
// Weights to bfloat16 with AVX-512, each block's few values looked up rather than computed. Included by the files compiled for these
// instruction sets, hence the unnamed namespace. Block layouts: see decode.h.
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "kernels/decode.h"

namespace repotune {

namespace {

using Bits = uint16_t;

/** The first `count` of 16 lanes. */
inline __mmask16 lanes(int64_t count) { return (__mmask16)(count >= 16 ? 0xffff : count <= 0 ? 0 : (1 << count) - 1); }

inline __m512i to_bf16(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }
inline __m512i to_bf16(const float* low, const float* high) { return to_bf16(_mm512_loadu_ps(low), _mm512_loadu_ps(high)); }
/** As to_bf16 for the first `count` of 32 values; the others are zero. */
inline __m512i to_bf16_edge(const float* x, int64_t count) {
  return to_bf16(_mm512_maskz_loadu_ps(lanes(count), x), _mm512_maskz_loadu_ps(lanes(count - 16), x + 16));
}

/** The values of a block's 16 codes, for _mm512_permutexvar_epi16. */
inline __m512i table_of(__m512 values) { return _mm512_castsi256_si512((__m256i)_mm512_cvtneps_pbh(values)); }
/** 16 bytes of nibbles as 32 codes: the low ones, then the high ones. */
inline __m512i codes_of(const uint8_t* q) {
  const __m128i bytes = _mm_loadu_si128((const __m128i*)q), mask = _mm_set1_epi8(15);
  return _mm512_cvtepu8_epi16(_mm256_set_m128i(_mm_and_si128(_mm_srli_epi16(bytes, 4), mask), _mm_and_si128(bytes, mask)));
}

/** Blocks of 32: a scale and 16 bytes of nibbles, which index `meanings` and are multiplied by the scale. */
inline void decode_bf16_nibbles(const uint8_t* p, int64_t n, __m512 meanings, Bits* out) {
  for (; n > 0; n -= 32, out += 32, p += 18)
    _mm512_storeu_si512(out, _mm512_permutexvar_epi16(codes_of(p + 2), table_of(_mm512_mul_ps(_mm512_set1_ps(half_at(p)), meanings))));
}
inline __m512 q4_0_meanings() { return _mm512_set_ps(7, 6, 5, 4, 3, 2, 1, 0, -1, -2, -3, -4, -5, -6, -7, -8); }
inline __m512 iq4_nl_meanings() { return _mm512_set_ps(113, 89, 69, 53, 38, 25, 13, 1, -10, -22, -35, -49, -65, -83, -104, -127); }

inline void decode_bf16_q8_0(const uint8_t* p, int64_t n, Bits* out) {
  for (; n > 0; n -= 32, out += 32, p += 34) {
    const __m512 d = _mm512_set1_ps(half_at(p));
    const auto half = [&](const uint8_t* q) {
      return _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)q))));
    };
    _mm512_storeu_si512(out, to_bf16(half(p + 2), half(p + 18)));
  }
}

inline void decode_bf16_q4_k(const uint8_t* p, int64_t n, Bits* out) {
  const __m512 steps = _mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m256i mask = _mm256_set1_epi8(15);
  for (; n > 0; n -= 256, p += 144) {
    const float d = half_at(p), dmin = half_at(p + 2);
    for (int group = 0; group < 8; group++, out += 32) {
      const Q4KGroup g = q4_k_group(p + 4, group);
      const __m512i table =
          table_of(_mm512_sub_ps(_mm512_mul_ps(_mm512_set1_ps(d * (float)g.scale), steps), _mm512_set1_ps(dmin * (float)g.minimum)));
      const __m256i q = _mm256_loadu_si256((const __m256i*)(p + 16 + group / 2 * 32));
      const __m256i codes = _mm256_and_si256(group % 2 ? _mm256_srli_epi16(q, 4) : q, mask);
      _mm512_storeu_si512(out, _mm512_permutexvar_epi16(_mm512_cvtepu8_epi16(codes), table));
    }
  }
}

/** The values of 32 codes: scale * (0 ... 31) + least. */
inline __m512i table_of_32(float scale, float least) {
  const __m512 steps = _mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512 a = _mm512_set1_ps(scale), low = _mm512_fmadd_ps(a, steps, _mm512_set1_ps(least));
  return to_bf16(low, _mm512_fmadd_ps(a, _mm512_set1_ps(16), low));
}
/** Four-bit codes, plus 16 for those whose bit in `fifth` is set. */
inline __m512i with_fifth(__m512i codes, uint32_t fifth) {
  return _mm512_mask_add_epi16(codes, (__mmask32)fifth, codes, _mm512_set1_epi16(16));
}
inline uint32_t fifth_at(const uint8_t* p) {
  uint32_t bits;
  memcpy(&bits, p, sizeof bits);
  return bits;
}

inline void decode_bf16_q5_0(const uint8_t* p, int64_t n, Bits* out) {
  for (; n > 0; n -= 32, out += 32, p += 22) {
    const float d = half_at(p);
    _mm512_storeu_si512(out, _mm512_permutexvar_epi16(with_fifth(codes_of(p + 6), fifth_at(p + 2)), table_of_32(d, -16 * d)));
  }
}
inline void decode_bf16_q5_1(const uint8_t* p, int64_t n, Bits* out) {
  for (; n > 0; n -= 32, out += 32, p += 24)
    _mm512_storeu_si512(out,
                        _mm512_permutexvar_epi16(with_fifth(codes_of(p + 8), fifth_at(p + 4)), table_of_32(half_at(p), half_at(p + 2))));
}
inline void decode_bf16_q5_k(const uint8_t* p, int64_t n, Bits* out) {
  const __m256i mask = _mm256_set1_epi8(15);
  for (; n > 0; n -= 256, p += 176) {
    const float d = half_at(p), dmin = half_at(p + 2);
    const __m256i high = _mm256_loadu_si256((const __m256i*)(p + 16));
    for (int group = 0; group < 8; group++, out += 32) {
      const Q4KGroup g = q4_k_group(p + 4, group);
      const __m256i q = _mm256_loadu_si256((const __m256i*)(p + 48 + group / 2 * 32));
      const __m256i codes = _mm256_and_si256(group % 2 ? _mm256_srli_epi16(q, 4) : q, mask);
      const uint32_t fifth = _mm256_test_epi8_mask(high, _mm256_set1_epi8((char)(1 << group)));
      const __m512i table = table_of_32(d * (float)g.scale, -(dmin * (float)g.minimum));
      _mm512_storeu_si512(out, _mm512_permutexvar_epi16(with_fifth(_mm512_cvtepu8_epi16(codes), fifth), table));
    }
  }
}

inline void decode_bf16_q6_k(const uint8_t* p, int64_t n, Bits* out) {
  const __m256i four = _mm256_set1_epi8(15), two = _mm256_set1_epi8(48), middle = _mm256_set1_epi8(32);
  const auto scaled = [](__m128i codes, float a) {
    return _mm512_mul_ps(_mm512_set1_ps(a), _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(codes)));
  };
  for (; n > 0; n -= 256, p += 210) {
    const float d = half_at(p + 208);
    const int8_t* scales = (const int8_t*)p + 192;
    for (int half = 0; half < 2; half++) {
      const __m256i low[2] = {_mm256_loadu_si256((const __m256i*)(p + half * 64)),
                              _mm256_loadu_si256((const __m256i*)(p + half * 64 + 32))};
      const __m256i high = _mm256_loadu_si256((const __m256i*)(p + 128 + half * 32));
      // The two high bits of a quarter, moved to bits 4 and 5.
      const __m256i highs[4] = {_mm256_slli_epi16(high, 4), _mm256_slli_epi16(high, 2), high, _mm256_srli_epi16(high, 2)};
      for (int quarter = 0; quarter < 4; quarter++, out += 32, scales += 2) {
        const __m256i nibbles = quarter / 2 ? _mm256_srli_epi16(low[quarter % 2], 4) : low[quarter % 2];
        const __m256i codes =
            _mm256_sub_epi8(_mm256_or_si256(_mm256_and_si256(nibbles, four), _mm256_and_si256(highs[quarter], two)), middle);
        _mm512_storeu_si512(out, to_bf16(scaled(_mm256_castsi256_si128(codes), d * (float)scales[0]),
                                         scaled(_mm256_extracti128_si256(codes, 1), d * (float)scales[1])));
      }
    }
  }
}

inline void decode_bf16_f16(const uint8_t* p, int64_t n, Bits* out) {
  for (int64_t i = 0; i < n; i += 32) {
    const auto half = [&](int64_t at) {
      const __mmask16 here = lanes(n - at);
      return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(here, (const uint16_t*)p + at));
    };
    _mm512_storeu_si512(out + i, to_bf16(half(i), half(i + 16)));
  }
}

inline void decode_bf16_f32(const float* x, int64_t n, Bits* out) {
  const int64_t whole = n / 32 * 32;
  for (int64_t i = 0; i < whole; i += 32) _mm512_storeu_si512(out + i, to_bf16(x + i, x + i + 16));
  if (whole < n) _mm512_storeu_si512(out + whole, to_bf16_edge(x + whole, n - whole));
}

/**
 * Elements [from, from + count) of row `row` of w, rounded to the nearest bfloat16; from and count are whole quantization blocks. Writes
 * zeros up to the next multiple of 32. f32: scratch [count].
 */
inline void decode_bf16(const Weight& w, int64_t row, int64_t from, int64_t count, float* f32, Bits* out) {
  const uint8_t* p = (const uint8_t*)w.data + (size_t)row * ggml_row_size(w.type, w.n_in) + ggml_row_size(w.type, from);
  switch (w.type) {
    case GGML_TYPE_F32: return decode_bf16_f32((const float*)p, count, out);
    case GGML_TYPE_F16: return decode_bf16_f16(p, count, out);
    case GGML_TYPE_BF16:
      memcpy(out, p, sizeof(Bits) * (size_t)count);
      memset(out + count, 0, sizeof(Bits) * (size_t)((32 - count % 32) % 32));
      return;
    case GGML_TYPE_Q8_0: return decode_bf16_q8_0(p, count, out);
    case GGML_TYPE_Q4_0: return decode_bf16_nibbles(p, count, q4_0_meanings(), out);
    case GGML_TYPE_IQ4_NL: return decode_bf16_nibbles(p, count, iq4_nl_meanings(), out);
    case GGML_TYPE_Q4_K: return decode_bf16_q4_k(p, count, out);
    case GGML_TYPE_Q5_0: return decode_bf16_q5_0(p, count, out);
    case GGML_TYPE_Q5_1: return decode_bf16_q5_1(p, count, out);
    case GGML_TYPE_Q5_K: return decode_bf16_q5_k(p, count, out);
    case GGML_TYPE_Q6_K: return decode_bf16_q6_k(p, count, out);
    default: decode_weight(w, row, from, count, f32); decode_bf16_f32(f32, count, out);
  }
}

}  // namespace

}  // namespace repotune
