#include "kernels/decode.h"
#include "kernels/tile.h"

namespace repotune {

// 16-byte vectors, which every 64-bit processor has (SSE2, NEON). On NEON 8 x 8 fills half its registers with sums.
const TileKernel* tile_kernel_portable() {
#if defined(__aarch64__)
  static const TileKernel kernel{"neon", 8, 8, Tile<16, 8, 2>::run, decode_weight};
#else
  static const TileKernel kernel{"portable", 4, 8, Tile<16, 4, 2>::run, decode_weight};
#endif
  return &kernel;
}

}  // namespace repotune
