// Products in bfloat16 on AMX tiles, sums in F32.
#include "kernels/panels.h"

#if defined(__AVX512BF16__) && defined(__linux__)
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernels/decode.h"

namespace repotune {

namespace {

/** A tile is 16 rows of 64 bytes: 32 bfloat16 of the depth for A, 16 columns of pairs of them for B. A step is two tiles. */
constexpr int64_t kTile = 16, kStep = 32, kBlock = 2 * kTile, kStepElements = kBlock * kStep;

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

void pack_rows(const float* x, int64_t stride, int64_t rows, int64_t depth, Bits* a, float*) {
  for (int64_t r = 0; r < kBlock; r++, x += stride, a += kStep) {
    Bits* to = a;
    for (int64_t k = 0; k < depth; k += kStep, to += kStepElements) {
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

void pack_outputs(const Weight& w, int64_t n, int64_t k0, int64_t steps, float* f32, Bits* b) {
  const int64_t padded = steps * kStep, depth = least(padded, w.n_in - k0);
  for (int64_t half = 0; half < 2; half++, n += kTile, b += kStepElements / 2) {
    for (int64_t i = 0; i < kTile; i++) {
      float* row = f32 + i * padded;
      const int64_t filled = n + i < w.n_out ? depth : 0;
      if (filled) decode_weight(w, n + i, k0, depth, row);
      memset(row + filled, 0, sizeof(float) * (size_t)(padded - filled));
    }
    for (int64_t s = 0; s < steps; s++) {
      __m512i r[16];
      for (int i = 0; i < 16; i++) r[i] = to_bf16(f32 + i * padded + s * kStep, f32 + i * padded + s * kStep + 16);
      transpose16(r);
      for (int i = 0; i < 16; i++) _mm512_store_si512(b + s * kStepElements + i * kStep, r[i]);
    }
  }
}

void pack_inputs(const Weight& w, int64_t k0, int64_t steps, int64_t from, int64_t width, float* f32, Bits* b) {
  const __m512i interleave = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  // Whole quantization blocks are decoded; `from` may lie inside one.
  const int64_t block = ggml_blck_size(w.type), first = from / block * block, end = least((from + width + block - 1) / block * block, w.n_in);
  const int64_t span = end - first, stride = span + 64;
  memset(f32 + span, 0, sizeof(float) * 64);
  memset(f32 + stride + span, 0, sizeof(float) * 64);
  for (int64_t pair = 0; pair < steps * kTile; pair++) {
    for (int64_t odd = 0; odd < 2; odd++) {
      const int64_t k = k0 + 2 * pair + odd;
      if (k < w.n_out) {
        decode_weight(w, k, first, span, f32 + odd * stride);
      } else {
        memset(f32 + odd * stride, 0, sizeof(float) * (size_t)span);
      }
    }
    Bits* row = b + pair / kTile * kStepElements + pair % kTile * kStep;
    const float* even = f32 + from - first;
    for (int64_t c = 0; c < (width + kBlock - 1) / kBlock * kBlock; c += kTile) {
      Bits* to = row + c / kBlock * steps * kStepElements + c % kBlock / kTile * (kStepElements / 2);
      _mm512_store_si512(to, _mm512_permutexvar_epi16(interleave, to_bf16(even + c, even + stride + c)));
    }
  }
}

#if defined(__AMX_BF16__)
void tile_product(int64_t steps, const Bits* a, const Bits* b, const float*, float* c, int64_t ldc, bool accumulate) {
  const int64_t stride = ldc * (int64_t)sizeof(float);
  float* below = c + kTile * ldc;
  if (accumulate) {
    _tile_loadd(0, c, stride);
    _tile_loadd(1, c + kTile, stride);
    _tile_loadd(2, below, stride);
    _tile_loadd(3, below + kTile, stride);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t s = 0; s < steps; s++, a += kStepElements, b += kStepElements) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 64);
    _tile_loadd(7, b + kStepElements / 2, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, a + kStepElements / 2, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, c, stride);
  _tile_stored(1, c + kTile, stride);
  _tile_stored(2, below, stride);
  _tile_stored(3, below + kTile, stride);
}

void configure_tiles() {
  struct alignas(64) {
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t row_bytes[16] = {};
    uint8_t rows[16] = {};
  } config;
  for (int i = 0; i < 8; i++) {
    config.row_bytes[i] = 64;
    config.rows[i] = kTile;
  }
  _tile_loadconfig(&config);
}
void release_tiles() { _tile_release(); }

/** Linux hands out the tile registers on request only (arch_prctl(2), ARCH_REQ_XCOMP_PERM of XFEATURE_XTILEDATA). */
bool tiles_granted() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  uint32_t a = 7, b = 0, c = 0, d = 0;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  const bool amx_bf16 = (d >> 22) & 1, amx_tile = (d >> 24) & 1;
  return amx_bf16 && amx_tile && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

/** TDPBF16PS as the instruction set reference defines it, but for the order of a pair's two products. */
void emulated_product(int64_t steps, const Bits* a, const Bits* b, const float*, float* c, int64_t ldc, bool accumulate) {
  const auto value = [](Bits bits) { return as_float((uint32_t)bits << 16); };
  for (int64_t i = 0; i < kBlock; i++) {
    float sum[kBlock] = {};
    if (accumulate) memcpy(sum, c + i * ldc, sizeof sum);
    const Bits* row = a + i * kStep;
    for (int64_t s = 0; s < steps; s++)
      for (int64_t k = 0; k < kStep; k++)
        for (int64_t j = 0; j < kBlock; j++)
          sum[j] += value(row[s * kStepElements + k]) * value(b[s * kStepElements + j / kTile * (kStepElements / 2) + k / 2 * kStep + j % kTile * 2 + k % 2]);
    memcpy(c + i * ldc, sum, sizeof sum);
  }
}
void nothing() {}

bool has_bf16() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

}  // namespace

const PanelKernel* panel_kernel_amx() {
#if defined(__AMX_BF16__)
  static const PanelKernel kernel{"amx", kBlock, kBlock, kStep, configure_tiles, release_tiles, pack_rows, pack_outputs, pack_inputs, tile_product};
  static const bool usable = has_bf16() && tiles_granted();
  return usable ? &kernel : nullptr;
#else
  return nullptr;
#endif
}

const PanelKernel* panel_kernel_amx_emulated() {
  static const PanelKernel kernel{"amx-emulated", kBlock, kBlock, kStep, nothing, nothing, pack_rows, pack_outputs, pack_inputs, emulated_product};
  return has_bf16() ? &kernel : nullptr;
}

}  // namespace repotune

#else

namespace repotune {
const PanelKernel* panel_kernel_amx() { return nullptr; }
const PanelKernel* panel_kernel_amx_emulated() { return nullptr; }
}  // namespace repotune

#endif
