// What a device's plan says against what a step takes there: a model whose head is large, for steps of 300 tokens and then for any, in ever
// less memory. Prints a JSON array.
#include <cstdio>

#include "common/errors.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  const TemporaryFolder folder;
  TinySpec spec;
  spec.arch = "llama";
  spec.n_embd = 256;
  spec.n_ff = 512;
  spec.head_dim = 64;
  spec.n_vocab = 20000;
  spec.n_ctx = 128;
  write_tiny_model(spec, folder.file("tiny.gguf"));
  TrainerOptions options = agreement_options(folder.file("tiny.gguf"), ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), {});
  const char* separator = "[";
  options.step_tokens = 300;
  for (int64_t budget = int64_t{256} << 20;;) {
    options.device_budget_bytes = budget;
    try {
      Trainer trainer(options);
      const device::DevicePlan plan = trainer.device()->plan();
      // Sequences of the maximum length, as many as the plan has room for.
      std::vector<Row> rows;
      for (int64_t at = 0; at < plan.micro_batch_tokens; at += spec.n_ctx)
        rows.push_back({random_tokens(spec.n_ctx, spec.n_vocab, (uint64_t)at), {0}, std::vector<float>((size_t)spec.n_ctx, 1.0f)});
      trainer.gradients(rows);
      printf("%s{\"planned\":%lld,\"allocated\":%lld,\"tokens\":%lld}", separator, (long long)plan.total_bytes(),
             (long long)trainer.device()->allocated_bytes(), (long long)plan.micro_batch_tokens);
      separator = ",";
      if (options.step_tokens == 0) budget = budget * 4 / 5;
      options.step_tokens = 0;
    } catch (const DeviceError&) {
      break;
    }
  }
  printf("]\n");
  return 0;
}
