// The training forward's logits, adapter included, against libllama's on an F32 copy of the (dequantized) weights. The difference is the
// largest, relative to the largest |logit|. Prints one JSON object.
// usage: check_parity [MODEL.gguf ...]   real models to compare besides the tiny ones, on their first 200 random tokens
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "convert_gguf.h"
#include "llama_reference.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

struct Difference {
  double reference = 0, kernels = 0, integer = 0;
};

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, largest = 0;
  for (size_t i = 0; i < a.size(); i++) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return INFINITY;
    difference = std::max(difference, std::abs((double)a[i] - b[i]));
    largest = std::max(largest, std::abs((double)b[i]));
  }
  return largest > 0 ? difference / largest : INFINITY;
}

void randomize_adapter(Trainer& trainer, int64_t rank) {
  uint64_t counter = 0;
  for (const auto& layer : trainer.layers())
    for (const auto& linear : layer.linear)
      for (int64_t i = 0; i < linear.w.n_out * rank; i++)
        trainer.parameters()[(size_t)(linear.b + i)] = 0.05f * (2 * uniform(5, counter++) - 1);
}

Difference compare(const std::string& path, const TemporaryFolder& folder, int64_t count) {
  const std::string f32 = folder.file("f32.gguf"), adapter = folder.file("adapter.gguf");
  convert_gguf(path, f32, GGML_TYPE_F32);
  TrainerOptions options;
  options.model.path = path;
  options.rank = 8;
  options.alpha = 16;
  Trainer trainer(options);
  randomize_adapter(trainer, options.rank);
  trainer.export_adapter(adapter);
  const LlamaReference reference(f32, adapter);
  const auto tokens = random_tokens(std::min(count, trainer.model().n_ctx), trainer.model().n_vocab, 9);
  const auto expected = reference.logits(tokens);
  Difference d;
  select_kernels("reference");
  d.reference = largest_difference(trainer.logits(tokens), expected);
  // The kernels that a run would choose, or if those are integers, the best that are not.
  if (!strncmp(select_kernels("auto"), "integer", 7)) select_kernels("f32");
  d.kernels = largest_difference(trainer.logits(tokens), expected);
  for (const char* name : {"integer-avx512vnni", "integer-avxvnni", "integer-avx2", "integer-dotprod", "integer-portable"})
    if (!strcmp(select_kernels(name), name)) d.integer = std::max(d.integer, largest_difference(trainer.logits(tokens), expected));
  return d;
}

}  // namespace

int main(int argc, char** argv) {
  TemporaryFolder folder;
  Difference worst;
  std::string table;
  const auto record = [&](const std::string& label, const char* type, const Difference& d) {
    worst.reference = std::max(worst.reference, d.reference);
    worst.kernels = std::max(worst.kernels, d.kernels);
    worst.integer = std::max(worst.integer, d.integer);
    char line[512];
    snprintf(line, sizeof line, "%s{\"model\":\"%s\",\"type\":\"%s\",\"reference\":%.3e,\"kernels\":%.3e,\"integer\":%.3e}",
             table.empty() ? "" : ",", label.c_str(), type, d.reference, d.kernels, d.integer);
    table += line;
  };
  try {
    for (const auto& spec : tiny_specs()) {
      const std::string path = folder.file("tiny.gguf");
      write_tiny_model(spec, path);
      record(spec.label, "f32", compare(path, folder, 100));
    }
    // Every base type, on rows that are multiples of the largest block.
    TinySpec wide;
    wide.label = "llama, 256 wide";
    wide.arch = "llama";
    wide.n_embd = 256;
    wide.n_ff = 512;
    wide.head_dim = 64;
    const std::string f32 = folder.file("wide.gguf"), typed = folder.file("typed.gguf");
    write_tiny_model(wide, f32);
    for (const ggml_type type :
         {GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_IQ4_NL, GGML_TYPE_Q4_K, GGML_TYPE_Q6_K, GGML_TYPE_Q4_1,
          GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q5_K, GGML_TYPE_IQ4_XS, GGML_TYPE_MXFP4}) {
      convert_gguf(f32, typed, type);
      record(wide.label, ggml_type_name(type), compare(typed, folder, 100));
    }
    for (int i = 1; i < argc; i++) {
      const std::string path = argv[i];
      record(path.substr(path.find_last_of("/\\") + 1), "as-is", compare(path, folder, 200));
    }
  } catch (const std::exception& error) {
    fprintf(stderr, "check_parity: %s\n", error.what());
    return 1;
  }
  printf("{\"maxDifferenceReference\":%.6e,\"maxDifferenceKernels\":%.6e,\"maxDifferenceInteger\":%.6e,\"models\":[%s]}\n", worst.reference,
         worst.kernels, worst.integer, table.c_str());
  return 0;
}
