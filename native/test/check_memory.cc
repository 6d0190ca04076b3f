// Predicted against actual peak memory of a training step, and of saving its state, in a separate process; for a refused run, the peak
// until then. Prints one JSON object. usage: check_memory MODEL.gguf TOKENS ROWS [--budget MIB] [--threads N] [--rank N]
//   [--as-is 1]: the base's 16 bits are not quantized
//   [--save FILE] [--load FILE]: save the state, and resume from such a state
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/errors.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

#ifndef _WIN32
#include <sys/resource.h>
#endif

using namespace repotune;
using namespace repotune::test;

namespace {

int64_t peak_bytes() {
#ifdef _WIN32
  return 0;
#else
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return usage.ru_maxrss * 1024ll;
#endif
#endif
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fprintf(stderr,
            "usage: check_memory MODEL.gguf TOKENS ROWS [--budget MIB] [--threads N] [--rank N] [--as-is 1] [--save FILE] [--load FILE]\n");
    return 2;
  }
  const int64_t tokens = atoll(argv[2]), count = atoll(argv[3]);
  TrainerOptions options;
  options.model.path = argv[1];
  options.model.max_positions = tokens;
  options.model.base_type = GGML_TYPE_Q4_0;
  const char *save = nullptr, *load = nullptr;
  for (int i = 4; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--budget")) options.memory_budget_bytes = atoll(argv[i + 1]) << 20;
    if (!strcmp(argv[i], "--threads")) options.model.threads = atoi(argv[i + 1]);
    if (!strcmp(argv[i], "--rank")) options.rank = atoll(argv[i + 1]);
    if (!strcmp(argv[i], "--as-is")) options.model.base_type = GGML_TYPE_COUNT;
    if (!strcmp(argv[i], "--save")) save = argv[i + 1];
    if (!strcmp(argv[i], "--load")) load = argv[i + 1];
  }
  try {
    const TemporaryFolder folder;
    Trainer trainer(options);
    std::vector<Row> rows;
    for (int64_t i = 0; i < count; i++)
      rows.push_back({random_tokens(tokens, trainer.model().n_vocab, (uint64_t)i), {0}, std::vector<float>((size_t)tokens, 1.0f)});
    if (load) trainer.load_state(load);
    trainer.step(rows, 1e-4);
    trainer.save_state(save ? save : folder.file("state"));
    printf(
        "{\"predictedBytes\":%lld,\"peakBytes\":%lld,\"microBatchTokens\":%lld,\"keptBlocks\":%lld,\"streamedBytes\":%lld,"
        "\"blockReads\":%lld,\"kernels\":\"%s\"}\n",
        (long long)trainer.plan().total_bytes(), (long long)peak_bytes(), (long long)trainer.plan().micro_batch_tokens,
        (long long)trainer.plan().kept_blocks, (long long)trainer.plan().streamed_bytes, (long long)trainer.block_reads(),
        select_kernels(nullptr));
  } catch (const UserError& error) {  // a refusal's message needs no escaping
    printf("{\"refusal\":\"%s\",\"peakBytes\":%lld}\n", error.what(), (long long)peak_bytes());
  } catch (const std::exception& error) {
    fprintf(stderr, "check_memory: %s\n", error.what());
    return 1;
  }
  return 0;
}
