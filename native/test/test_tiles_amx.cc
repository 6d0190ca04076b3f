// The configuration that AMX tiles get, even from compilers that assume LDTILECFG reads only eight bytes (GCC before 11.5, 12.4, 13.3 and
// 14: GCC bug 114098) and drop the stores to the other 56. The instruction is replaced by one with such an operand that copies what is
// there. Needs no AMX. Prints one JSON object.
#include <immintrin.h>

#include <cstdint>
#include <cstdio>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

namespace {

alignas(64) uint8_t loaded[64];

inline __attribute__((always_inline)) void load_as_old_compilers(const void* config) {
  __asm__ volatile(
      "lea %1, %%rsi\n\t"
      "lea %0, %%rdi\n\t"
      "mov $64, %%ecx\n\t"
      "rep movsb"
      : "+m"(loaded)
      : "m"(*(const void* const*)config)
      : "rsi", "rdi", "rcx");
}
inline void store_nothing(void*) {}

}  // namespace

#define _tile_loadconfig load_as_old_compilers
#define _tile_storeconfig store_nothing
#include "kernels/panel_amx.cc"

#if defined(__AMX_BF16__) && defined(__linux__)
#define REPOTUNE_CONFIGURES_TILES 1
#endif
#endif

#if REPOTUNE_CONFIGURES_TILES
int main() {
  if (!__builtin_cpu_supports("avx512f")) {  // this file is compiled for it
    printf("{\"configures\":false}\n");
    return 0;
  }
  repotune::configure_tiles();
  printf("{\"configures\":true,\"palette\":%d,\"rowBytes\":[", loaded[0]);
  for (int i = 0; i < 8; i++) printf("%s%d", i ? "," : "", loaded[16 + 2 * i] | loaded[17 + 2 * i] << 8);
  printf("],\"rows\":[");
  for (int i = 0; i < 8; i++) printf("%s%d", i ? "," : "", loaded[48 + i]);
  printf("]}\n");
  return 0;
}
#else
int main() {
  printf("{\"configures\":false}\n");
  return 0;
}
#endif
