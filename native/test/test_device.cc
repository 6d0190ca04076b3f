// The device trainer's graphs on ggml's CPU backend, in F32: every composed operation against a plain reference, at ragged shapes, with the
// operations of every backend and with only Metal's; then the gradients of whole models against the CPU trainer's. Prints one JSON object:
// the largest relative error of each.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>

#include "common/errors.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "kernels/elementwise.h"
#include "tiny_model.h"
#include "trainer/cpu/attention.h"
#include "trainer/device/attention.h"
#include "trainer/device/graphs.h"
#include "trainer/device/ops.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;
using namespace repotune::device;

namespace {

ExecutorOptions options_of(bool metal) {
  ExecutorOptions options;
  options.metal_operations = metal;
  return options;
}

using Values = std::vector<float>;

Values random(size_t count, uint64_t seed, float spread = 1) {
  Values values(count);
  for (size_t i = 0; i < count; i++) values[i] = spread * (2 * uniform(seed, i) - 1);
  return values;
}

double relative_error(const Values& found, const Values& expected) {
  double difference = 0, square = 0;
  for (size_t i = 0; i < expected.size(); i++) {
    difference += ((double)found[i] - expected[i]) * ((double)found[i] - expected[i]);
    square += (double)expected[i] * expected[i];
  }
  return found.size() == expected.size() && square > 0 ? std::sqrt(difference / square) : INFINITY;
}

/** Tensors with values, a graph over them, and its results. */
class Bench {
 public:
  explicit Bench(bool metal) : executor_(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), options_of(metal)) {
    context_.reset(ggml_init({ggml_tensor_overhead() * 32, nullptr, true}));
  }

  ggml_tensor* tensor(const Values& values, int64_t n0, int64_t n1 = 1, int64_t n2 = 1) {
    inputs_.push_back({ggml_new_tensor_3d(context_.get(), GGML_TYPE_F32, n0, n1, n2), values});
    return inputs_.back().first;
  }
  ggml_tensor* halves(const std::vector<uint16_t>& values) {
    halves_ = {ggml_new_tensor_1d(context_.get(), GGML_TYPE_F16, (int64_t)values.size()), values};
    return halves_.first;
  }

  std::vector<Values> run(const std::function<std::vector<ggml_tensor*>(Graph&)>& build) {
    executor_.allocate(context_.get(), "inputs");
    for (const auto& [t, values] : inputs_) executor_.set(t, values.data(), values.size() * sizeof(float));
    if (halves_.first) executor_.set(halves_.first, halves_.second.data(), halves_.second.size() * 2);
    Graph g(executor_.ops());
    auto outputs = build(g);
    for (auto& t : outputs) t = g.add_output(ggml_is_contiguous(t) ? t : ggml_cont(g.context(), t));
    executor_.run(g);
    std::vector<Values> results;
    for (const ggml_tensor* t : outputs) {
      results.emplace_back((size_t)ggml_nelements(t));
      executor_.get(t, results.back().data(), results.back().size() * sizeof(float));
    }
    return results;
  }

 private:
  Executor executor_;
  ggml_context_ptr context_;
  std::vector<std::pair<ggml_tensor*, Values>> inputs_;
  std::pair<ggml_tensor*, std::vector<uint16_t>> halves_{};
};

struct Worst {
  double error = 0;
  std::string where;
  void take(const std::string& name, double found) {
    if (!(found <= error)) {
      error = found;
      where = name;
    }
  }
};

void norms(bool metal, int64_t n, int64_t rows, Worst& worst) {
  const Values x = random((size_t)(n * rows), 1), w = random((size_t)n, 2), dy = random((size_t)(n * rows), 3);
  Values y(x.size()), dx(x.size());
  rms_norm(x.data(), w.data(), 1e-5f, rows, n, y.data());
  rms_norm_backward(x.data(), w.data(), 1e-5f, dy.data(), rows, n, dx.data(), false);
  Bench bench(metal);
  ggml_tensor *tx = bench.tensor(x, n, rows), *tw = bench.tensor(w, n), *tdy = bench.tensor(dy, n, rows);
  const auto found =
      bench.run([&](Graph& g) -> std::vector<ggml_tensor*> { return {norm(g, tx, tw, 1e-5f), norm_backward(g, tx, tw, 1e-5f, tdy)}; });
  worst.take("norm", relative_error(found[0], y));
  worst.take("norm backward", relative_error(found[1], dx));
}

