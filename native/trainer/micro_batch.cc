#include "trainer/micro_batch.h"

#include <algorithm>
#include <cmath>

#include "common/errors.h"

namespace repotune {

namespace {

void check(const Row& row, size_t index, const RowLimits& limits, bool signed_weights) {
  const size_t n = row.tokens.size();
  if (n == 0 || row.loss_weights.size() != n || row.starts.empty() || row.starts[0] != 0)
    throw UserError(ErrorCode::invalid_argument,
                    format("Training row %zu is malformed: it needs tokens, as many loss weights, and starts that begin with 0.", index));
  for (size_t i = 0; i < row.starts.size(); i++) {
    const int64_t end = i + 1 < row.starts.size() ? row.starts[i + 1] : (int64_t)n;
    if (row.starts[i] < 0 || end <= row.starts[i] || end > (int64_t)n)
      throw UserError(ErrorCode::invalid_argument, format("Training row %zu is malformed: its sequence starts must ascend.", index));
    if (end - row.starts[i] > limits.longest)
      throw UserError(ErrorCode::too_long,
                      format("A sequence of %lld tokens in training row %zu is longer than the %lld allowed (the model's context is %lld).",
                             (long long)(end - row.starts[i]), index, (long long)limits.longest, (long long)limits.context));
  }
  for (size_t i = 0; i < n; i++) {
    if (row.tokens[i] < 0 || row.tokens[i] >= limits.vocabulary)
      throw UserError(ErrorCode::invalid_argument,
                      format("Token %d at position %zu of training row %zu is outside the model's vocabulary of %lld.", row.tokens[i], i,
                             index, (long long)limits.vocabulary));
    if (!std::isfinite(row.loss_weights[i]) || (!signed_weights && row.loss_weights[i] < 0))
      throw UserError(ErrorCode::invalid_argument, format("The loss weight at position %zu of training row %zu is not a number%s.", i,
                                                          index, signed_weights ? "" : " of at least 0"));
  }
}

}  // namespace

std::vector<MicroBatch> micro_batches(const std::vector<Row>& rows, int64_t tokens, const RowLimits& limits, bool signed_weights) {
  std::vector<MicroBatch> batches;
  for (size_t r = 0; r < rows.size(); r++) {
    const Row& row = rows[r];
    check(row, r, limits, signed_weights);
    const int64_t n = (int64_t)row.tokens.size();
    if (batches.empty() || batches.back().batch.tokens + n > tokens) batches.emplace_back();
    MicroBatch& b = batches.back();
    const int64_t base = b.batch.tokens;
    for (size_t s = 0; s < row.starts.size(); s++) {
      const int64_t begin = row.starts[s], end = s + 1 < row.starts.size() ? row.starts[s + 1] : n;
      b.batch.segments.push_back({base + begin, base + end});
      for (int64_t i = begin; i < end; i++) {
        b.batch.positions.push_back(i - begin);
        if (i > begin && row.loss_weights[(size_t)i] != 0)
          b.loss_rows.push_back({base + i - 1, row.tokens[(size_t)i], row.loss_weights[(size_t)i]});
      }
    }
    b.tokens.insert(b.tokens.end(), row.tokens.begin(), row.tokens.end());
    b.batch.tokens += n;
  }
  // Batches without any loss need no pass.
  batches.erase(std::remove_if(batches.begin(), batches.end(), [](const MicroBatch& b) { return b.loss_rows.empty(); }), batches.end());
  return batches;
}

}  // namespace repotune
