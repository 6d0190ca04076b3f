#include "trainer/device/plan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "common/errors.h"
#include "trainer/device/graphs.h"

namespace repotune::device {

namespace {

/** Upper bounds where products are wide enough, and the smallest size that still helps. */
constexpr int64_t kMostTokens = 8192, kMostQueries = 1024, kMostLossRows = 1024, kLeastRows = 64;
/** Size of a tensor of scores or logits, of which a few exist at once. */
constexpr int64_t kMostScoreBytes = 256 << 20, kMostLogitBytes = 320 << 20;
/** When memory is short, scores and logits shrink by this factor. */
constexpr int64_t kSmallChunks = 4;
/** Share of the memory reported free: drivers and other programs take some. */
constexpr double kShare = 0.9;
/** Activations are kept only within this part of the room: they save time, and what runs beside needs memory too. */
constexpr double kRoomWithKept = 5.0 / 6;

int64_t whole_units(int64_t tokens) { return (tokens + kTokenUnit - 1) / kTokenUnit * kTokenUnit; }

/** Halves `rows` until `fits`; 0 if not even the least does. */
template <typename Fits>
int64_t halved_until(int64_t rows, Fits fits) {
  for (; rows >= kLeastRows; rows /= 2)
    if (fits(rows)) return rows;
  return 0;
}

/** Sequences of the maximum length such that a chunk of queries begins at the last token of one: it sees the most keys. */
std::vector<Segment> hardest_segments(int64_t tokens, int64_t max_tokens, int64_t queries) {
  const int64_t before = max_tokens - 1, chunk = (before + queries - 1) / queries * queries;
  int64_t end = chunk < tokens ? (chunk - before) % max_tokens : 0;
  std::vector<Segment> segments;
  if (end > 0) segments.push_back({0, end});
  for (; end < tokens; end += max_tokens) segments.push_back({end, std::min(end + max_tokens, tokens)});
  return segments;
}

class Planner {
 public:
  Planner(Executor& executor, const TrainerModel& model, const DeviceRequest& request)
      : executor_(executor), model_(model), request_(request), longest_(whole_units(request.max_tokens)) {}

  /** What was chosen, measured; nullopt: the device lacks an operation at this size. */
  std::optional<DevicePlan> at(DevicePlan plan) {
    const int64_t share = plan.small_chunks ? kSmallChunks : 1;
    const int64_t score_bytes = longest_ * model_.n_head * (int64_t)sizeof(float), logit_bytes = model_.n_vocab * (int64_t)sizeof(float);
    plan.query_chunk =
        halved_until(kMostQueries, [&](int64_t rows) { return rows == kLeastRows || rows * score_bytes <= kMostScoreBytes / share; });
    plan.loss_rows =
        halved_until(kMostLossRows, [&](int64_t rows) { return rows == kLeastRows || rows * logit_bytes <= kMostLogitBytes / share; });
    Weights weights(executor_, model_, plan.resident, plan.streamed_blocks, request_.rank);
    weights.mark_planned();  // else each graph's own tensors would include them once more
    plan.packed_bytes = weights.packed_bytes();
    plan.unpacked_bytes = weights.unpacked_bytes();
    // A device that cannot bind a tensor of that size may bind a smaller one.
    plan.query_chunk = halved_until(plan.query_chunk, [&](int64_t rows) {
      plan.query_chunk = rows;
      return measured(plan, weights, false);
    });
    if (plan.query_chunk == 0) return std::nullopt;
    plan.loss_rows = halved_until(plan.loss_rows, [&](int64_t rows) {
      plan.loss_rows = rows;
      return measured(plan, weights, true);
    });
    if (plan.loss_rows == 0) return std::nullopt;
    return plan;
  }

  /** With the activations of as many blocks kept as fit. */
  DevicePlan with_kept(const DevicePlan& plan, int64_t room) {
    DevicePlan all = plan;
    all.kept_blocks = (int64_t)model_.layers.size() - (int64_t)State(model_, request_.rank, plan).first_adapted();
    const int64_t each = (State(model_, request_.rank, all).kept_bytes() - plan.kept_bytes) / all.kept_blocks;
    DevicePlan wanted = plan;
    wanted.kept_blocks = std::min(all.kept_blocks, (room - plan.total_bytes()) / each);
    if (wanted.kept_blocks <= 0) return plan;
    const std::optional<DevicePlan> found = at(wanted);
    return found && found->total_bytes() <= room ? *found : plan;
  }

  int64_t longest() const { return longest_; }

 private:
  /** Sets the scratch size for the plan's graphs, of the blocks or of the loss; false if the device does not support one of them. */
  bool measured(DevicePlan& plan, Weights& weights, bool loss) {
    State state(model_, request_.rank, plan);
    state.mark_planned();
    plan.adapter_bytes = state.adapter_bytes();
    plan.kept_bytes = state.kept_bytes();
    const auto segments = hardest_segments(plan.micro_batch_tokens, longest_, plan.query_chunk);
    const BatchShape shape = batch_shape(model_, plan, segments, plan.micro_batch_tokens, true);
    const StepGraphs graphs(model_, plan, state, shape, 1);
    const auto take = [&](auto build) {
      Graph g(executor_.ops());
      build(g);
      if (!executor_.supports(g)) return false;
      plan.scratch_bytes = std::max(plan.scratch_bytes, (int64_t)executor_.scratch_bytes(g));
      plan.beside_bytes = std::max(plan.beside_bytes, (int64_t)executor_.beside_bytes(g));
      return true;
    };
    if (loss)
      return take([&](Graph& g) { graphs.loss(g, 0, weights.head(true), true); }) && take([&](Graph& g) { weights.unpack_head(g); });
    plan.scratch_bytes = plan.beside_bytes = 0;
    for (const size_t layer : of_each_kind(plan.kept_blocks)) {
      if (!take([&](Graph& g) { weights.unpack_block(g, layer, true); })) return false;
      if (!take([&](Graph& g) { graphs.forward(g, layer, weights.block(layer, false, true)); })) return false;
      if (layer < state.first_adapted()) continue;
      if (!take([&](Graph& g) { graphs.backward(g, layer, weights.block(layer, true, true)); })) return false;
    }
    return true;
  }

