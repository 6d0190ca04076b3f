// A training step on a device against the CPU's: every adapter gradient over architectures and weight types, with the device's operations
// and with only Metal's; at the vocabulary and width of a real model; and the losses of thirty steps. Prints one JSON object.
// usage: check_gpu TOKENS [--brief] cpu|bfloat16|metal|PLUGIN...
// TOKENS with loss for the comparison at the real shape; --brief: one model of each architecture and few types; ggml's CPU backend, the
// same with weights in bfloat16, which computes what CUDA does, Metal, which is part of its platform's libraries, or GPU plug-ins to load
// (libggml-vulkan.so, libggml-cuda.so): the first with a device counts.
// Where weights are in bfloat16, the graphs are compared with weights in halves, and bfloat16 itself with the error that the CPU backend
// makes in it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "convert_gguf.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "kernels/matmul.h"

using namespace repotune;
using namespace repotune::test;

namespace {

constexpr int64_t kTokens = 60;

ggml_backend_dev_t cpu_backend() {
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

ggml_backend_dev_t device_of(int argc, char** argv) {
  inference::capture_log();
  for (int i = 2; i < argc; i++) {
    if (!strcmp(argv[i], "--brief")) continue;
    if (!strcmp(argv[i], "cpu") || !strcmp(argv[i], "bfloat16")) return cpu_backend();
    if (!strcmp(argv[i], "metal")) {
      inference::load_cpu_backends(REPOTUNE_LIBRARIES);
      const auto found = inference::devices_of("metal");
      if (!found.empty()) return found.front();
      continue;
    }
    ggml_backend_reg_t reg = ggml_backend_load(argv[i]);
    if (reg && ggml_backend_reg_dev_count(reg) > 0) return ggml_backend_reg_dev_get(reg, 0);
  }
  return nullptr;
}

device::ExecutorOptions with_weights(ggml_type type) {
  device::ExecutorOptions options;
  options.unpacked_type = type;
  return options;
}

TinySpec wide_spec() {
  TinySpec wide;
  wide.label = "llama, 256 wide";
  wide.arch = "llama";
  wide.n_embd = 256;
  wide.n_ff = 512;
  wide.head_dim = 64;
  wide.n_layer = 1;
  return wide;
}

Agreement over_models(const TemporaryFolder& folder, ggml_backend_dev_t device, const device::ExecutorOptions& executor, bool brief) {
  const std::string path = folder.file("tiny.gguf"), typed = folder.file("typed.gguf");
  Agreement total;
  for (const auto& spec : tiny_specs()) {
    if (brief && spec.label != spec.arch) continue;
    write_tiny_model(spec, path);
    total.take(spec.label, agreement(path, device, executor, kTokens));
  }
  for (const auto& spec : wide_ranging_specs()) {
    if (brief) break;
    write_tiny_model(spec, path);
    total.take(spec.label, agreement(path, device, executor, kTokens));
  }
  // Longer than a chunk of queries: the second chunk sees only part of the keys.
  TinySpec longer;
  longer.arch = "qwen2";
  longer.n_embd = 128;
  longer.n_head = 2;
  longer.head_dim = 64;
  longer.n_layer = 1;
  longer.n_ctx = 1024;
  longer.biases = longer.tied = true;
  write_tiny_model(longer, path);
  total.take("two rows of 640 tokens", agreement(path, device, executor, 640));
  write_tiny_model(wide_spec(), path);
  for (const ggml_type type :
       {GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_IQ4_NL,
        GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K, GGML_TYPE_IQ4_XS}) {
    if (brief && type != GGML_TYPE_Q4_0 && type != GGML_TYPE_IQ4_NL && type != GGML_TYPE_Q4_K) continue;
    convert_gguf(path, typed, type);
    total.take(ggml_type_name(type), agreement(typed, device, executor, kTokens));
  }
  return total;
}

/** Qwen2.5-0.5B's vocabulary and width: a step's gradients are smallest where the vocabulary and the tokens are many. */
Agreement at_real_shape(const TemporaryFolder& folder, ggml_backend_dev_t device, const device::ExecutorOptions& executor, int64_t tokens) {
  TinySpec spec;
  spec.arch = "qwen2";
  spec.n_embd = 896;
  spec.n_ff = 512;
  spec.n_head = 14;
  spec.head_dim = 64;
  spec.n_layer = 1;
  spec.n_vocab = 151936;
  spec.n_ctx = std::max<int64_t>(1024, tokens);
  spec.biases = spec.tied = true;
  spec.matrices = GGML_TYPE_Q4_0;  // lavapipe binds 128 MB at once
  const std::string path = folder.file("real.gguf");
  write_tiny_model(spec, path);
  return agreement(path, device, executor, tokens / 2 + tokens / 8);  // of two rows, in which not all tokens carry loss
}

/** Largest difference of thirty steps' losses between the device and the CPU, in percent, and by how much the loss fell. */
struct Curve {
  double difference_percent = 0, fall_percent = 0;
};
Curve loss_curve(const TemporaryFolder& folder, ggml_backend_dev_t device, const device::ExecutorOptions& executor) {
  constexpr int kSteps = 30;
  constexpr double kRate = 5e-3;
  const std::string exact = folder.file("curve.gguf"), path = folder.file("curve-q4_0.gguf");
  write_tiny_model(wide_spec(), exact);
  convert_gguf(exact, path, GGML_TYPE_Q4_0);
  std::vector<double> losses[2];
  for (const bool on_device : {false, true}) {
    Trainer trainer(agreement_options(path, on_device ? device : nullptr, executor));
    const auto rows = agreement_rows(kTokens, trainer.model().n_vocab);
    for (int i = 0; i < kSteps; i++) losses[on_device].push_back(trainer.step(rows, kRate).loss);
  }
  Curve curve;
  for (int i = 0; i < kSteps; i++) {
    const double difference = 100 * std::fabs(losses[1][(size_t)i] / losses[0][(size_t)i] - 1);
    if (difference > curve.difference_percent || std::isnan(difference)) curve.difference_percent = difference;
  }
  curve.fall_percent = 100 * (1 - losses[0].back() / losses[0].front());
  return curve;
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t real_tokens = argc > 1 ? atoll(argv[1]) : 0;
  const bool brief = argc > 2 && !strcmp(argv[2], "--brief");
  ggml_backend_dev_t device = device_of(argc, argv);
  if (!device) {
    fprintf(stderr, "check_gpu: no device. Install a driver; for Mesa's lavapipe set GGML_VK_VISIBLE_DEVICES=0.\n");
    return 1;
  }
  const TemporaryFolder folder;
  try {
    select_kernels("reference");
    const bool as_cuda = !strcmp(argv[argc - 1], "bfloat16");
    const device::ExecutorOptions trained = as_cuda ? with_weights(GGML_TYPE_BF16) : device::ExecutorOptions{};
    const bool in_bfloat16 = device::Executor(device, trained).unpacked_type() == GGML_TYPE_BF16;
    const device::ExecutorOptions exact = in_bfloat16 ? with_weights(GGML_TYPE_F16) : trained;
    device::ExecutorOptions metal = exact;
    metal.metal_operations = true;
    const Agreement total = over_models(folder, device, exact, brief), of_metal = over_models(folder, device, metal, brief);
    const Curve curve = loss_curve(folder, device, exact);
    select_kernels("f32");
    const Agreement real = at_real_shape(folder, device, trained, real_tokens);
    printf(
        "{\"device\":\"%s\",\"description\":\"%s\",\"tensors\":%d,\"gradientRelativeError\":%.6e,\"gradientCosine\":%.8f,\"worst\":\"%s\","
        "\"metalRelativeError\":%.6e,\"metalWorst\":\"%s\",\"realShapeTokens\":%lld,\"realShapeRelativeError\":%.6e,"
        "\"lossCurveDifferencePercent\":%.6f,\"lossFallPercent\":%.3f",
        ggml_backend_dev_name(device), ggml_backend_dev_description(device), total.tensors, total.relative_error, total.cosine,
        total.worst.c_str(), of_metal.relative_error, of_metal.worst.c_str(), (long long)real_tokens, real.relative_error,
        curve.difference_percent, curve.fall_percent);
    if (in_bfloat16) {
      select_kernels("reference");
      const Agreement found = over_models(folder, device, trained, brief),
                      expected = over_models(folder, cpu_backend(), with_weights(GGML_TYPE_BF16), brief);
      printf(",\"bfloat16\":{\"relativeError\":%.6e,\"expectedRelativeError\":%.6e,\"lossCurveDifferencePercent\":%.6f}",
             found.relative_error, expected.relative_error, loss_curve(folder, device, trained).difference_percent);
    }
    printf("}\n");
  } catch (const std::exception& error) {
    fprintf(stderr, "check_gpu: %s\n", error.what());
    return 1;
  }
  return 0;
}
