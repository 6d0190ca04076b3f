#pragma once
// Packing of operands as bfloat16, for every kernel that multiplies pairs of them (TDPBF16PS, VDPBF16PS). Included by each file compiled
// for one such instruction set, hence the unnamed namespace.
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "kernels/decode_bf16.h"

namespace repotune {

namespace {

/** A step of depth, its halves' width in columns, and what a B step holds: two halves of [16 pairs of depth][16 columns][2]. */
constexpr int64_t kStep = 32, kHalf = 16, kColumnBlock = 2 * kHalf, kStepElements = kColumnBlock * kStep;

inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

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
  for (int64_t k = 0; k < depth; k += kStep, x += kStep) {
    for (int64_t r = 0; r < kRows; r++, a += kStep) {
      const __m512i values = r >= rows            ? _mm512_setzero_si512()
                             : k + kStep <= depth ? to_bf16(x + r * stride, x + r * stride + 16)
                                                  : to_bf16_edge(x + r * stride, depth - k);
      _mm512_store_si512(a, values);
    }
  }
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

/** As pack_half, from rows already in bfloat16: x [16, steps * kStep], zero beyond the valid part. */
inline void pack_half_bits(const Bits* x, int64_t steps, int64_t rows, Bits* b) {
  for (int64_t s = 0; s < steps; s++, x += kStep, b += kStepElements) {
    __m512i r[16];
    for (int i = 0; i < kHalf; i++) r[i] = i < rows ? _mm512_loadu_si512(x + i * steps * kStep) : _mm512_setzero_si512();
    transpose16(r);
    for (int i = 0; i < kHalf; i++) _mm512_store_si512(b + i * kStep, r[i]);
  }
}

inline void pack_outputs(const Weight& w, int64_t n, int64_t k0, int64_t steps, float* scratch, Bits* b) {
  const int64_t padded = steps * kStep, depth = least(padded, w.n_in - k0);
  Bits* rows_bits = reinterpret_cast<Bits*>(scratch);
  float* f32 = scratch + kHalf * padded / 2;
  for (int64_t half = 0; half < 2; half++, n += kHalf, b += kStepElements / 2) {
    const int64_t rows = least(kHalf, w.n_out - n);
    for (int64_t i = 0; i < rows; i++) decode_bf16(w, n + i, k0, depth, f32, rows_bits + i * padded);
    pack_half_bits(rows_bits, steps, rows, b);
  }
}

inline __m512i interleave_columns() {
  return _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16,
                          0);
}
/** Interleaves the 16 columns from `first` on of two rows of 32: for _mm512_permutex2var_epi16. */
inline __m512i interleave_pairs(int first) {
  const __m512i pairs = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37, 5, 36, 4, 35, 3,
                                         34, 2, 33, 1, 32, 0);
  return _mm512_add_epi16(pairs, _mm512_set1_epi16((short)first));
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

/** Rows to prefetch ahead of decoding a column block: hardware does not predict this stride. */
constexpr int64_t kAhead = 8;
inline void prefetch_weight(const Weight& w, int64_t row, int64_t from, int64_t count) {
  const char* p = (const char*)w.data + (size_t)row * ggml_row_size(w.type, w.n_in) + ggml_row_size(w.type, from);
  const int64_t bytes = (int64_t)ggml_row_size(w.type, count);
  for (int64_t at = 0; at < bytes; at += 64) _mm_prefetch(p + at, _MM_HINT_T0);
}

inline void pack_inputs(const Weight& w, int64_t k0, int64_t steps, int64_t from, int64_t width, float* scratch, Bits* b) {
  const __m512i low = interleave_pairs(0), high = interleave_pairs(16);
  // Whole quantization blocks are decoded; `from` may lie inside one.
  const int64_t block = ggml_blck_size(w.type), first = from / block * block,
                end = least((from + width + block - 1) / block * block, w.n_in);
  const int64_t span = end - first, stride = span + 64;
  Bits* bits = reinterpret_cast<Bits*>(scratch);
  float* f32 = scratch + stride;
  memset(bits, 0, sizeof(Bits) * (size_t)(2 * stride));
  const int64_t last = least(k0 + steps * kStep, w.n_out);
  for (int64_t pair = 0; pair < steps * kHalf; pair++) {
    for (int64_t odd = 0; odd < 2; odd++) {
      const int64_t k = k0 + 2 * pair + odd;
      if (k + kAhead < last) prefetch_weight(w, k + kAhead, first, span);
      if (k < w.n_out) {
        decode_bf16(w, k, first, span, f32, bits + odd * stride);
      } else {
        memset(bits + odd * stride, 0, sizeof(Bits) * (size_t)span);
      }
    }
    Bits* to = b + pair / kHalf * kStepElements + pair % kHalf * kStep;
    const Bits* even = bits + from - first;
    for (int64_t c = 0; c < width; c += kColumnBlock, to += steps * kStepElements) {
      const __m512i top = _mm512_loadu_si512(even + c), bottom = _mm512_loadu_si512(even + stride + c);
      _mm512_store_si512(to, _mm512_permutex2var_epi16(top, low, bottom));
      _mm512_store_si512(to + kStepElements / 2, _mm512_permutex2var_epi16(top, high, bottom));
    }
  }
}

inline bool has_avx512_bf16() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

}  // namespace

}  // namespace repotune
