// Every adapter gradient against central finite differences of the loss, on tiny F32 models of every architecture.
// Prints one JSON object. usage: check_gradients [--directions N]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

struct Worst {
  double error = 0;
  std::string where;
};

/** Rows as in training: two packed sequences and a single one, some tokens without loss, some with weight one half. */
std::vector<Row> rows_for(const TinySpec& spec) {
  Row packed{random_tokens(26, spec.n_vocab, 1), {0, 11}, {}}, single{random_tokens(17, spec.n_vocab, 2), {0}, {}};
  for (size_t i = 0; i < 26; i++) packed.loss_weights.push_back(i == 0 || i == 11 || i % 5 == 3 ? 0.0f : i % 3 ? 1.0f : 0.5f);
  for (size_t i = 0; i < 17; i++) single.loss_weights.push_back(i < 4 ? 0.0f : 1.0f);
  return {packed, single};
}

/** The same with texts to be made less likely: the second packed sequence, and the end of the single one. */
std::vector<Row> signed_rows_for(const TinySpec& spec) {
  std::vector<Row> rows = rows_for(spec);
  for (size_t i = 11; i < 26; i++) rows[0].loss_weights[i] *= -1.5f;
  for (size_t i = 10; i < 17; i++) rows[1].loss_weights[i] *= -0.25f;
  return rows;
}

/** The magnitudes of the weights of one sign, as `evaluate` needs them. */
std::vector<Row> of_sign(std::vector<Row> rows, float sign) {
  for (Row& row : rows)
    for (float& weight : row.loss_weights) weight = std::max(0.0f, sign * weight);
  return rows;
}

/**
 * d loss / d step along v at 0. Central differences D(h) at halving steps, each pair extrapolated to (4 D(h/2) - D(h)) / 3; large steps
 * suffer from curvature, small ones from F32 rounding, so the first two extrapolations that agree are used, or else the two that agree
 * best.
 */
template <typename Loss>
double slope_along(Trainer& trainer, Loss loss_of, int64_t at, const std::vector<float>& v, double scale) {
  constexpr double kLongestStep = 0.12;  // some ten percent of a tensor's norm
  constexpr int kHalvings = 4;
  constexpr double kAgree = 3e-3;
  std::vector<float>& p = trainer.parameters();
  const std::vector<float> kept(p.begin() + at, p.begin() + at + (int64_t)v.size());
  const auto loss = [&](double step) {
    for (size_t i = 0; i < v.size(); i++) p[(size_t)at + i] = (float)(kept[i] + step * v[i]);
    return loss_of();
  };
  double h = kLongestStep / std::sqrt((double)v.size()), wide = (loss(h) - loss(-h)) / (2 * h), previous = NAN, best = NAN, gap = INFINITY;
  for (int i = 0; i < kHalvings; i++) {
    h /= 2;
    const double narrow = (loss(h) - loss(-h)) / (2 * h), slope = (4 * narrow - wide) / 3;
    if (std::abs(slope - previous) < gap) {
      gap = std::abs(slope - previous);
      best = slope;
    }
    if (gap <= kAgree * std::max(std::abs(slope), scale)) break;
    previous = slope;
    wide = narrow;
  }
  std::copy(kept.begin(), kept.end(), p.begin() + at);
  return best;
}

constexpr std::initializer_list<const char*> kOf8Bits = {"integer-dotprod", "integer-avxvnni", "integer-avx512vnni"};
constexpr std::initializer_list<const char*> kOf7Bits = {"integer-portable", "integer-avx2"};

/** Selects the kernels; returns whether this machine can run them. */
bool has_kernels(const char* name) { return !strcmp(select_kernels(name), name); }

/**
 * The whole gradient by integer kernels against the reference's: worst ||difference|| / ||reference||. Not per tensor, since the small
 * ones, of queries and keys, are differences of large terms that are rounded to 8 or 7 bits.
 */
void compare_integer_kernels(std::initializer_list<const char*> names, Trainer& trainer, const std::vector<Row>& rows, const TinySpec& spec,
                             const std::vector<float>& reference, Worst& worst) {
  for (const char* name : names) {
    if (!has_kernels(name)) continue;
    trainer.gradients(rows);
    double difference = 0, norm = 0;
    for (size_t i = 0; i < reference.size(); i++) {
      difference += ((double)trainer.gradient()[i] - reference[i]) * ((double)trainer.gradient()[i] - reference[i]);
      norm += (double)reference[i] * reference[i];
    }
    const double error = std::sqrt(difference / norm);
    if (error > worst.error || std::isnan(error)) worst = {error, std::string(name) + ", " + spec.label};
  }
  select_kernels("reference");
}

