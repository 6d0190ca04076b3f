// Whole models whose products hold their operands in half precision, as Vulkan's and Metal's do, on ggml's CPU backend: no gradient may be
// lost below what halves hold, or end in infinity above it. Prints one JSON object: the largest relative error.
#include <algorithm>
#include <cstdio>

#include "common/errors.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "kernels/matmul.h"
#include "tiny_model.h"

using namespace repotune;
using namespace repotune::test;

namespace {

/** A row in which only the last tokens carry loss. */
std::vector<Row> sparse_rows(int64_t tokens, int64_t with_loss, int64_t n_vocab) {
  Row row{random_tokens(tokens, n_vocab, 3), {0}, std::vector<float>((size_t)tokens, 0.0f)};
  std::fill(row.loss_weights.end() - with_loss, row.loss_weights.end(), 1.0f);
  return {row};
}

}  // namespace

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  select_kernels("reference");
  const TemporaryFolder folder;
  const std::string path = folder.file("tiny.gguf");
  device::ExecutorOptions halves;
  halves.half_operands = true;
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  Agreement worst;
  try {
    for (const auto& specs : {tiny_specs(), wide_ranging_specs()})
      for (const TinySpec& spec : specs) {
        write_tiny_model(spec, path);
        worst.take(spec.label, agreement(path, cpu, halves, 60));
      }
    // A few tokens with loss among many without.
    TinySpec sparse = tiny_specs()[0];
    sparse.n_ctx = 2048;
    write_tiny_model(sparse, path);
    Trainer trainer(agreement_options(path, cpu, halves));
    worst.take("few tokens with loss", agreement(trainer, path, sparse_rows(sparse.n_ctx, 2, sparse.n_vocab)));
  } catch (const UserError& error) {  // a loss or a gradient that is no number
    fprintf(stderr, "test_device_halves: %s\n", error.what());
    return 1;
  }
  printf("{\"tensors\":%d,\"relativeError\":%.3e,\"worst\":\"%s\"}\n", worst.tensors, worst.relative_error, worst.worst.c_str());
  return 0;
}