void glus(bool metal, bool gelu, int64_t n, int64_t rows, Worst& worst) {
  const size_t size = (size_t)(n * rows);
  const Values gate = random(size, 4, 3), up = random(size, 5), dy = random(size, 6);
  Values y(size), dgate = gate, dup = up, dy_to_y = dy;
  repotune::glu(gelu, gate.data(), up.data(), (int64_t)size, y.data());
  repotune::glu_backward(gelu, dy_to_y.data(), dgate.data(), dup.data(), (int64_t)size);
  Bench bench(metal);
  ggml_tensor *tg = bench.tensor(gate, n, rows), *tu = bench.tensor(up, n, rows), *td = bench.tensor(dy, n, rows);
  const auto found = bench.run([&](Graph& g) -> std::vector<ggml_tensor*> {
    const GluGradients gradients = device::glu_backward(g, gelu, tg, tu, td);
    return {device::glu(g, gelu, tg, tu), gradients.gate, gradients.up};
  });
  const std::string name = gelu ? "geglu" : "swiglu";
  worst.take(name, relative_error(found[0], y));
  worst.take(name + " backward, gate", relative_error(found[1], dgate));
  worst.take(name + " backward, up", relative_error(found[2], dup));
}

void softmaxes(bool metal, int64_t n, int64_t rows, Worst& worst) {
  constexpr float kScale = 0.3f, kCap = 2;
  const size_t size = (size_t)(n * rows);
  Values p = random(size, 7, 3), dp = random(size, 8), ds = dp;
  const Values z = random(size, 9, 4);
  Values capped = z, dz(size);
  for (int64_t r = 0; r < rows; r++) {
    repotune::softmax(p.data() + r * n, n, kScale);
    softmax_backward(p.data() + r * n, ds.data() + r * n, n, dot(p.data() + r * n, dp.data() + r * n, n), kScale);
  }
  repotune::softcap(capped.data(), (int64_t)size, kCap);
  for (size_t i = 0; i < size; i++) dz[i] = dp[i] * (1 - capped[i] * capped[i] / (kCap * kCap));
  double squares = 0;
  for (const float value : z) squares += (double)value * value;
  Bench bench(metal);
  ggml_tensor *tp = bench.tensor(p, n, rows), *td = bench.tensor(dp, n, rows), *tz = bench.tensor(z, n, rows);
  const auto found = bench.run([&](Graph& g) -> std::vector<ggml_tensor*> {
    ggml_tensor* c = device::softcap(g, tz, kCap);
    return {soft_max_backward(g, tp, td, kScale), c, softcap_backward(g, c, kCap, td), root_mean_square(g, tz)};
  });
  worst.take("softmax backward", relative_error(found[0], ds));
  worst.take("softcap", relative_error(found[1], capped));
  worst.take("softcap backward", relative_error(found[2], dz));
  worst.take("root mean square", relative_error(found[3], {(float)std::sqrt(squares / (double)size)}));
}

struct AttentionCase {
  int64_t heads, kv_heads, head_dim, window, chunk;
  std::vector<Segment> segments;  // a multiple of kTokenUnit in total
};

/** `cost_heads`: that chunks are chosen for; 0: equal ones. */
void attentions(bool metal, const AttentionCase& a, int64_t cost_heads, Worst& worst) {
  const int64_t T = a.segments.back().end, dq = a.heads * a.head_dim, dkv = a.kv_heads * a.head_dim;
  const AttentionShape shape{a.heads, a.kv_heads, a.head_dim, 0.4f, a.window};
  const Values q = random((size_t)(T * dq), 10, 2), k = random((size_t)(T * dkv), 11, 2), v = random((size_t)(T * dkv), 12),
               dout = random((size_t)(T * dq), 13);
  Values out(q.size()), lse((size_t)(T * a.heads)), gq(q.size()), gk(k.size()), gv(v.size());
  Pool pool(1);
  AttentionScratch scratch;
  repotune::attention_forward(pool, shape, a.segments, q.data(), k.data(), v.data(), out.data(), lse.data(), scratch);
  repotune::attention_backward(pool, shape, a.segments, T, q.data(), k.data(), v.data(), out.data(), lse.data(), dout.data(), gq.data(),
                               gk.data(), gv.data(), scratch);
  Bench bench(metal);
  ggml_tensor *tq = bench.tensor(q, a.head_dim, a.heads, T), *tk = bench.tensor(k, a.head_dim, a.kv_heads, T),
              *tv = bench.tensor(v, a.head_dim, a.kv_heads, T), *td = bench.tensor(dout, a.head_dim, a.heads, T),
              *to = bench.tensor(Values(q.size()), a.head_dim, a.heads, T);
  const auto chunks =
      cost_heads > 0 ? query_chunks(a.segments, a.window, a.chunk, cost_heads) : equal_chunks(a.segments, a.window, a.chunk);
  const Attention attention{shape, chunks, bench.halves(masks_of(a.segments, a.window, chunks))};
  const auto found = bench.run([&](Graph& g) -> std::vector<ggml_tensor*> {
    device::attention_forward(g, attention, tq, tk, tv, to);
    const AttentionGradients gradients = device::attention_backward(g, attention, tq, tk, tv, td);
    return {ggml_cont(g.context(), to), gradients.q, gradients.k, gradients.v};
  });
  const std::string name = format("attention of %lld heads in %zu chunks", (long long)a.heads, chunks.size());
  worst.take(name, relative_error(found[0], out));
  worst.take(name + ", dq", relative_error(found[1], gq));
  worst.take(name + ", dk", relative_error(found[2], gk));
  worst.take(name + ", dv", relative_error(found[3], gv));
}

