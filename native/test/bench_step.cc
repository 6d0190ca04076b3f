// bench_step MODEL.gguf [--rows N] [--tokens N] [--segment N] [--rank N] [--steps N] [--threads N] [--budget MIB] [--adapted BLOCKS]
//   [--base TYPE]
// Optimizer steps on random tokens, after a warm-up step: packed rows of sequences of `segment` tokens, loss on every token. Prints one
// JSON object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/quantize.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

#ifndef _WIN32
#include <sys/resource.h>
#endif

using namespace repotune;
using namespace repotune::test;

namespace {

double peak_mb() {
#if defined(_WIN32)
  return 0;
#else
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return (double)usage.ru_maxrss / 1e6;
#else
  return (double)usage.ru_maxrss * 1024 / 1e6;
#endif
#endif
}

/** Over all threads: a step's cost even on a busy machine. */
double processor_seconds() {
#if defined(_WIN32)
  return 0;
#else
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
#endif
}

struct Options {
  int64_t rows = 4, tokens = 1024, segment = 0, rank = 16, steps = 3, threads = 2, budget = 0, adapted = 0;
  const char* base = nullptr;
};

bool parse(int argc, char** argv, Options& o) {
  const struct {
    const char* name;
    int64_t* value;
  } numbers[] = {{"--rows", &o.rows},   {"--tokens", &o.tokens},   {"--segment", &o.segment}, {"--rank", &o.rank},
                 {"--steps", &o.steps}, {"--threads", &o.threads}, {"--budget", &o.budget},   {"--adapted", &o.adapted}};
  for (int i = 2; i < argc; i += 2) {
    if (i + 1 >= argc) return false;
    bool known = !strcmp(argv[i], "--base");
    if (known) o.base = argv[i + 1];
    for (const auto& n : numbers)
      if (!strcmp(argv[i], n.name)) {
        *n.value = atoll(argv[i + 1]);
        known = true;
      }
    if (!known) return false;
  }
  return argc > 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  if (!parse(argc, argv, o)) {
    fprintf(stderr,
            "usage: bench_step MODEL.gguf [--rows N] [--tokens N] [--segment N] [--rank N] [--steps N] [--threads N] [--budget MIB] "
            "[--adapted BLOCKS] [--base TYPE]\n");
    return 2;
  }
  try {
    TrainerOptions options;
    options.model.path = argv[1];
    options.model.max_positions = o.tokens;
    options.model.threads = (int)o.threads;
    options.rank = o.rank;
    options.adapted_blocks = o.adapted;
    options.memory_budget_bytes = o.budget << 20;
    for (int t = 0; o.base && t < GGML_TYPE_COUNT; t++)
      if (ggml_type_name((ggml_type)t) && !strcmp(ggml_type_name((ggml_type)t), o.base)) options.model.base_type = (ggml_type)t;
    Trainer trainer(options);
    std::vector<Row> rows;
    for (int64_t i = 0; i < o.rows; i++) {
      Row row{random_tokens(o.tokens, trainer.model().n_vocab, (uint64_t)i), {}, std::vector<float>((size_t)o.tokens, 1.0f)};
      for (int64_t at = 0; at < o.tokens; at += o.segment > 0 ? o.segment : o.tokens) row.starts.push_back((int32_t)at);
      rows.push_back(std::move(row));
    }
    std::vector<double> seconds, processor;
    double loss = 0;
    for (int64_t i = 0; i <= o.steps; i++) {
      const auto from = std::chrono::steady_clock::now();
      const double processor_from = processor_seconds();
      loss = trainer.step(rows, 1e-4).loss;
      if (i == 0) continue;
      seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
      processor.push_back(processor_seconds() - processor_from);
    }
    std::sort(seconds.begin(), seconds.end());
    std::sort(processor.begin(), processor.end());
    printf(
        "{\"tokensPerSecond\":%.1f,\"tokensPerProcessorSecond\":%.1f,\"peakMb\":%.0f,\"predictedMb\":%.0f,\"microBatchTokens\":%lld,"
        "\"keptBlocks\":%lld,\"keptAttentions\":%lld,\"streamedMb\":%.0f,\"kernels\":\"%s\",\"loss\":%.6f}\n",
        (double)(o.rows * o.tokens) / seconds[seconds.size() / 2], (double)(o.rows * o.tokens) / processor[processor.size() / 2], peak_mb(),
        (double)trainer.plan().total_bytes() / 1e6, (long long)trainer.plan().micro_batch_tokens, (long long)trainer.plan().kept_blocks,
        (long long)trainer.plan().kept_attentions, (double)trainer.plan().streamed_bytes / 1e6, select_kernels(nullptr), loss);
  } catch (const std::exception& error) {
    fprintf(stderr, "bench_step: %s\n", error.what());
    return 1;
  }
  return 0;
}
