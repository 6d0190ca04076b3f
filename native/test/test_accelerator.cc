// libllama with the trainer's products, against libllama alone on the same weights as F32: the error of a prompt's logits with and without
// them, whether they change anything for batches other than prompts, and with how many threads. Prints one JSON object.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "convert_gguf.h"
#include "inference/accelerator.h"
#include "llama_reference.h"
#include "tiny_model.h"

using namespace repotune;
using namespace repotune::test;

namespace {

constexpr size_t kPrompt = 100, kFew = 31;
/** The error in logits that rounding rows to 16 bits may cause. */
constexpr double kRounded = 0.012;

/** Of a prompt of `kPrompt` tokens. `together`: tokens evaluated at once, 0 for all. */
std::vector<float> logits_of(const std::string& path, size_t together = 0, int threads = 1) {
  const LlamaReference model(path, "", threads);
  return model.logits(random_tokens(kPrompt, model.vocabulary_size(), 9), together);
}

struct Case {
  /** `exact`: the same weights as F32, with which nothing is rounded. */
  std::string path, exact;
};

std::vector<Case> cases(const TemporaryFolder& folder) {
  std::vector<Case> found;
  for (const TinySpec& spec : tiny_specs()) {
    const std::string f32 = folder.file(spec.label + ".gguf"), path = f32 + ".bf16", exact = f32 + ".exact";
    write_tiny_model(spec, f32);
    convert_gguf(f32, path, GGML_TYPE_BF16);
    convert_gguf(path, exact, GGML_TYPE_F32);
    found.push_back({path, exact});
  }
  // Rows that are multiples of the largest block.
  TinySpec wide;
  wide.arch = "llama";
  wide.n_embd = 256;
  wide.n_ff = 512;
  wide.head_dim = 64;
  const std::string f32 = folder.file("wide.gguf");
  write_tiny_model(wide, f32);
  for (const ggml_type type :
       {GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K}) {
    const std::string path = folder.file(std::string(ggml_type_name(type)) + ".gguf"), exact = path + ".f32";
    convert_gguf(f32, path, type);
    convert_gguf(path, exact, GGML_TYPE_F32);
    found.push_back({path, exact});
  }
  return found;
}

/** The largest difference, relative to the largest |logit|. */
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0, largest = 0;
  for (size_t i = 0; i < a.size(); i++) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return INFINITY;
    most = std::max(most, std::abs((double)a[i] - b[i]));
    largest = std::max(largest, std::abs((double)b[i]));
  }
  return most / largest;
}

}  // namespace

int main() {
  const TemporaryFolder folder;
  const std::vector<Case> all = cases(folder);
  std::vector<std::vector<float>> exact, before, few_before;
  for (const Case& one : all) {
    before.push_back(logits_of(one.path));
    few_before.push_back(logits_of(one.path, kFew));
    exact.push_back(logits_of(one.exact));
  }
  inference::register_accelerator();
  double beyond = -INFINITY, change = 0, few = 0, threads = 0;
  for (size_t i = 0; i < all.size(); i++) {
    const std::string& path = all[i].path;
    const std::vector<float> with = logits_of(path);
    const double without = difference(before[i], exact[i]);
    beyond = std::max(beyond, difference(with, exact[i]) - std::max(without, kRounded));
    change = std::max(change, difference(with, before[i]));
    few = std::max(few, difference(logits_of(path, kFew), few_before[i]));
    // Only here: libllama's threads wait for each other with their processors busy.
    threads = std::max(threads, difference(logits_of(path, 0, 2), with));
  }
  printf("{\"serves\":%s,\"models\":%zu,\"beyond\":%g,\"change\":%g,\"few\":%g,\"threads\":%g}\n",
         ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_ACCEL) ? "true" : "false", all.size(), beyond, change, few, threads);
}