Worst operations(bool metal) {
  Worst worst;
  for (const int64_t n : {7, 64, 97}) {
    for (const int64_t rows : {1, 33}) {
      norms(metal, n, rows, worst);
      softmaxes(metal, n, rows, worst);
      for (const bool gelu : {false, true}) glus(metal, gelu, n, rows, worst);
    }
  }
  // With the heads of these models one chunk is cheapest, with very many as many chunks as there can be, and some between.
  for (const int64_t cost_heads : {0, 4, 600, 1000000}) {
    attentions(metal, {4, 2, 16, 0, 64, {{0, 128}}}, cost_heads, worst);
    attentions(metal, {4, 2, 16, 0, 64, {{0, 17}, {17, 18}, {18, 90}, {90, 160}}}, cost_heads, worst);
    attentions(metal, {3, 3, 24, 0, 1024, {{0, 70}, {70, 96}}}, cost_heads, worst);
    attentions(metal, {4, 1, 32, 9, 64, {{0, 100}, {100, 192}}}, cost_heads, worst);
  }
  return worst;
}

/** Whole models, as in check_gpu but with strict bounds; with an adapter on `adapted_blocks`. There is room to keep all activations. */
Worst models(const ExecutorOptions& options, const std::string& path, int64_t adapted_blocks) {
  Worst worst;
  for (const TinySpec& spec : tiny_specs()) {
    write_tiny_model(spec, path);
    const Agreement found = agreement(path, ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), options, 60, adapted_blocks);
    worst.take(spec.label + " " + found.worst, found.relative_error);
  }
  return worst;
}

/** The least memory for which a plan exists for training this model, to within 1/64. */
int64_t least_memory(const Trainer& trainer, const ExecutorOptions& executor_options, int64_t enough) {
  Executor executor(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), executor_options);
  int64_t none = 0;
  while (enough - none > enough / 64) {
    const int64_t middle = (none + enough) / 2;
    try {
      plan_device(executor, trainer.model(), {kAgreementRank, trainer.longest_sequence(), middle});
      enough = middle;
    } catch (const DeviceError&) {
      none = middle;
    }
  }
  return enough;
}

/**
 * A model that is mostly weights, with room to keep half of its blocks' activations; then in less memory than its weights take: some
 * blocks' must stay on the host; in the minimum, all.
 */
Worst streamed(bool metal, const std::string& path) {
  constexpr int64_t kMemory = 36 << 20;
  TinySpec spec;
  spec.arch = "llama";
  spec.n_embd = 256;
  spec.n_ff = 1024;
  spec.head_dim = 64;
  spec.n_layer = 8;
  write_tiny_model(spec, path);
  TrainerOptions options = agreement_options(path, ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), options_of(metal));
  Worst worst;
  const auto within = [&](int64_t memory, auto expected) {
    options.device_budget_bytes = memory;
    Trainer trainer(options);
    const DevicePlan& plan = trainer.device()->plan();
    if (!expected(plan) || plan.total_bytes() > memory) worst.take(device::describe(plan), INFINITY);
    const Agreement found = agreement(trainer, path, 60);
    worst.take(found.worst, found.relative_error);
    return least_memory(trainer, options.executor, memory);
  };
  const auto some = [&](int64_t blocks) { return blocks > 0 && blocks < spec.n_layer; };
  const DevicePlan roomy = Trainer(options).device()->plan();
  if (roomy.kept_blocks != spec.n_layer) worst.take(device::describe(roomy), INFINITY);
  // Activations are kept within five sixths of what a plan may take.
  within((roomy.total_bytes() - roomy.kept_bytes / 2) * 6 / 5, [&](const DevicePlan& plan) { return some(plan.kept_blocks); });
  TrainerOptions integrated = options;
  integrated.device_budget_bytes = 0;
  integrated.executor.shared_memory = true;
  const DevicePlan modest = Trainer(integrated).device()->plan();
  if (modest.kept_blocks > 0) worst.take("shared memory: " + device::describe(modest), INFINITY);
  const int64_t least = within(kMemory, [&](const DevicePlan& plan) { return some(plan.streamed_blocks) && plan.kept_blocks == 0; });
  within(least, [&](const DevicePlan& plan) { return plan.streamed_blocks == spec.n_layer; });

  // Resumes from a CPU state, whose micro-batch has more tokens than there is room for here.
  constexpr int64_t kTokens = 120;
  Trainer(agreement_options(path, nullptr, {})).save_state(path + ".state");
  Trainer trainer(options);
  trainer.load_state(path + ".state");
  if (trainer.plan().micro_batch_tokens >= 2 * kTokens) worst.take("room for all tokens at a time", INFINITY);
  const Agreement found = agreement(trainer, path, kTokens);
  worst.take("from a state " + found.worst, found.relative_error);
  return worst;
}

