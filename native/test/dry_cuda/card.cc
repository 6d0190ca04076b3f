#include "card.h"

#include <sys/mman.h>

#include <cstdio>

namespace dry_cuda {

namespace {

size_t setting(const char* name, size_t otherwise) {
  const char* value = getenv(name);
  return value ? (size_t)atoll(value) : otherwise;
}

}  // namespace

size_t card_bytes() {
  static const size_t bytes = setting("DRY_CUDA_MIB", 24564) << 20;
  return bytes;
}

int capability() {
  static const int value = (int)setting("DRY_CUDA_CAPABILITY", 90);
  return value;
}

Card& card() {
  static Card* one = new Card;
  return *one;
}

bool Card::take(size_t bytes) {
  if (used + bytes > card_bytes()) return false;
  used += bytes;
  if (used > peak) peak = used;
  return true;
}

void report() {
  const char* path = getenv("DRY_CUDA_LOG");
  FILE* out = path ? fopen(path, "w") : nullptr;
  if (!out) return;
  const Card& c = card();
  fprintf(out, "{\"peakBytes\":%zu,\"poolBytes\":%zu,\"kernels\":%ld,\"refused\":%ld,\"bytesSent\":%ld,\"bytesFetched\":%ld,\"products\":{",
          c.peak, c.pool_peak, c.launched, c.refused, c.sent, c.fetched);
  const char* separator = "";
  for (const auto& [name, count] : c.products) {
    fprintf(out, "%s\"%s\":%ld", separator, name.c_str(), count);
    separator = ",";
  }
  fprintf(out, "}}\n");
  fclose(out);
}

void* mapped(size_t bytes, bool writable) {
  void* at =
      mmap(nullptr, bytes ? bytes : 1, writable ? PROT_READ | PROT_WRITE : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? nullptr : at;
}

int opaque(Handle* to) {
  *to = malloc(16);
  return kOk;
}

}  // namespace dry_cuda
