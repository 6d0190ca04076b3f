#include "kernels/decode.h"
#include "kernels/tile.h"

namespace repotune {

const TileKernel* tile_kernel_avx512() {
#if defined(__AVX512F__)
  static const TileKernel kernel{"avx512", 12, 32, Tile<64, 12, 2>::run, decode_weight};
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") ? &kernel : nullptr;
#else
  return nullptr;
#endif
}

}  // namespace repotune