/** The gradient by every other kernel of this machine against the reference's: worst ||difference|| / ||reference|| per tensor. */
void compare_kernels(Trainer& trainer, const std::vector<Row>& rows, const TinySpec& spec, const std::vector<float>& reference,
                     int64_t rank, Worst& worst) {
  for (const char* name : {"portable", "neon", "avx2", "avx512", "avx512bf16", "amx-emulated", "amx"}) {
    if (!has_kernels(name)) continue;
    trainer.gradients(rows);
    for (const auto& layer : trainer.layers())
      for (const auto& linear : layer.linear)
        for (const bool b : {false, true}) {
          const int64_t at = b ? linear.b : linear.a, n = rank * (b ? linear.w.n_out : linear.w.n_in);
          double difference = 0, norm = 0;
          for (int64_t i = at; i < at + n; i++) {
            const double want = reference[(size_t)i], off = trainer.gradient()[(size_t)i] - want;
            difference += off * off;
            norm += want * want;
          }
          const double error = std::sqrt(difference / norm);
          if (error > worst.error || std::isnan(error))
            worst = {error, std::string(name) + ", " + spec.label + " " + linear.name + (b ? ".lora_b" : ".lora_a")};
        }
  }
  select_kernels("reference");
}

/**
 * Gradients with only the last blocks adapted, against those of the same blocks with all adapted but the lower adapters inert (B = 0).
 * Computed twice: the second pass starts from the lower blocks' outputs kept by the first, and must give the same bits.
 */
void compare_frozen(TrainerOptions options, const std::vector<Row>& rows, const TinySpec& spec, Worst& worst, int& differences) {
  Trainer whole(options);
  options.adapted_blocks = spec.n_layer / 2;
  Trainer upper(options);
  const size_t first = (size_t)(spec.n_layer - options.adapted_blocks);
  uint64_t counter = 0;
  for (size_t i = first; i < whole.layers().size(); i++)
    for (size_t id = 0; id < kLinears; id++) {
      const Linear &from = whole.layers()[i].linear[id], &to = upper.layers()[i].linear[id];
      const int64_t a = options.rank * from.w.n_in, b = options.rank * from.w.n_out;
      float* parameters = whole.parameters().data() + from.a;
      for (int64_t k = 0; k < b; k++) parameters[a + k] = 0.2f * (2 * uniform(13, counter++) - 1);
      std::copy(parameters, parameters + a + b, upper.parameters().begin() + to.a);
    }
  whole.gradients(rows);
  upper.gradients(rows);
  const std::vector<float> once = upper.gradient();
  if (upper.frozen_bytes() == 0) worst = {INFINITY, spec.label + ": nothing was kept of the lower blocks"};
  upper.gradients(rows);
  if (upper.gradient() != once) differences++;
  for (size_t i = first; i < whole.layers().size(); i++)
    for (size_t id = 0; id < kLinears; id++) {
      const Linear &from = whole.layers()[i].linear[id], &to = upper.layers()[i].linear[id];
      for (const bool b : {false, true}) {
        const float *want = whole.gradient().data() + (b ? from.b : from.a), *got = once.data() + (b ? to.b : to.a);
        double difference = 0, norm = 0;
        for (int64_t k = 0; k < options.rank * (b ? from.w.n_out : from.w.n_in); k++) {
          difference += ((double)got[k] - want[k]) * ((double)got[k] - want[k]);
          norm += (double)want[k] * want[k];
        }
        const double error = std::sqrt(difference / norm);
        if (error > worst.error || std::isnan(error)) worst = {error, spec.label + " " + from.name + (b ? ".lora_b" : ".lora_a")};
      }
    }
}

struct Differences {
  double worst = 0;  // relative error
  int zero = 0, tensors = 0;
};

