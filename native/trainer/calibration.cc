// Calibration: a 16-bit base that was quantized on loading is requantized, each input's error weighted by its mean square activation on
// real text (llama.cpp's importance matrix). One block at a time, so that only one block's 16-bit weights are in memory.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "common/quantize.h"
#include "kernels/elementwise.h"
#include "trainer/trainer.h"

namespace repotune {

namespace {

/** Inputs that never fire still count a little: the text is only a sample. */
constexpr float kLeastImportance = 1e-4f;  // of the mean

/** sums [n] += the squares of x [rows, n], in the order of the rows. */
void add_squares(Pool& pool, const float* x, int64_t rows, int64_t n, std::vector<double>& sums) {
  sums.resize((size_t)n);
  pool.run([&](int ith, int nth) {
    const Range part = split(n, ith, nth, 16);
    for (int64_t r = 0; r < rows; r++)
      for (int64_t i = part.begin; i < part.end; i++) sums[(size_t)i] += (double)x[r * n + i] * x[r * n + i];
  });
}

std::vector<float> importance_of(const std::vector<double>& sums) {
  const double mean = std::accumulate(sums.begin(), sums.end(), 0.0) / (double)sums.size();
  std::vector<float> importance(sums.size(), 1.0f);
  if (mean > 0)
    for (size_t i = 0; i < sums.size(); i++) importance[i] = (float)(sums[i] / mean) + kLeastImportance;
  return importance;
}

/** Which sums a linear's input is counted in: linears that read the same x share them. */
enum Input { kAttentionNorm, kAttention, kFeedForwardNorm, kHidden, kInputs };
constexpr Input kInputOf[kLinears] = {kAttentionNorm,   kAttentionNorm,   kAttentionNorm, kAttention,
                                      kFeedForwardNorm, kFeedForwardNorm, kHidden};

/** Squares of w - original, and of the original, weighted by importance. */
struct Error {
  double difference = 0, norm = 0;
  double relative() const { return norm > 0 ? std::sqrt(difference / norm) : 0; }
};
void add_error(Pool& pool, const Weight& w, const Weight& original, const std::vector<float>& importance, Error& error) {
  std::vector<Error> rows((size_t)w.n_out);
  pool.run([&](int ith, int nth) {
    std::vector<float> a((size_t)w.n_in), b((size_t)w.n_in);
    const Range part = split(w.n_out, ith, nth);
    for (int64_t r = part.begin; r < part.end; r++) {
      const auto row = [&](const Weight& from, float* to) {
        dequantize_rows(from.type, (const uint8_t*)from.data + (size_t)r * ggml_row_size(from.type, from.n_in), 1, from.n_in, to);
      };
      row(w, a.data());
      row(original, b.data());
      Error& sum = rows[(size_t)r];
      for (size_t i = 0; i < a.size(); i++) {
        sum.difference += (double)importance[i] * (a[i] - b[i]) * (a[i] - b[i]);
        sum.norm += (double)importance[i] * b[i] * b[i];
      }
    }
  });
  for (const Error& row : rows) {
    error.difference += row.difference;
    error.norm += row.norm;
  }
}

}  // namespace

Calibration Trainer::calibrate(const std::vector<Row>& rows) {
  const GgufFile file(options_.model.path);
  const auto original_of = [&](const Linear& linear) -> const GgufTensor* {
    const GgufTensor* t = file.find(linear.name);
    return t && ggml_blck_size(t->type) == 1 && ggml_blck_size(linear.w.type) > 1 ? t : nullptr;
  };
  if (!original_of(model_->layers[0].linear[kQ])) return {};
  const std::vector<MicroBatch> batches = micro_batches(rows, host_batch_tokens_, limits());
  if (batches.empty()) return {};  // without text there is no telling what matters
  frozen_.clear();                 // it holds outputs of the old weights
  std::vector<Buffer> x(batches.size()), y(batches.size());
  Calibration result;
  for (size_t i = 0; i < batches.size(); i++) {
    embed(batches[i], x[i].need(batches[i].batch.tokens * model_->n_embd));
    result.tokens += batches[i].batch.tokens;
  }
  Error before, after;
  for (size_t block = 0; block < model_->layers.size(); block++) {
    const Layer& layer = blocks_.use(block, std::min(block + 1, model_->layers.size() - 1));
    Layer exact = layer;
    std::vector<AlignedBytes> originals;
    for (Linear& linear : exact.linear)
      if (const GgufTensor* t = original_of(linear)) {
        originals.push_back(file.read(*t));
        linear.w = {t->type, originals.back().data(), linear.w.n_out, linear.w.n_in};
      }
    std::vector<double> sums[kInputs];
    Activations& saved = activations_[0];
    for (size_t i = 0; i < batches.size(); i++) {
      const int64_t tokens = batches[i].batch.tokens, n = model_->n_embd;
      const BlockPass p = pass(batches[i], false);
      block_forward(p, exact, x[i].data(), saved, y[i].need(tokens * n));
      add_squares(pool_, saved.attention.data(), tokens, model_->n_head * model_->head_dim, sums[kAttention]);
      add_squares(pool_, block_scratch_.hidden.data(), tokens, model_->n_ff, sums[kHidden]);
      float* h = block_scratch_.norm.need(tokens * n);
      rms_norm(x[i].data(), layer.attn_norm.data(), model_->rms_eps, tokens, n, h);
      add_squares(pool_, h, tokens, n, sums[kAttentionNorm]);
      rms_norm(saved.middle.data(), layer.ffn_norm.data(), model_->rms_eps, tokens, n, h);
      add_squares(pool_, h, tokens, n, sums[kFeedForwardNorm]);
      std::swap(x[i], y[i]);
    }
    for (size_t id = 0; id < kLinears; id++) {
      const Weight &w = layer.linear[id].w, &original = exact.linear[id].w;
      if (original.data == w.data) continue;
      const std::vector<float> importance = importance_of(sums[kInputOf[id]]);
      add_error(pool_, w, original, importance, before);
      const AlignedBytes again = convert_weight(pool_, original.type, original.data, w.n_out, w.n_in, w.type, importance.data());
      memcpy(const_cast<void*>(w.data), again.data(), again.size());
      if (device_) device_->renew(w);
      add_error(pool_, w, original, importance, after);
    }
  }
  result.error_before = before.relative();
  result.error_after = after.relative();
  return result;
}

}  // namespace repotune
