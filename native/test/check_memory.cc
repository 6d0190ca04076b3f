// Predicted against actual peak memory of training steps in a process of its own. Prints one JSON object.
// usage: check_memory MODEL.gguf TOKENS ROWS [BUDGET_MIB [THREADS [BASE_TYPE]]]
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../trainer.h"
#include "tiny_model.h"

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
    fprintf(stderr, "usage: check_memory MODEL.gguf TOKENS ROWS [BUDGET_MIB [THREADS]]\n");
    return 2;
  }
  const int64_t tokens = atoll(argv[2]), count = atoll(argv[3]);
  try {
    TrainerOptions options;
    options.model.path = argv[1];
    options.model.max_positions = tokens;
    options.memory_budget_bytes = argc > 4 ? atoll(argv[4]) << 20 : 0;
    options.model.threads = argc > 5 ? atoi(argv[5]) : 1;
    options.model.base_type = GGML_TYPE_Q4_0;
    const Plan predicted = plan_training(options);
    Trainer trainer(options);
    std::vector<Row> rows;
    for (int64_t i = 0; i < count; i++)
      rows.push_back({random_tokens(tokens, trainer.model().n_vocab, (uint64_t)i), {0}, std::vector<float>((size_t)tokens, 1.0f)});
    trainer.step(rows, 1e-4);
    printf("{\"predictedBytes\":%lld,\"peakBytes\":%lld,\"microBatchTokens\":%lld,\"keptBlocks\":%lld,\"kernels\":\"%s\"}\n",
           (long long)predicted.total_bytes(), (long long)peak_bytes(), (long long)predicted.micro_batch_tokens, (long long)predicted.kept_blocks,
           select_kernels(nullptr));
  } catch (const std::exception& error) {
    fprintf(stderr, "check_memory: %s\n", error.what());
    return 1;
  }
  return 0;
}