/** The trainer's gradient, tensor by tensor, against finite differences of `loss`, which is `over` times the function differentiated. */
template <typename Loss>
Differences compare_differences(Trainer& trainer, Loss loss, double over, int64_t rank, int directions, const TinySpec& spec,
                                uint64_t& counter, Worst& worst) {
  const std::vector<float> gradient = trainer.gradient();
  Differences found;
  for (const auto& layer : trainer.layers())
    for (const auto& linear : layer.linear)
      for (const bool b : {false, true}) {
        const int64_t at = b ? linear.b : linear.a, n = rank * (b ? linear.w.n_out : linear.w.n_in);
        double square = 0;
        for (int64_t i = 0; i < n; i++) square += (double)gradient[(size_t)(at + i)] * gradient[(size_t)(at + i)];
        const double norm = std::sqrt(square);
        found.tensors++;
        if (norm == 0) {
          found.zero++;
          continue;
        }
        for (int k = 0; k < directions; k++) {
          std::vector<float> v((size_t)n);
          double analytic = 0;
          for (int64_t i = 0; i < n; i++) {
            v[(size_t)i] = uniform(1000 + (uint64_t)k, counter++) < 0.5f ? -1.0f : 1.0f;
            analytic += (double)v[(size_t)i] * gradient[(size_t)(at + i)];
          }
          const double numeric = slope_along(trainer, loss, at, v, 0.25 * norm * over) / over;
          // A random sign vector's product with the gradient averages |g|; one nearly orthogonal to it is measured against a fraction of
          // that, or rounding alone would set the figure.
          const double error = std::abs(numeric - analytic) / std::max({std::abs(numeric), std::abs(analytic), 0.25 * norm});
          // NaN counts as the largest error, though it compares false.
          if (error > found.worst || std::isnan(error)) found.worst = error;
          if (error > worst.error || std::isnan(error)) worst = {error, spec.label + " " + linear.name + (b ? ".lora_b" : ".lora_a")};
        }
      }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  int directions = 16;
  for (int i = 1; i + 1 < argc; i += 2)
    if (!strcmp(argv[i], "--directions")) directions = atoi(argv[i + 1]);
  select_kernels("reference");
  TemporaryFolder folder;
  Worst worst, worst_signed, worst_kernel, worst_8_bits, worst_7_bits, worst_frozen;
  int zero = 0, tensors = 0, frozen_differences = 0;
  std::string table;
  for (const auto& spec : tiny_specs()) {
    const std::string path = folder.file("tiny.gguf");
    write_tiny_model(spec, path);
    TrainerOptions options;
    options.model.path = path;
    options.model.threads = 1;
    options.rank = 4;
    options.alpha = 8;
    options.seed = 3;
    Trainer trainer(options);
    // B starts at zero, where A's gradient is exactly zero: make it random.
    uint64_t counter = 0;
    for (const auto& layer : trainer.layers())
      for (const auto& linear : layer.linear)
        for (int64_t i = 0; i < linear.w.n_out * options.rank; i++)
          trainer.parameters()[(size_t)(linear.b + i)] = 0.2f * (2 * uniform(11, counter++) - 1);
    const auto rows = rows_for(spec);
    double weights = 0;
    for (const auto& row : rows)
      for (float w : row.loss_weights) weights += w;
    trainer.gradients(rows);
    const std::vector<float> gradient = trainer.gradient();
    compare_kernels(trainer, rows, spec, gradient, options.rank, worst_kernel);
    compare_integer_kernels(kOf8Bits, trainer, rows, spec, gradient, worst_8_bits);
    compare_integer_kernels(kOf7Bits, trainer, rows, spec, gradient, worst_7_bits);
    compare_frozen(options, rows, spec, worst_frozen, frozen_differences);

    trainer.gradients(rows);
    const auto loss = [&] { return trainer.evaluate(rows).nll; };
    const Differences found = compare_differences(trainer, loss, weights, options.rank, directions, spec, counter, worst);
    zero += found.zero;
    tensors += found.tensors;

    constexpr double kLossOver = 20;
    const auto signed_rows = signed_rows_for(spec), likelier = of_sign(signed_rows, 1), unlikelier = of_sign(signed_rows, -1);
    trainer.gradients(signed_rows, kLossOver);
    const auto signed_loss = [&] { return trainer.evaluate(likelier).nll - trainer.evaluate(unlikelier).nll; };
    compare_differences(trainer, signed_loss, kLossOver, options.rank, std::min(directions, 4), spec, counter, worst_signed);
    char line[256];
    snprintf(line, sizeof line, "%s{\"model\":\"%s\",\"maxRelativeError\":%.3e}", table.empty() ? "" : ",", spec.label.c_str(),
             found.worst);
    table += line;
  }
  printf(
      "{\"maxRelativeError\":%.6e,\"zeroGradientTensors\":%d,\"tensors\":%d,\"directions\":%d,\"worst\":\"%s\",\"signedError\":%.6e,"
      "\"worstSigned\":\"%s\",\"kernelError\":%.6e,\"worstKernel\":\"%s\",\"error8Bits\":%.6e,\"worst8Bits\":\"%s\",\"error7Bits\":%.6e,"
      "\"worst7Bits\":\"%s\",\"frozenError\":%.6e,\"worstFrozen\":\"%s\",\"frozenDifferences\":%d,\"has8Bits\":%s,\"models\":[%s]}\n",
      worst.error, zero, tensors, directions, worst.where.c_str(), worst_signed.error,
      worst_signed.where.c_str(), worst_kernel.error, worst_kernel.where.c_str(), worst_8_bits.error,
      worst_8_bits.where.c_str(), worst_7_bits.error, worst_7_bits.where.c_str(), worst_frozen.error, worst_frozen.where.c_str(),
      frozen_differences, std::any_of(kOf8Bits.begin(), kOf8Bits.end(), has_kernels) ? "true" : "false", table.c_str());
  return 0;
}
