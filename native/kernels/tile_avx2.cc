#include "kernels/decode.h"
#include "kernels/tile.h"

namespace repotune {

const TileKernel* tile_kernel_avx2() {
#if defined(__AVX2__)
  static const TileKernel kernel{"avx2", 6, 16, Tile<32, 6, 2>::run, decode_weight};
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel : nullptr;
#else
  return nullptr;
#endif
}

}  // namespace repotune
