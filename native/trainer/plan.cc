#include "trainer/plan.h"

#include <algorithm>
#include <optional>

#include "common/errors.h"
#include "trainer/cpu/block_stream.h"
#include "trainer/cpu/loss.h"

namespace repotune {

namespace {

/** Tokens that amortize well the unpacking of weights in matrix products. */
constexpr int64_t kMicroBatchTokens = 2048;
/** Code, stacks, allocator and the GGUF's metadata, in a process that does nothing else. */
constexpr int64_t kProcessBytes = 8ll << 20;
/** Narrow products are worth it if they let at least this share of the blocks be kept. */
constexpr double kWorthNarrow = 0.15;
/** With no budget given: activations are kept while the whole stays below this. */
constexpr int64_t kModestBytes = 2ll << 30;
/** Limit on the kept outputs of the blocks without an adapter: half a million tokens of a 0.5B. */
constexpr int64_t kMostFrozenBytes = 1ll << 30;
/** The least that a refusal proposes. */
constexpr int64_t kLeastTokens = 64, kLeastRank = 4;

int64_t activation_floats(const TrainerModel& m, int64_t rank) {
  const int64_t q = m.n_head * m.head_dim, kv = m.n_head_kv * m.head_dim;
  int64_t floats = 2 * q + 2 * kv + m.n_head + m.n_embd + 2 * m.n_ff + kLinears * rank;
  if (m.arch->qk_norm) floats += q + kv;
  if (m.arch->post_norms) floats += 2 * m.n_embd;
  return floats;
}

int64_t attention_floats(const TrainerModel& m) { return m.n_head * (m.head_dim + 1); }

int64_t adapter_parameters(const TrainerModel& m, int64_t rank, int64_t blocks) {
  int64_t parameters = 0;
  for (size_t i = m.layers.size() - (size_t)blocks; i < m.layers.size(); i++)
    for (const auto& linear : m.layers[i].linear) parameters += rank * (linear.w.n_in + linear.w.n_out);
  return parameters;
}

/** Peak bytes, including what the plan keeps alive besides the activations of a recomputed block. */
int64_t working_bytes(const TrainerModel& m, const PlanRequest& r, int64_t tokens, const Plan& plan) {
  if (r.on_device) return 4 * adapter_parameters(m, r.rank, r.adapted_blocks) + kProcessBytes;  // transferred both ways
  const int64_t kept = plan.kept_blocks, attentions = plan.kept_attentions;
  const int64_t q = m.n_head * m.head_dim, kv = m.n_head_kv * m.head_dim, layers = r.adapted_blocks;
  const bool frozen = layers < (int64_t)m.layers.size();
  const int64_t inputs = (layers + 2 + (frozen ? 2 : 0)) * m.n_embd;
  const int64_t scratch = 3 * m.n_embd + m.n_ff + 2 * q + 2 * kv + 2 * q + 2 * r.rank;
  const int64_t packed = packed_bytes(tokens, std::max({m.n_ff, m.n_embd, q}));  // activations
  const int64_t alive = activation_floats(m, r.rank) * (kept < layers || frozen ? kept + 1 : layers) + attention_floats(m) * attentions;
  const int64_t attention = r.threads * 2 * 128 * r.max_tokens;
  const int64_t logits = loss_scratch_bytes(m, tokens, plan.logit_bytes) / 4;
  return 4 * (tokens * (inputs + scratch + alive) + attention + logits) + packed + kProcessBytes;
}

int64_t streamed_bytes(const TrainerModel& m) {
  int64_t bytes = 0;
  for (const Layer& layer : m.layers) bytes += streamed_bytes(layer);
  return bytes;
}

/** Bytes of the two blocks in memory. */
int64_t slot_bytes(const TrainerModel& m) {
  int64_t widest = 0;
  for (const Layer& layer : m.layers) widest = std::max(widest, streamed_bytes(layer));
  return 2 * widest;
}

Plan planned(const TrainerModel& m, const PlanRequest& r, int64_t tokens, int64_t kept, int64_t attentions,
             int64_t logit_bytes = kLogitBytes) {
  Plan plan;
  plan.blocks = (int64_t)m.layers.size();
  plan.adapted_blocks = r.adapted_blocks;
  plan.logit_bytes = logit_bytes;
  plan.micro_batch_tokens = tokens;
  plan.kept_blocks = kept;
  plan.kept_attentions = attentions;
  if (r.streaming == Streaming::kAlways) plan.streamed_bytes = streamed_bytes(m);
  plan.weight_bytes = m.weight_bytes - plan.streamed_bytes + (plan.streamed_bytes > 0 ? slot_bytes(m) : 0);
  plan.adapter_bytes = adapter_parameters(m, r.rank, r.adapted_blocks) * 4 * 4;
  plan.working_bytes = working_bytes(m, r, std::max(tokens, r.max_tokens), plan);
  return plan;
}

/** One sequence at a time, everything recomputed. */
Plan leanest(const TrainerModel& m, const PlanRequest& r) { return planned(m, r, r.max_tokens, 0, 0); }

/** The first request that fits when `size` is halved repeatedly, down to `least`. */
std::optional<PlanRequest> halved(const TrainerModel& m, PlanRequest r, int64_t PlanRequest::* size, int64_t least) {
  while (r.*size > least) {
    r.*size = std::max(r.*size / 2, least);
    if (leanest(m, r).total_bytes() <= r.budget_bytes) return r;
  }
  return std::nullopt;
}

std::string size_text(int64_t bytes) {
  constexpr double kMib = 1 << 20, kGib = 1 << 30;
  return (double)bytes < kGib ? format("%.0f MiB", (double)bytes / kMib) : format("%.2f GiB", (double)bytes / kGib);
}

[[noreturn]] void refuse(const TrainerModel& m, const PlanRequest& r) {
  const std::string refusal = "Training needs more than the " + size_text(r.budget_bytes) + " allowed: ";
  const auto size_of = [&](const PlanRequest& fitting) { return " (" + size_text(leanest(m, fitting).total_bytes()) + ")"; };
  const auto sequences = [](const PlanRequest& fitting) { return format("sequences of %lld tokens", (long long)fitting.max_tokens); };
  const auto rank = [](const PlanRequest& fitting) { return format("a rank of %lld", (long long)fitting.rank); };
  const auto shorter = halved(m, r, &PlanRequest::max_tokens, kLeastTokens), lower = halved(m, r, &PlanRequest::rank, kLeastRank);
  if (shorter && lower)
    throw UserError(ErrorCode::over_budget, refusal + "it would fit with " + sequences(*shorter) + size_of(*shorter) + ", or with " +
                                                rank(*lower) + size_of(*lower) + ".");
  if (shorter) throw UserError(ErrorCode::over_budget, refusal + "it would fit with " + sequences(*shorter) + size_of(*shorter) + ".");
  if (lower) throw UserError(ErrorCode::over_budget, refusal + "it would fit with " + rank(*lower) + size_of(*lower) + ".");
  PlanRequest least = r;
  least.rank = std::min(r.rank, kLeastRank);
  if (const auto both = halved(m, least, &PlanRequest::max_tokens, kLeastTokens))
    throw UserError(ErrorCode::over_budget,
                    refusal + "it would fit with " + sequences(*both) + " and " + rank(*both) + size_of(*both) + ".");
  least.max_tokens = std::min(r.max_tokens, kLeastTokens);
  const Plan last = leanest(m, least);
  const std::string kept = last.streamed_bytes > 0 ? ", " + size_text(last.weight_bytes) + " of them in memory at a time" : "";
  throw UserError(ErrorCode::over_budget, refusal + "on this base, whose weights take " + size_text(m.weight_bytes) + kept +
                                              ", it takes at least " + size_text(last.total_bytes()) + "; use a smaller model.");
}

}  // namespace

namespace {

/** The most tokens per micro-batch that fit and are worth it: each pass reads every block. */
int64_t widest_streamed(const TrainerModel& m, const PlanRequest& r) {
  int64_t tokens = r.max_tokens;
  while (2 * tokens <= std::max(r.max_tokens, kMicroBatchTokens) && planned(m, r, 2 * tokens, 0, 0).total_bytes() <= r.budget_bytes)
    tokens *= 2;
  return tokens;
}

}  // namespace

Plan make_plan(const TrainerModel& m, const PlanRequest& asked) {
  PlanRequest r = asked;
  if (r.streaming == Streaming::kWhereNeeded) {
    r.streaming = Streaming::kNever;
    if (r.budget_bytes > 0 && leanest(m, r).total_bytes() > r.budget_bytes && streamed_bytes(m) > slot_bytes(m))
      r.streaming = Streaming::kAlways;
  }
  Plan plan;
  const int64_t layers = r.adapted_blocks, limit = r.budget_bytes > 0 ? r.budget_bytes : kModestBytes;
  const auto fits = [&](int64_t tokens, int64_t kept, int64_t attentions = 0) {
    plan = planned(m, r, tokens, kept, attentions);
    return plan.total_bytes() <= limit;
  };
  const auto most_kept = [&](int64_t tokens) {
    int64_t kept = layers;
    while (kept >= 0 && !fits(tokens, kept)) kept--;
    return kept;  // -1: not even with everything recomputed
  };
  // Per byte, keeping attention saves more time than the rest of a block: whole blocks are kept only once all attention is.
  const auto settle = [&](int64_t tokens) {
    int64_t kept = layers;
    while (kept > 0 && !fits(tokens, kept, layers - kept)) kept--;
    int64_t attentions = layers - kept;
    while (!fits(tokens, kept, attentions) && attentions > 0) attentions--;
  };
  // Perhaps less is kept than before: that changes no bit of the result.
  if (r.micro_batch_tokens > 0 && (fits(r.micro_batch_tokens, 0) || r.budget_bytes == 0)) {
    settle(r.micro_batch_tokens);
  } else {
    // Recomputing a block costs a third more; narrow products unpack weights more often, which costs a few percent.
    const int64_t wide = std::max(r.max_tokens, kMicroBatchTokens), kept_wide = most_kept(wide), kept_narrow = most_kept(r.max_tokens);
    if (kept_narrow < 0) {
      if (r.budget_bytes > 0) refuse(m, r);
      return leanest(m, r);
    }
    const bool narrow = kept_wide < 0 || (double)(kept_narrow - kept_wide) > kWorthNarrow * (double)layers;
    settle(r.streaming == Streaming::kAlways && r.budget_bytes > 0 ? widest_streamed(m, r) : narrow ? r.max_tokens : wide);
  }
  // Last, since it saves least for its size.
  const Plan roomy = planned(m, r, plan.micro_batch_tokens, plan.kept_blocks, plan.kept_attentions, kMostLogitBytes);
  if (plan.kept_blocks == layers && roomy.total_bytes() <= limit) plan = roomy;
  if (layers < (int64_t)m.layers.size() && !r.on_device)
    plan.frozen_bytes = std::clamp<int64_t>(limit - plan.total_bytes(), 0, kMostFrozenBytes);
  return plan;
}

}  // namespace repotune
