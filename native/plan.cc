#include "plan.h"

#include <algorithm>

#include "errors.h"
#include "loss.h"

namespace repotune {

namespace {

/** Tokens at which the matrix products' unpacking of weights is well amortized. */
constexpr int64_t kMicroBatchTokens = 2048;
/** Code, stacks, allocator and the GGUF's metadata, in a process that does nothing else. */
constexpr int64_t kProcessBytes = 8ll << 20;
/** Share of the blocks that must be kept in exchange for narrow products. */
constexpr double kWorthNarrow = 0.15;
/** With no budget given: activations are kept while the whole stays below this. */
constexpr int64_t kModestBytes = 2ll << 30;

int64_t activation_floats(const TrainerModel& m, int64_t rank) {
  const int64_t q = m.n_head * m.head_dim, kv = m.n_head_kv * m.head_dim;
  int64_t floats = 2 * q + 2 * kv + m.n_head + m.n_embd + 2 * m.n_ff + kLinears * rank;
  if (m.arch->qk_norm) floats += q + kv;
  if (m.arch->post_norms) floats += 2 * m.n_embd;
  return floats;
}

int64_t attention_floats(const TrainerModel& m) { return m.n_head * (m.head_dim + 1); }

/** Bytes at the peak, with the activations of `kept` blocks, and the attention of `attentions` more, alive besides those of a block computed again. */
int64_t working_bytes(const TrainerModel& m, int64_t rank, int64_t tokens, int64_t longest, int threads, bool on_device, int64_t kept, int64_t attentions) {
  const int64_t q = m.n_head * m.head_dim, kv = m.n_head_kv * m.head_dim, layers = (int64_t)m.layers.size();
  const int64_t inputs = (layers + 2) * m.n_embd;
  const int64_t scratch = 3 * m.n_embd + m.n_ff + 2 * q + 2 * kv + 2 * q + 2 * rank;
  const int64_t packed = std::max({m.n_ff, m.n_embd, q});  // activations in the kernels' order
  const int64_t alive = activation_floats(m, rank) * (kept < layers ? kept + 1 : layers) + attention_floats(m) * attentions;
  const int64_t attention = threads * 2 * 128 * longest;
  const int64_t logits = loss_scratch_bytes(m, tokens, on_device) / 4;
  return 4 * (tokens * (inputs + scratch + packed + alive) + attention + logits) + kProcessBytes;
}

}  // namespace

Plan make_plan(const TrainerModel& m, int64_t rank, int64_t parameters, int64_t max_tokens, int threads, bool on_device, int64_t budget) {
  Plan plan;
  plan.weight_bytes = m.weight_bytes;
  plan.adapter_bytes = parameters * 4 * 4;
  const int64_t layers = (int64_t)m.layers.size(), limit = budget > 0 ? budget : kModestBytes;
  const auto fits = [&](int64_t tokens, int64_t kept, int64_t attentions = 0) {
    plan.micro_batch_tokens = tokens;
    plan.kept_blocks = kept;
    plan.kept_attentions = attentions;
    plan.working_bytes = working_bytes(m, rank, std::max(tokens, max_tokens), max_tokens, threads, on_device, kept, attentions);
    return plan.total_bytes() <= limit;
  };
  const auto most_kept = [&](int64_t tokens) {
    int64_t kept = layers;
    while (kept >= 0 && !fits(tokens, kept)) kept--;
    return kept;  // -1: not even all computed again
  };
  // Byte for byte, attention saves more time than the rest of a block: blocks are kept whole once all attention is.
  const auto settle = [&](int64_t tokens) {
    int64_t kept = layers;
    while (kept > 0 && !fits(tokens, kept, layers - kept)) kept--;
    int64_t attentions = layers - kept;
    while (!fits(tokens, kept, attentions) && attentions > 0) attentions--;
  };
  // A block computed again costs a third more, a narrow product unpacks its weights more often, which costs a few percent.
  const int64_t wide = std::max(max_tokens, kMicroBatchTokens), kept_wide = most_kept(wide), kept_narrow = most_kept(max_tokens);
  const bool narrow = kept_wide < 0 || (double)(kept_narrow - kept_wide) > kWorthNarrow * (double)layers;
  if (kept_narrow >= 0) {
    settle(narrow ? max_tokens : wide);
    return plan;
  }
  if (budget <= 0) return plan;  // no limit was given: the leanest plan
  int64_t tokens = max_tokens;
  while (tokens > 64 && !fits(tokens, 0)) {
    tokens /= 2;
    max_tokens = tokens;
  }
  const double gib = 1.0 / (1ll << 30);
  const int64_t needed = plan.weight_bytes + plan.adapter_bytes;
  if (tokens > 64)
    throw UserError(format("Training needs more than the %.1f GiB allowed: sequences of %lld tokens would fit (%.2f GiB).", (double)budget * gib,
                           (long long)tokens, (double)plan.total_bytes() * gib));
  throw UserError(format("Training needs more than the %.1f GiB allowed: the base alone takes %.2f GiB. Use a smaller model or a lower rank.",
                         (double)budget * gib, (double)needed * gib));
}

}  // namespace repotune
