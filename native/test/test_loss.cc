// test_loss: the head's loss and its gradient by every kernel variant of this machine against the plain reference, over shapes: several
// chunks, ragged vocabularies, labels whose logit is far below the largest, negative weights. What is no number in the weights must show in
// the loss. The last line is JSON.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "common/random.h"
#include "kernels/elementwise.h"
#include "kernels/matmul.h"
#include "trainer/cpu/loss.h"

using namespace repotune;

namespace {

struct Variant {
  const char* name;
  /** Largest ||gradient - reference|| over the reference's norm. Operands are exact in bfloat16; the probabilities are rounded to it. */
  double bound;
};
constexpr Variant kVariants[] = {{"portable", 5e-5},   {"neon", 5e-5},         {"avx2", 5e-5}, {"avx512", 5e-5},
                                 {"avx512bf16", 4e-3}, {"amx-emulated", 4e-3}, {"amx", 4e-3}};
/** Relative error of the loss: nothing in it is rounded to 16 bits. */
constexpr double kLossBound = 1e-5;

struct Case {
  const char* what;
  int64_t rows, n_embd, n_vocab;
  /** Weights are eighths, up to this many. The logits' deviation is about half of it. */
  float eighths;
};
constexpr Case kCases[] = {{"one row", 1, 64, 70, 1},
                           {"ragged", 33, 64, 1001, 1},
                           {"even", 64, 96, 512, 1},
                           {"several chunks", 700, 32, 80000, 1},
                           {"far labels", 40, 64, 300, 200}};

struct Results {
  double loss;
  std::vector<float> d;
};

/** One weight of a token that no row is to predict. */
struct Poison {
  const char* what;
  uint32_t bits;
};
constexpr Poison kPoisons[] = {{"infinite", 0x7f800000}, {"-infinite", 0xff800000}, {"NaN", 0x7fc00000}, {"the highest NaN", 0x7fffffff}};

Results compute(Pool& pool, const Case& c, const Poison* poison = nullptr) {
  std::vector<float> weights((size_t)(c.n_vocab * c.n_embd)), hidden((size_t)(c.rows * c.n_embd));
  for (size_t i = 0; i < weights.size(); i++) weights[i] = std::round((2 * uniform(1, i) - 1) * c.eighths) / 8;
  if (poison) memcpy(&weights[(size_t)((c.n_vocab - 1) * c.n_embd + 1)], &poison->bits, sizeof poison->bits);
  // Entries of magnitude 1: the norm changes and rounds nothing.
  for (size_t i = 0; i < hidden.size(); i++) hidden[i] = uniform(2, i) < 0.5f ? -1.0f : 1.0f;
  TrainerModel model;
  model.n_embd = c.n_embd;
  model.n_vocab = c.n_vocab;
  model.rms_eps = 0;
  model.output_norm.assign((size_t)c.n_embd, 1.0f);
  model.head = {GGML_TYPE_F32, weights.data(), c.n_vocab, c.n_embd};
  std::vector<LossRow> rows;
  for (int64_t r = 0; r < c.rows; r++) rows.push_back({r, (int32_t)((r * 7919) % c.n_vocab), r % 3 == 0 ? 0.25f : r % 5 == 4 ? -0.5f : 1.0f});
  Results results{0, std::vector<float>(hidden.size())};
  LossScratch scratch;
  const std::atomic<bool> cancel{false};
  results.loss = cross_entropy(pool, model, rows, hidden.data(), c.rows, 0.5f, results.d.data(), scratch, cancel);
  // Without a gradient the loss is the same.
  const double alone = cross_entropy(pool, model, rows, hidden.data(), c.rows, 0, nullptr, scratch, cancel);
  if (alone != results.loss) results.loss = NAN;
  return results;
}

double relative_error(const std::vector<float>& got, const std::vector<float>& want) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < want.size(); i++) {
    difference += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
    norm += (double)want[i] * want[i];
  }
  return std::isfinite(difference) ? std::sqrt(difference / norm) : INFINITY;
}

}  // namespace

int main() {
  std::string json;
  Pool two(2);
  select_kernels("reference");
  std::vector<Results> references;
  for (const Case& c : kCases) references.push_back(compute(two, c));
  for (const Variant& variant : kVariants) {
    if (strcmp(select_kernels(variant.name), variant.name)) continue;
    double worst = 0, worst_loss = 0;
    std::string where;
    for (size_t i = 0; i < references.size(); i++) {
      const Case& c = kCases[i];
      const Results& want = references[i];
      const Results got = compute(two, c);
      const double error = relative_error(got.d, want.d), loss_error = std::fabs(got.loss / want.loss - 1);
      if (!(error < worst)) worst = error, where = c.what;
      if (!(loss_error < worst_loss)) worst_loss = loss_error;
    }
    std::string hidden;
    for (const Poison& poison : kPoisons)
      if (std::isfinite(compute(two, kCases[1], &poison).loss)) hidden += std::string(hidden.empty() ? "" : ", ") + poison.what;
    char line[320];
    snprintf(line, sizeof line,
             "%s{\"name\":\"%s\",\"worst\":%.3g,\"where\":\"%s\",\"bound\":%g,\"worstLoss\":%.3g,\"lossBound\":%g,\"hidden\":\"%s\"}",
             json.empty() ? "" : ",", variant.name, worst, where.c_str(), variant.bound, worst_loss, kLossBound, hidden.c_str());
    json += line;
  }
  printf("{\"variants\":[%s]}\n", json.c_str());
  return 0;
}
