// A real quantized model: the training forward's next-token distributions against libllama's, on real text. libllama's CPU kernels round
// activations to 8 bits, and that rounding is chaotic: two ways of batching the same tokens already differ. So there are three figures:
// against the file's weights with F32 activations (which the forward must match), against the file as libllama serves it, and libllama
// against itself, token by token versus all at once. Prints one JSON object. usage: check_model MODEL.gguf TEXT_FILE [TOKENS [THREADS]]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "convert_gguf.h"
#include "llama_reference.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

/** Tokens per window: enough for every layer type, few enough that logits of a large vocabulary fit. */
constexpr size_t kWindow = 256;

/** Natural log of the sum of exponentials. */
double log_sum(const float* z, size_t n) {
  double top = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++) top = std::max(top, (double)z[i]);
  for (size_t i = 0; i < n; i++) sum += std::exp(z[i] - top);
  return top + std::log(sum);
}

/** KL(p || q) in nats of two rows of logits. */
double divergence(const float* p, const float* q, size_t n) {
  const double p_sum = log_sum(p, n), q_sum = log_sum(q, n);
  double kl = 0;
  for (size_t i = 0; i < n; i++) kl += std::exp(p[i] - p_sum) * ((p[i] - p_sum) - (q[i] - q_sum));
  return kl;
}

struct Agreement {
  double kl = 0;
  size_t agree = 0, rows = 0;
  void add(const std::vector<float>& expected, const std::vector<float>& ours, size_t n) {
    for (size_t at = 0; at < expected.size(); at += n, rows++) {
      const float *p = expected.data() + at, *q = ours.data() + at;
      kl += divergence(p, q, n);
      agree += std::max_element(p, p + n) - p == std::max_element(q, q + n) - q;
    }
  }
  double mean_kl() const { return kl / (double)rows; }
  double top1_percent() const { return 100.0 * (double)agree / (double)rows; }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: check_model MODEL.gguf TEXT_FILE [TOKENS [THREADS]]\n");
    return 2;
  }
  const size_t wanted = argc > 3 ? (size_t)atol(argv[3]) : 256;
  const int threads = argc > 4 ? atoi(argv[4]) : 2;
  try {
    std::ifstream in(argv[2], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const LlamaReference reference(argv[1], "", threads);
    std::vector<int32_t> tokens = reference.tokenize(text);
    tokens.resize(std::min(tokens.size(), wanted));
    TrainerOptions options;
    options.model.path = argv[1];
    options.model.max_positions = kWindow;
    options.model.threads = threads;
    options.rank = 1;  // B is zero: the base alone
    Trainer trainer(options);
    TemporaryFolder folder;
    const std::string f32 = folder.file("f32.gguf");
    convert_gguf(argv[1], f32, GGML_TYPE_F32);
    const LlamaReference exact(f32, "", threads);
    const size_t n_vocab = (size_t)trainer.model().n_vocab;
    Agreement same_weights, same_file, itself;
    for (size_t at = 0; at + 2 <= tokens.size(); at += kWindow) {
      const std::vector<int32_t> window(tokens.begin() + (long)at, tokens.begin() + (long)std::min(at + kWindow, tokens.size()));
      const auto ours = trainer.logits(window), served = reference.logits(window);
      same_weights.add(exact.logits(window), ours, n_vocab);
      same_file.add(served, ours, n_vocab);
      if (at == 0) itself.add(served, reference.logits(window, 1), n_vocab);
    }
    printf(
        "{\"tokens\":%zu,\"type\":\"%s\",\"meanKl\":%.6e,\"top1AgreementPercent\":%.4f,\"meanKlRoundedActivations\":%.6e,"
        "\"top1RoundedActivationsPercent\":%.4f,\"meanKlLibllamaToItself\":%.6e,\"top1LibllamaToItselfPercent\":%.4f}\n",
        same_weights.rows, ggml_type_name(trainer.model().linear_type), same_weights.mean_kl(), same_weights.top1_percent(),
        same_file.mean_kl(), same_file.top1_percent(), itself.mean_kl(), itself.top1_percent());
  } catch (const std::exception& error) {
    fprintf(stderr, "check_model: %s\n", error.what());
    return 1;
  }
  return 0;
}
