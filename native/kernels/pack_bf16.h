#pragma once
// Packing of operands as bfloat16, for every kernel that multiplies pairs of them (TDPBF16PS, VDPBF16PS). Included by each file that
// is compiled for one such instruction set, hence the unnamed namespace.
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "kernels/decode.h"

namespace repotune {

namespace {

/** A step of depth, its halves' width in columns, and what a B step holds: two halves of [16 pairs of depth][16 columns][2]. */
constexpr int64_t kStep = 32, kHalf = 16, kColumnBlock = 2 * kHalf, kStepElements = kColumnBlock * kStep;

using Bits = uint16_t;

inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

inline __m512i to_bf16(const float* low, const float* high) {
  return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(high), _mm512_loadu_ps(low));
}

/** Transposes 16 x 16 32-bit values held in registers. */
inline void transpose16(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 4; j++) {
      t[i + j] = _mm512_shuffle_i32x4(r[i + j], r[i + j + 4], 0x88);
      t[i + j + 4] = _mm512_shuffle_i32x4(r[i + j], r[i + j + 4], 0xdd);
    }
  for (int j = 0; j < 8; j++) {
    r[j] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0x88);
    r[j + 8] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0xdd);
  }
}

/** An A step: [kRows][32]. */
template <int64_t kRows>
void pack_rows(const float* x, int64_t stride, int64_t rows, int64_t depth, Bits* a) {
  for (int64_t r = 0; r < kRows; r++, x += stride, a += kStep) {
    Bits* to = a;
    for (int64_t k = 0; k < depth; k += kStep, to += kRows * kStep) {
      if (r >= rows) {
        _mm512_store_si512(to, _mm512_setzero_si512());
      } else if (k + kStep <= depth) {
        _mm512_store_si512(to, to_bf16(x + k, x + k + 16));
      } else {
        float edge[kStep] = {};
        memcpy(edge, x + k, sizeof(float) * (size_t)(depth - k));
        _mm512_store_si512(to, to_bf16(edge, edge + 16));
      }
    }
  }
}

/** The first `count` of 16 lanes. */
inline __mmask16 lanes(int64_t count) { return (__mmask16)(count >= 16 ? 0xffff : count <= 0 ? 0 : (1 << count) - 1); }
/** As to_bf16, of the first `count` of 32 values. */
inline __m512i to_bf16_edge(const float* x, int64_t count) {
  return (__m512i)_mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(lanes(count - 16), x + 16), _mm512_maskz_loadu_ps(lanes(count), x));
}

/** Half a B panel, `steps` deep: x [rows, depth] of `stride`, rows <= 16, as its columns. */
inline void pack_half(const float* x, int64_t stride, int64_t rows, int64_t depth, Bits* b) {
  for (int64_t k = 0; k < depth; k += kStep, b += kStepElements) {
    __m512i r[16];
    if (rows >= kHalf && k + kStep <= depth) {
      for (int i = 0; i < kHalf; i++) r[i] = to_bf16(x + i * stride + k, x + i * stride + k + 16);
    } else {
      for (int i = 0; i < kHalf; i++) r[i] = i < rows ? to_bf16_edge(x + i * stride + k, depth - k) : _mm512_setzero_si512();
    }
    transpose16(r);
    for (int i = 0; i < kHalf; i++) _mm512_store_si512(b + i * kStep, r[i]);
  }
}

inline void pack_dense_outputs(const float* x, int64_t stride, int64_t rows, int64_t depth, Bits* b) {
  pack_half(x, stride, rows, depth, b);
  pack_half(x + kHalf * stride, stride, rows - kHalf, depth, b + kStepElements / 2);
}

inline void pack_outputs(const Weight& w, int64_t n, int64_t k0, int64_t steps, float* f32, Bits* b) {
  const int64_t padded = steps * kStep, depth = least(padded, w.n_in - k0);
  for (int64_t half = 0; half < 2; half++, n += kHalf, b += kStepElements / 2) {
    const int64_t rows = least(kHalf, w.n_out - n);
    for (int64_t i = 0; i < rows; i++) decode_weight(w, n + i, k0, depth, f32 + i * padded);
    pack_half(f32, padded, rows, depth, b);
  }
}

inline __m512i interleave_columns() {
  return _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
}

inline void pack_dense_inputs(const float* x, int64_t stride, int64_t depth, int64_t width, Bits* b) {
  const __m512i interleave = interleave_columns();
  const int64_t steps = (depth + kStep - 1) / kStep, padded = (width + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
  for (int64_t pair = 0; pair < steps * kHalf; pair++) {
    const float* even = x + 2 * pair * stride;
    Bits* row = b + pair / kHalf * kStepElements + pair % kHalf * kStep;
    for (int64_t c = 0; c < padded; c += kHalf) {
      Bits* to = row + c / kColumnBlock * steps * kStepElements + c % kColumnBlock / kHalf * (kStepElements / 2);
      const __m512 low = _mm512_maskz_loadu_ps(lanes(2 * pair < depth ? width - c : 0), even + c);
      const __m512 high = _mm512_maskz_loadu_ps(lanes(2 * pair + 1 < depth ? width - c : 0), even + stride + c);
      _mm512_store_si512(to, _mm512_permutexvar_epi16(interleave, (__m512i)_mm512_cvtne2ps_pbh(high, low)));
    }
  }
}

inline void pack_inputs(const Weight& w, int64_t k0, int64_t steps, int64_t from, int64_t width, float* f32, Bits* b) {
  const __m512i interleave = interleave_columns();
  // Whole quantization blocks are decoded; `from` may lie inside one.
  const int64_t block = ggml_blck_size(w.type), first = from / block * block, end = least((from + width + block - 1) / block * block, w.n_in);
  const int64_t span = end - first, stride = span + 64;
  memset(f32 + span, 0, sizeof(float) * 64);
  memset(f32 + stride + span, 0, sizeof(float) * 64);
  for (int64_t pair = 0; pair < steps * kHalf; pair++) {
    for (int64_t odd = 0; odd < 2; odd++) {
      const int64_t k = k0 + 2 * pair + odd;
      if (k < w.n_out) {
        decode_weight(w, k, first, span, f32 + odd * stride);
      } else {
        memset(f32 + odd * stride, 0, sizeof(float) * (size_t)span);
      }
    }
    Bits* row = b + pair / kHalf * kStepElements + pair % kHalf * kStep;
    const float* even = f32 + from - first;
    for (int64_t c = 0; c < (width + kColumnBlock - 1) / kColumnBlock * kColumnBlock; c += kHalf) {
      Bits* to = row + c / kColumnBlock * steps * kStepElements + c % kColumnBlock / kHalf * (kStepElements / 2);
      _mm512_store_si512(to, _mm512_permutexvar_epi16(interleave, to_bf16(even + c, even + stride + c)));
    }
  }
}

inline bool has_avx512_bf16() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

}  // namespace

}  // namespace repotune
