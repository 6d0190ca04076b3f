#include "trainer/device/weights.h"

#include <algorithm>
#include <numeric>

#include "common/errors.h"
#include "common/quantize.h"
#include "trainer/device/columns.h"
#include "trainer/device/query_chunks.h"

namespace repotune::device {

namespace {

/** F32 bytes of the rows unpacked together: what an unpacking graph needs besides the result. */
constexpr int64_t kUnpackingBytes = 64 << 20;

int64_t rounded_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

}  // namespace

void mark_placed(ggml_context* context) {
  for (ggml_tensor* t = ggml_get_first_tensor(context); t; t = ggml_get_next_tensor(context, t))
    if (!t->data) t->data = (void*)(uintptr_t)256;
}

ggml_tensor* through(Graph& g, const Unpacked& w, ggml_tensor* x) {
  ggml_tensor* y = product(g, w.forward[0], x);
  for (size_t part = 1; part < w.forward.size(); part++) y = ggml_concat(g.context(), y, product(g, w.forward[part], x), 0);
  return y;
}

ggml_tensor* back_through(Graph& g, const Unpacked& w, ggml_tensor* dy) {
  if (w.backward.size() == 1) return product(g, w.backward[0], dy);
  ggml_context* c = g.context();
  ggml_tensor* dx = nullptr;
  for (size_t part = 0; part < w.backward.size(); part++) {
    const size_t first = part * (size_t)w.rows * dy->nb[0];
    ggml_tensor* outputs = ggml_cont(c, ggml_view_2d(c, dy, w.backward[part]->ne[0], dy->ne[1], dy->nb[1], first));
    ggml_tensor* share = product(g, w.backward[part], outputs);
    dx = dx ? ggml_add(c, dx, share) : share;
  }
  return dx;
}

Weights::Weights(Executor& executor, const TrainerModel& model, bool resident, int64_t streamed, int64_t rank)
    : executor_(executor), model_(model), unpacked_type_(executor.unpacked_type()), streamed_((size_t)streamed) {
  const size_t layers = model.layers.size(), places = resident ? layers : 1;
  packed_context_.reset(ggml_init({ggml_tensor_overhead() * (layers * kLinears + 3), nullptr, true}));
  unpacked_context_.reset(ggml_init({ggml_tensor_overhead() * (2 * places * kLinears + 2 * 1024), nullptr, true}));
  int64_t most_rows = 0;
  const auto take = [&](const Weight& w, int shared_by = -1) {
    lay_out_packed(w, shared_by);
    most_rows = std::max(most_rows, w.n_out);
  };
  take(model.embedding);
  take(model.head);
  for (size_t i = 0; i < layers; i++)
    for (int id = 0; id < kLinears; id++) take(model.layers[i].linear[(size_t)id].w, i < streamed_ ? id : -1);
  row_numbers_ = ggml_new_tensor_1d(packed_context_.get(), GGML_TYPE_I32, most_rows);
  packed_bytes_ += (int64_t)ggml_nbytes(row_numbers_);
  head_ = lay_out_unpacked(model.head);
  blocks_.resize(places);
  held_.resize(places);
  for (size_t i = 0; i < places; i++)
    for (size_t id = 0; id < kLinears; id++) {
      const Linear& linear = model.layers[i].linear[id];
      const AdapterColumns columns = resident && linear.adapted() ? adapter_columns((LinearId)id, rank) : AdapterColumns{};
      blocks_[i][id] = lay_out_unpacked(linear.w, columns.inputs, columns.outputs);
    }
}

void Weights::lay_out_packed(const Weight& w, int shared_by) {
  const bool header_only = !w.data;
  if (!header_only && packed_.count(w.data)) return;  // a tied head
  const auto can_unpack = [&](ggml_type type) {
    const ggml_context_ptr c(ggml_init({ggml_tensor_overhead() * 4, nullptr, true}));
    ggml_tensor* rows = ggml_new_tensor_1d(c.get(), GGML_TYPE_I32, std::min<int64_t>(w.n_out, 1024));
    return executor_.supports(ggml_get_rows(c.get(), ggml_new_tensor_2d(c.get(), type, w.n_in, w.n_out), rows));
  };
  const ggml_type type = can_unpack(w.type) ? w.type : GGML_TYPE_F16;
  if (type != w.type && !can_unpack(type))
    throw DeviceError(format("%s lacks an operation that training on %s weights needs: choose the device cpu.", executor_.name().c_str(),
                             ggml_type_name(w.type)));
  ggml_tensor** shared = shared_by >= 0 ? &shared_[{shared_by, type}] : nullptr;
  ggml_tensor* tensor = shared && *shared ? *shared : ggml_new_tensor_2d(packed_context_.get(), type, w.n_in, w.n_out);
  if (!shared || !*shared) packed_bytes_ += (int64_t)ggml_nbytes(tensor);
  if (shared) *shared = tensor;
  if (header_only) return;
  packed_.emplace(w.data, tensor);
  if (!shared) order_.push_back(w);
}

Unpacked Weights::lay_out_unpacked(const Weight& w, int64_t more_inputs, int64_t more_outputs) {
  const auto can_multiply = [&](int64_t rows) {
    const ggml_context_ptr c(ggml_init({ggml_tensor_overhead() * 8, nullptr, true}));
    ggml_tensor *forward = ggml_new_tensor_2d(c.get(), unpacked_type_, w.n_in, rows),
                *backward = ggml_new_tensor_2d(c.get(), unpacked_type_, rows, w.n_in);
    return executor_.supports(ggml_mul_mat(c.get(), forward, ggml_new_tensor_2d(c.get(), GGML_TYPE_F32, w.n_in, kTokenUnit))) &&
           executor_.supports(ggml_mul_mat(c.get(), backward, ggml_new_tensor_2d(c.get(), GGML_TYPE_F32, rows, kTokenUnit)));
  };
  Unpacked unpacked;
  unpacked.rows = w.n_out;
  while (!can_multiply(unpacked.rows)) {
    if (unpacked.rows <= kTokenUnit)
      throw DeviceError(format("%s lacks the matrix product that training needs: choose the device cpu.", executor_.name().c_str()));
    unpacked.rows = rounded_up(unpacked.rows / 2, kTokenUnit);
  }
  if (unpacked.rows == w.n_out) {
    unpacked.more_inputs = more_inputs;
    unpacked.more_outputs = more_outputs;
  }
  for (int64_t from = 0; from < w.n_out; from += unpacked.rows) {
    const int64_t count = std::min(unpacked.rows, w.n_out - from);
    ggml_context* c = unpacked_context_.get();
    unpacked.forward.push_back(ggml_new_tensor_2d(c, unpacked_type_, w.n_in + unpacked.more_inputs, count));
    unpacked.backward.push_back(ggml_new_tensor_2d(c, unpacked_type_, count + unpacked.more_outputs, w.n_in));
    unpacked_bytes_ += (int64_t)(ggml_nbytes(unpacked.forward.back()) + ggml_nbytes(unpacked.backward.back()));
  }
  return unpacked;
}

void Weights::load() {
  executor_.allocate(packed_context_.get(), "model's weights");
  executor_.allocate(unpacked_context_.get(), "model's weights");
  std::vector<int32_t> numbers((size_t)row_numbers_->ne[0]);
  std::iota(numbers.begin(), numbers.end(), 0);
  executor_.set(row_numbers_, numbers.data(), ggml_nbytes(row_numbers_));
  for (const Weight& w : order_) send(w);
  for (const UnpackedBlock& block : blocks_)
    for (const Unpacked& unpacked : block)
      if (unpacked.more_inputs > 0) executor_.clear(unpacked.forward[0]);
}

void Weights::mark_planned() {
  mark_placed(packed_context_.get());
  mark_placed(unpacked_context_.get());
}

void Weights::renew(const Weight& w) {
  for (Held& held : held_) held.layer = SIZE_MAX;
  head_held_ = head_held_ && w.data != model_.head.data;
  for (size_t i = 0; i < streamed_; i++)
    for (const Linear& linear : model_.layers[i].linear)
      if (linear.w.data == w.data) return;
  send(w);
}

void Weights::send(const Weight& w) {
  ggml_tensor* to = packed(w);
  if (to->type == w.type) {
    executor_.set(to, w.data, ggml_nbytes(to));
  } else {
    Pool one(1);
    const AlignedBytes half = convert_weight(one, w.type, w.data, w.n_out, w.n_in, to->type);
    executor_.set(to, half.data(), ggml_nbytes(to));
  }
}

void Weights::unpack(Graph& g, const Weight& w, const Unpacked& to, bool for_backward) const {
  ggml_context* c = g.context();
  const int64_t together = std::max<int64_t>(kTokenUnit, kUnpackingBytes / (int64_t)sizeof(float) / w.n_in / kTokenUnit * kTokenUnit);
  for (size_t part = 0; part < to.forward.size(); part++) {
    ggml_tensor *forward = to.forward[part], *backward = to.backward[part];
    for (int64_t from = 0; from < forward->ne[1]; from += together) {
      const int64_t count = std::min(together, forward->ne[1] - from), first = (int64_t)part * to.rows + from;
      ggml_tensor* numbers = ggml_view_1d(c, row_numbers_, count, (size_t)first * sizeof(int32_t));
      ggml_tensor* rows = ggml_get_rows(c, packed(w), numbers);
      g.add(ggml_cpy(c, rows, ggml_view_2d(c, forward, w.n_in, count, forward->nb[1], (size_t)from * forward->nb[1])));
    }
    if (!for_backward) continue;
    // Whole and within one type: that CUDA transposes in tiles. Otherwise it reads across rows, as from a weight with columns behind it,
    // which is only unpacked once. Into a destination that is not contiguous it would write in the wrong places.
    ggml_tensor* own = ggml_view_2d(c, forward, w.n_in, forward->ne[1], forward->nb[1], 0);
    if (to.more_outputs == 0)
      g.add(ggml_cpy(c, ggml_transpose(c, own), backward));
    else
      g.add(ggml_cpy(c, transposed(g, own), ggml_view_2d(c, backward, w.n_out, w.n_in, backward->nb[1], 0)));
  }
}

void Weights::unpack_block(Graph& g, size_t layer, bool for_backward) const {
  for (size_t id = 0; id < kLinears; id++) unpack(g, model_.layers[layer].linear[id].w, blocks_[place_of(layer)][id], for_backward);
}

const UnpackedBlock& Weights::block(size_t layer, bool for_backward, bool plan) {
  const UnpackedBlock& to = blocks_[place_of(layer)];
  Held& held = held_[place_of(layer)];
  if (plan || (held.layer == layer && (held.backward || !for_backward))) return to;
  Graph g(executor_.ops());
  const bool both = for_backward || blocks_.size() > 1;  // resident weights are unpacked once
  if (layer < streamed_)
    for (const Linear& linear : model_.layers[layer].linear) send(linear.w);
  unpack_block(g, layer, both);
  executor_.run(g);
  held = {layer, both};
  return to;
}

const Unpacked& Weights::head(bool plan) {
  if (plan || head_held_) return head_;
  Graph g(executor_.ops());
  unpack_head(g);
  executor_.run(g);
  head_held_ = true;
  return head_;
}

ggml_tensor* Weights::embedded(Graph& g, ggml_tensor* indices) const {
  return ggml_get_rows(g.context(), packed(model_.embedding), indices);
}

}  // namespace repotune::device
