// A step for which memory runs out at one allocation after another, and stays out: each time the call fails with that, nothing has changed,
// and the next call computes what it would have. Prints one JSON object.
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "common/errors.h"
#include "kernels/matmul.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

namespace {

/** Allocations that still succeed; negative: all do. */
std::atomic<int64_t> left{-1};

bool out_of_memory() {
  int64_t before = left.load();
  while (before > 0 && !left.compare_exchange_weak(before, before - 1)) {
  }
  return before == 0;
}

void* memory_for(size_t size, size_t alignment) {
  void* memory = out_of_memory() ? nullptr : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return memory_for(size ? size : 1, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t alignment) { return memory_for(size, (size_t)alignment); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using namespace repotune;
using namespace repotune::test;

struct Found {
  int refused = 0;
  bool unchanged = true, same_after = true;
};

Found starved(const TrainerOptions& options) {
  const auto rows_of = [](const Trainer& trainer) {
    std::vector<Row> rows;
    for (uint64_t i = 0; i < 2; i++) rows.push_back({random_tokens(40, trainer.model().n_vocab, i), {0, 25}, std::vector<float>(40, 1.0f)});
    return rows;
  };
  Trainer undisturbed(options);
  undisturbed.gradients(rows_of(undisturbed));
  Found found;
  for (int64_t allocations = 0;; allocations += 1 + allocations / 16) {
    Trainer trainer(options);
    const auto rows = rows_of(trainer);
    const std::vector<float> before = trainer.parameters();
    bool refused = false;
    left = allocations;
    try {
      trainer.step(rows, 1e-3);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    left = -1;
    if (!refused) return found;
    found.refused++;
    found.unchanged = found.unchanged && trainer.parameters() == before;
    trainer.gradients(rows);
    found.same_after = found.same_after && trainer.gradient() == undisturbed.gradient();
  }
}

}  // namespace

int main() {
  const TemporaryFolder folder;
  TrainerOptions options;
  options.model.path = folder.file("tiny.gguf");
  options.model.base_type = GGML_TYPE_Q4_0;
  options.model.threads = 2;
  options.rank = 4;
  options.adapted_blocks = 1;
  write_tiny_model(tiny_specs()[0], options.model.path);
  std::string separator = "{\"kernels\":[";
  for (const char* kernels : {"auto", "portable", "integer-portable"}) {
    select_kernels(kernels);
    const Found found = starved(options);
    printf("%s{\"name\":\"%s\",\"refused\":%d,\"unchanged\":%s,\"sameAfter\":%s}", separator.c_str(), kernels, found.refused,
           found.unchanged ? "true" : "false", found.same_after ? "true" : "false");
    separator = ",";
  }
  printf("]}\n");
  return 0;
}
