#pragma once
// Every adapter gradient of a model on a device against the CPU trainer's.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tiny_model.h"
#include "trainer/trainer.h"

namespace repotune::test {

struct Agreement {
  double relative_error = 0, cosine = 1;
  std::string worst;
  int tensors = 0;

  void take(const std::string& label, const Agreement& other) {
    tensors += other.tensors;
    cosine = std::min(cosine, other.cosine);
    if (other.relative_error <= relative_error) return;
    relative_error = other.relative_error;
    worst = label + " " + other.worst;
  }
};

constexpr int64_t kAgreementRank = 8;

/** Two rows of `tokens`, the first packed from sequences of several lengths, with weights of 0, 1 and in between. */
inline std::vector<Row> agreement_rows(int64_t tokens, int64_t n_vocab) {
  std::vector<Row> rows;
  for (uint64_t r = 0; r < 2; r++) {
    Row row{random_tokens(tokens, n_vocab, r), {0}, std::vector<float>((size_t)tokens, 1.0f)};
    if (r == 0) row.starts = {0, (int32_t)(tokens / 5), (int32_t)(tokens / 5 + 1), (int32_t)(tokens / 2)};
    for (size_t i = 0; i < row.loss_weights.size(); i += 7) row.loss_weights[i] = i % 2 ? 0.5f : 0.0f;
    rows.push_back(row);
  }
  return rows;
}

/** `adapted_blocks`: 0 for all, as TrainerOptions. */
inline TrainerOptions agreement_options(const std::string& path, ggml_backend_dev_t device, const device::ExecutorOptions& executor,
                                        int64_t adapted_blocks = 0) {
  TrainerOptions options;
  options.model.path = path;
  options.rank = kAgreementRank;
  options.alpha = 8;
  options.adapted_blocks = adapted_blocks;
  options.device = device;
  options.executor = executor;
  return options;
}

/** Makes both factors of the adapter have gradients. */
inline void randomize_adapter(Trainer& trainer) {
  uint64_t counter = 0;
  for (const auto& layer : trainer.layers())
    for (const auto& linear : layer.linear)
      for (int64_t i = 0; linear.adapted() && i < linear.w.n_out * kAgreementRank; i++)
        trainer.parameters()[(size_t)(linear.b + i)] = 0.1f * (2 * uniform(5, counter++) - 1);
}

inline std::vector<float> gradient_of(Trainer& trainer, const std::vector<Row>& rows) {
  randomize_adapter(trainer);
  trainer.gradients(rows);
  return trainer.gradient();
}

/** Compares the gradients of `on_device` with the CPU's. */
inline Agreement agreement(Trainer& on_device, const std::string& path, const std::vector<Row>& rows, int64_t adapted_blocks = 0) {
  const std::vector<float> found = gradient_of(on_device, rows);
  Trainer on_cpu(agreement_options(path, nullptr, {}, adapted_blocks));
  const std::vector<float> expected = gradient_of(on_cpu, rows);
  Agreement total;
  for (const auto& layer : on_cpu.layers())
    for (const auto& linear : layer.linear)
      for (const bool b : {false, true}) {
        if (!linear.adapted()) continue;
        const int64_t at = b ? linear.b : linear.a, n = kAgreementRank * (b ? linear.w.n_out : linear.w.n_in);
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
        const double cosine = product / std::sqrt(square * other);
        total.cosine = std::isfinite(cosine) ? std::min(total.cosine, cosine) : 0;  // of a gradient that is nothing, too
        if (!(error <= total.relative_error)) {
          total.relative_error = std::isfinite(error) ? error : INFINITY;
          total.worst = linear.name + (b ? " B" : " A");
        }
      }
  return total;
}

inline Agreement agreement(Trainer& on_device, const std::string& path, int64_t tokens, int64_t adapted_blocks = 0) {
  return agreement(on_device, path, agreement_rows(tokens, on_device.model().n_vocab), adapted_blocks);
}

inline Agreement agreement(const std::string& path, ggml_backend_dev_t device, const device::ExecutorOptions& executor, int64_t tokens,
                           int64_t adapted_blocks = 0) {
  Trainer on_device(agreement_options(path, device, executor, adapted_blocks));
  return agreement(on_device, path, tokens, adapted_blocks);
}

}  // namespace repotune::test