  /** The last blocks with and without a window, and with and without kept activations: the others need no more. */
  std::vector<size_t> of_each_kind(int64_t kept_blocks) const {
    std::map<std::pair<bool, bool>, size_t> last;
    for (size_t i = 0; i < model_.layers.size(); i++)
      last[{model_.layers[i].window > 0, (int64_t)(model_.layers.size() - i) <= kept_blocks}] = i;
    std::vector<size_t> layers;
    for (const auto& [kind, layer] : last) layers.push_back(layer);
    return layers;
  }

  Executor& executor_;
  const TrainerModel& model_;
  const DeviceRequest& request_;
  int64_t longest_;
};

DevicePlan chosen(int64_t tokens, bool resident, int64_t streamed, bool small_chunks) {
  DevicePlan plan;
  plan.micro_batch_tokens = tokens;
  plan.resident = resident;
  plan.streamed_blocks = streamed;
  plan.small_chunks = small_chunks;
  return plan;
}

std::string gigabytes(int64_t bytes) { return format("%.2f GB", (double)bytes / 1e9); }

}  // namespace

DevicePlan plan_device(Executor& executor, const TrainerModel& model, const DeviceRequest& request) {
  size_t free = 0, total = 0;
  ggml_backend_dev_memory(executor.device(), &free, &total);
  int64_t room = total > 0 ? (int64_t)((double)free * kShare) : INT64_MAX;  // both zero: the driver does not say
  // Where nothing is computed, the memory of the card that is asked about counts.
  if (request.budget_bytes > 0) room = executor.options().count_only ? request.budget_bytes : std::min(room, request.budget_bytes);
  Planner planner(executor, model, request);
  std::optional<DevicePlan> least;
  const int64_t useful = request.step_tokens > 0 ? std::min(kMostTokens, whole_units(request.step_tokens)) : kMostTokens;
  const auto fitting = [&](bool resident, int64_t streamed) -> std::optional<DevicePlan> {
    for (int64_t tokens = std::max(useful, planner.longest());; tokens = std::max(tokens / 2, planner.longest())) {
      for (const bool small_chunks : {false, true}) {
        const std::optional<DevicePlan> plan = planner.at(chosen(tokens, resident, streamed, small_chunks));
        if (plan && plan->total_bytes() <= room) return plan;
        if (plan) least = plan;
      }
      if (tokens == planner.longest()) return std::nullopt;
    }
  };
  if (executor.options().lean) {
    least = planner.at(chosen(planner.longest(), false, 0, true));
    if (least && least->total_bytes() <= room) return *least;
  }
  // Resident unpacked weights save little if products are wide; weights sent repeatedly cost most.
  const std::optional<DevicePlan> resident = fitting(true, 0), taking_turns = fitting(false, 0);
  if (taking_turns) {
    const bool no_narrower = resident && resident->micro_batch_tokens == taking_turns->micro_batch_tokens;
    const DevicePlan& plan = no_narrower ? *resident : *taking_turns;
    return executor.shares_memory() ? plan : planner.with_kept(plan, (int64_t)((double)room * kRoomWithKept));
  }
  const int64_t layers = (int64_t)model.layers.size();
  for (int64_t quarter = 1; quarter <= 4; quarter++)
    if (const auto plan = fitting(false, (layers * quarter + 3) / 4)) return *plan;
  if (!least)
    throw DeviceError(format("%s lacks an operation that training on this model needs: choose the device cpu.", executor.name().c_str()));
  throw DeviceError(
      format("%s has no room to train this model: it needs %s, and %s is free. Choose the device cpu, a smaller model or "
             "shorter sequences.",
             executor.name().c_str(), gigabytes(least->total_bytes()).c_str(), gigabytes(room).c_str()));
}

std::string describe(const DevicePlan& p) {
  return format("%lld tokens at a time in %s: weights %s packed and %s unpacked%s, adapter %s, kept activations %s%s, working memory %s",
                (long long)p.micro_batch_tokens, gigabytes(p.total_bytes()).c_str(), gigabytes(p.packed_bytes).c_str(),
                gigabytes(p.unpacked_bytes).c_str(),
                p.resident ? " (all blocks)"
                : p.streamed_blocks > 0
                    ? format(" (one block and the head; %lld blocks stay on the host)", (long long)p.streamed_blocks).c_str()
                    : " (one block and the head)",
                gigabytes(p.adapter_bytes).c_str(), gigabytes(p.kept_bytes).c_str(),
                p.kept_blocks > 0 ? format(" (%lld blocks recompute nothing)", (long long)p.kept_blocks).c_str() : "",
                gigabytes(p.working_bytes()).c_str());
}

}  // namespace repotune::device