struct Scratch {
  /** The most that a graph needs, over the planned amount. */
  double share = 0;
  std::string of;
};

/** Chunks of queries that begin late in a sequence of the maximum length, and others, in every block. */
Scratch scratch_of(const std::string& path) {
  Scratch most;
  for (TinySpec spec : tiny_specs()) {
    spec.n_head = 16;  // scores dominate memory
    spec.n_ctx = 1024;
    write_tiny_model(spec, path);
    const Trainer trainer(agreement_options(path, nullptr, {}));
    const TrainerModel& model = trainer.model();
    const int64_t longest = trainer.longest_sequence();
    Executor executor(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), options_of(false));
    const DevicePlan plan = plan_device(executor, model, {kAgreementRank, longest, 0});
    Weights weights(executor, model, plan.resident, plan.streamed_blocks, kAgreementRank);
    weights.mark_planned();
    State state(model, kAgreementRank, plan);
    state.mark_planned();
    for (const int64_t length : {longest, longest / 3, int64_t{97}, int64_t{7}}) {
      std::vector<Segment> segments;
      for (int64_t end = plan.query_chunk % length + 9, begin = 0; begin < plan.micro_batch_tokens; begin = end, end += length)
        segments.push_back({begin, end = std::min(end, plan.micro_batch_tokens)});
      for (size_t i = 0; i < 4 * model.layers.size(); i++) {
        const size_t layer = i / 4;
        const bool backward = i & 1, largest_chunks = i & 2;
        const BatchShape shape = batch_shape(model, plan, segments, plan.micro_batch_tokens, largest_chunks);
        const StepGraphs graphs(model, plan, state, shape, 1);
        Graph g(executor.ops());
        const UnpackedBlock& block = weights.block(layer, backward, true);
        backward ? graphs.backward(g, layer, block) : graphs.forward(g, layer, block);
        const double share = (double)executor.scratch_bytes(g) / (double)plan.scratch_bytes;
        if (share > most.share)
          most = {share, format("%s, block %zu %s, %s chunks of sequences of %lld", spec.label.c_str(), layer,
                                backward ? "backward" : "forward", largest_chunks ? "the largest" : "the cheapest", (long long)length)};
      }
    }
  }
  return most;
}

}  // namespace

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  select_kernels("reference");
  const TemporaryFolder folder;
  printf("{\"errors\":");
  std::string separator = "[";
  for (const bool metal : {false, true})
    for (const char* of : {"operations", "models", "recomputed", "last block", "streamed"}) {
      const std::string path = folder.file("tiny.gguf");
      ExecutorOptions options = options_of(metal);
      options.lean = !strcmp(of, "recomputed");
      const Worst worst = !strcmp(of, "operations") ? operations(metal)
                          : !strcmp(of, "streamed") ? streamed(metal, path)
                                                    : models(options, path, !strcmp(of, "last block"));
      printf("%s{\"operations\":\"%s\",\"of\":\"%s\",\"relativeError\":%.3e,\"worst\":\"%s\"}", separator.c_str(), metal ? "metal" : "all",
             of, worst.error, worst.where.c_str());
      separator = ",";
    }
  const Scratch scratch = scratch_of(folder.file("tiny.gguf"));
  printf("],\"scratch\":{\"share\":%.3f,\"of\":\"%s\"}", scratch.share, scratch.of.c_str());
  printf("}\n");
  return 0;
}
