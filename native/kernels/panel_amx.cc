// Products in bfloat16 on AMX tiles, sums in F32.
#include "kernels/panels.h"

#if defined(__AVX512BF16__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

#include "kernels/pack_bf16.h"

namespace repotune {

namespace {

/** A tile is 16 rows of 64 bytes: 32 bfloat16 of the depth for A, 16 columns of pairs of them for B. A step is two tiles. */
constexpr int64_t kTile = kHalf, kBlock = 2 * kTile;

#if defined(__AMX_BF16__)
inline void tile_run(const PanelRun& run) {
  const Bits *a = run.a, *b = run.b;
  for (int64_t s = 0; s < run.steps; s++, a += kStepElements, b += kStepElements) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 64);
    _tile_loadd(7, b + kStepElements / 2, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, a + kStepElements / 2, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
}

void tile_product(PanelRun run, PanelRun also, float* c, int64_t ldc, bool accumulate) {
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
  tile_run(run);
  tile_run(also);
  _tile_stored(0, c, stride);
  _tile_stored(1, c + kTile, stride);
  _tile_stored(2, below, stride);
  _tile_stored(3, below + kTile, stride);
}

struct alignas(64) TileConfig {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};

/** The thread's previous tile configuration: ggml configures tiles for its own products once per thread, which may be one of ours. */
thread_local TileConfig before;

/**
 * GCC before 11.5, 12.4, 13.3 and 14 assumes that the instruction reads only eight bytes (GCC bug 114098) and drops the stores to the other
 * 56: on tiles without rows the first product kills the process.
 */
void load_config(const TileConfig& config) {
  __asm__ volatile("" : : "r"(&config) : "memory");
  _tile_loadconfig(&config);
}

void configure_tiles() {
  _tile_storeconfig(&before);
  TileConfig config;
  for (int i = 0; i < 8; i++) {
    config.row_bytes[i] = 64;
    config.rows[i] = kTile;
  }
  load_config(config);
}
/** An empty previous configuration releases the tiles. */
void release_tiles() { load_config(before); }

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
void emulated_product(PanelRun run, PanelRun also, float* c, int64_t ldc, bool accumulate) {
  const auto value = [](Bits bits) { return as_float((uint32_t)bits << 16); };
  for (int64_t i = 0; i < kBlock; i++) {
    float sum[kBlock] = {};
    if (accumulate) memcpy(sum, c + i * ldc, sizeof sum);
    for (const PanelRun& r : {run, also}) {
      const Bits* row = r.a + i * kStep;
      for (int64_t s = 0; s < r.steps; s++)
        for (int64_t k = 0; k < kStep; k++)
          for (int64_t j = 0; j < kBlock; j++)
            sum[j] += value(row[s * kStepElements + k]) *
                      value(r.b[s * kStepElements + j / kTile * (kStepElements / 2) + k / 2 * kStep + j % kTile * 2 + k % 2]);
    }
    memcpy(c + i * ldc, sum, sizeof sum);
  }
}
void nothing() {}

}  // namespace

const PanelKernel* panel_kernel_amx() {
#if defined(__AMX_BF16__)
  static const PanelKernel kernel{"amx",
                                  kBlock,
                                  kBlock,
                                  kStep,
                                  configure_tiles,
                                  release_tiles,
                                  pack_rows<kBlock>,
                                  pack_outputs,
                                  pack_inputs,
                                  pack_dense_outputs,
                                  pack_dense_inputs,
                                  tile_product};
  static const bool usable = has_avx512_bf16() && tiles_granted();
  return usable ? &kernel : nullptr;
#else
  return nullptr;
#endif
}

const PanelKernel* panel_kernel_amx_emulated() {
  static const PanelKernel kernel{
      "amx-emulated",    kBlock,          kBlock, kStep, nothing, nothing, pack_rows<kBlock>, pack_outputs, pack_inputs, pack_dense_outputs,
      pack_dense_inputs, emulated_product};
  return has_avx512_bf16() ? &kernel : nullptr;
}

}  // namespace repotune

#else

namespace repotune {
const PanelKernel* panel_kernel_amx() { return nullptr; }
const PanelKernel* panel_kernel_amx_emulated() { return nullptr; }
}  // namespace repotune

#endif
