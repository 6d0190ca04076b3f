// Every adapter gradient with the weight products on a device against the CPU reference's, over architectures and weight
// types, and at the vocabulary and width of a real model. Prints one JSON object.
// usage: check_gpu TOKENS PLUGIN...   tokens of the comparison at the real shape; GPU plug-ins to load (libggml-vulkan.so, libggml-cuda.so)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "convert_gguf.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

struct Agreement {
  double relative_error = 0, cosine = 1;
  std::string worst;
  int tensors = 0;
};

std::vector<float> gradient_of(const std::string& path, ggml_backend_dev_t device, int64_t tokens) {
  TrainerOptions options;
  options.model.path = path;
  options.rank = 4;
  options.alpha = 8;
  options.device = device;
  Trainer trainer(options);
  uint64_t counter = 0;
  for (const auto& layer : trainer.layers())
    for (const auto& linear : layer.linear)
      for (int64_t i = 0; i < linear.w.n_out * options.rank; i++)
        trainer.parameters()[(size_t)(linear.b + i)] = 0.1f * (2 * uniform(5, counter++) - 1);
  std::vector<Row> rows;
  for (uint64_t r = 0; r < 2; r++)
    rows.push_back({random_tokens(tokens, trainer.model().n_vocab, r), {0}, std::vector<float>((size_t)tokens, 1.0f)});
  trainer.gradients(rows);
  return trainer.gradient();
}

void compare(const std::string& label, const std::string& path, ggml_backend_dev_t device, Agreement& total, int64_t tokens = 60) {
  const auto expected = gradient_of(path, nullptr, tokens), found = gradient_of(path, device, tokens);
  TrainerOptions options;
  options.model.path = path;
  options.rank = 4;
  const Trainer layout(options);  // the same offsets
  for (const auto& layer : layout.model().layers)
    for (const auto& linear : layer.linear)
      for (const bool b : {false, true}) {
        const int64_t at = b ? linear.b : linear.a, n = options.rank * (b ? linear.w.n_out : linear.w.n_in);
        double difference = 0, square = 0, other = 0, product = 0;
        for (int64_t i = at; i < at + n; i++) {
          const double e = expected[(size_t)i], f = found[(size_t)i];
          difference += (e - f) * (e - f);
          square += e * e;
          other += f * f;
          product += e * f;
        }
        const double error = std::sqrt(difference / square);
        total.tensors++;
        total.cosine = std::min(total.cosine, product / std::sqrt(square * other));
        if (!(error <= total.relative_error)) {
          total.relative_error = error;
          total.worst = label + " " + linear.name;
        }
      }
}

/** Qwen2.5-0.5B's vocabulary and width: a step's gradients are smallest where the vocabulary and the tokens are many. */
Agreement at_real_shape(const TemporaryFolder& folder, ggml_backend_dev_t device, int64_t tokens) {
  TinySpec spec;
  spec.label = "vocabulary of 151,936";
  spec.arch = "qwen2";
  spec.n_embd = 896;
  spec.n_ff = 512;
  spec.n_head = 14;
  spec.head_dim = 64;
  spec.n_layer = 1;
  spec.n_vocab = 151936;
  spec.n_ctx = 1024;
  spec.biases = spec.tied = true;
  const std::string exact = folder.file("real.gguf"), path = folder.file("real-q4_0.gguf");
  write_tiny_model(spec, exact);
  convert_gguf(exact, path, GGML_TYPE_Q4_0);  // lavapipe binds 128 MB at once
  Agreement agreement;
  compare(spec.label, path, device, agreement, tokens / 2);  // of two rows
  return agreement;
}

}  // namespace

int main(int argc, char** argv) {
  ggml_backend_dev_t device = nullptr;
  const int64_t real_tokens = argc > 1 ? atoll(argv[1]) : 0;
  for (int i = 2; i < argc && !device; i++) {
    ggml_backend_reg_t reg = ggml_backend_load(argv[i]);
    if (reg && ggml_backend_reg_dev_count(reg) > 0) device = ggml_backend_reg_dev_get(reg, 0);
  }
  if (!device) {
    fprintf(stderr, "check_gpu: no device. Install a driver; for Mesa's lavapipe set GGML_VK_VISIBLE_DEVICES=0.\n");
    return 1;
  }
  select_kernels("reference");
  TemporaryFolder folder;
  Agreement total, real;
  try {
    const std::string path = folder.file("tiny.gguf"), typed = folder.file("typed.gguf");
    for (const char* arch : {"llama", "qwen2", "qwen3", "gemma3"}) {
      for (const auto& spec : tiny_specs()) {
        if (spec.label != arch) continue;
        write_tiny_model(spec, path);
        compare(spec.label, path, device, total);
      }
    }
    TinySpec wide;
    wide.label = "llama, 256 wide";
    wide.arch = "llama";
    wide.n_embd = 256;
    wide.n_ff = 512;
    wide.head_dim = 64;
    wide.n_layer = 1;
    write_tiny_model(wide, path);
    for (const ggml_type type :
         {GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_IQ4_NL, GGML_TYPE_Q4_K, GGML_TYPE_Q6_K}) {
      convert_gguf(path, typed, type);
      compare(ggml_type_name(type), typed, device, total);
    }
    select_kernels("f32");
    real = at_real_shape(folder, device, real_tokens);
  } catch (const std::exception& error) {
    fprintf(stderr, "check_gpu: %s\n", error.what());
    return 1;
  }
  printf(
      "{\"device\":\"%s\",\"description\":\"%s\",\"tensors\":%d,\"gradientRelativeError\":%.6e,\"gradientCosine\":%.8f,\"worst\":\"%s\","
      "\"realShapeTokens\":%lld,\"realShapeRelativeError\":%.6e}\n",
      ggml_backend_dev_name(device), ggml_backend_dev_description(device), total.tensors, total.relative_error, total.cosine,
      total.worst.c_str(), (long long)real_tokens, real.relative_error);
  return 0;
}
