// Contexts for adapters as they are asked for: merged into a copy of the base where that pays.
#include <algorithm>
#include <filesystem>

#include "common/errors.h"
#include "common/paths.h"
#include "inference/completion_speed.h"
#include "inference/contexts.h"
#include "inference/device_speed.h"
#include "inference/merge.h"

namespace repotune::inference {

namespace {

/** On the CPU larger bases are served with the adapter unmerged: a second copy costs too much memory and disk. */
constexpr uint64_t kMergeBytes = 1u << 30;
/** On a device the merged model replaces the base; merging a larger one would keep the user waiting. */
constexpr size_t kMostMergedOnDevice = size_t{4} << 30;
/** Requests in a row that make loading a model worthwhile. */
constexpr int kManyUses = 20;

}  // namespace

void Contexts::make_on_cpu(const Adapter& adapter) {
  const std::string whole = merged(adapter);
  if (!whole.empty()) {
    try {
      alive_.emplace_front(std::make_shared<Model>(whole, "cpu"), options_, adapter, true);
      return;
    } catch (const UserError& error) {
      if (error.code == ErrorCode::out_of_memory) throw;
      // Damaged, or dropped by another process: unmerged it is slower, not wrong, and the next use merges anew.
      std::error_code ignored;
      std::filesystem::remove(path_of(whole), ignored);
    }
  }
  alive_.emplace_front(model_, options_, adapter, false);
}

void Contexts::make_on_device(const Adapter& adapter) {
  if (!alive_.empty() && alive_.front().merged()) {
    // Base and adapter, or two adapters, alternate: swapping them each time would cost more than it saves.
    if (uses_ < kManyUses) alternates_ = true;
    alive_.clear();
  }
  if (alternates_ || !is_worth_merging(adapter) || !replace(adapter)) {
    if (alive_.empty()) model_->take_back();
    alive_.emplace_front(model_, options_, adapter, false);
  }
  alive_.front().warm();
}

bool Contexts::is_worth_merging(const Adapter& adapter) {
  if (worth_) return *worth_;
  if (adapter.id.empty() || options_.merge_folder.empty() || !model_->get() || !replaceable()) return true;
  try {
    const size_t growth = merged_growth(model_->path(), adapter.path);
    if (growth == 0) return true;
    // What is measured needs room of its own.
    alive_.clear();
    const auto token_ms = [&](const Adapter& with) {
      Context context(model_, options_, with, false);
      context.warm();
      return context.token_ms();
    };
    const double base = token_ms({}), beside = token_ms(adapter);
    worth_ = merging_pays({base, beside, growth, read_bytes_per_second(ggml_backend_dev_by_name(model_->device_name().c_str()))});
    return *worth_;
  } catch (const DeviceError&) {
    throw;
  } catch (const UserError&) {
    // No memory for both, for example. What is wrong with the adapter itself is said where it is used.
    return true;
  }
}

bool Contexts::replace(const Adapter& adapter) {
  const std::string whole = fits_ && replaceable() ? merged(adapter) : "";
  if (whole.empty()) return false;
  alive_.clear();
  model_->give_up();
  try {
    alive_.emplace_front(std::make_shared<Model>(whole, model_->device_name()), options_, adapter, true);
    return true;
  } catch (const UserError&) {
    fits_ = false;  // the free memory has been taken by others
    return false;
  }
}

void Contexts::merge_what_stays(const Adapter& adapter) {
  if (!alternates_ || adapter.id.empty() || uses_ < kManyUses) return;
  // What took turns, an evaluation for example, is over.
  alternates_ = false;
  if (replace(adapter)) {
    alive_.front().warm();
  } else if (alive_.empty()) {
    make_on_device(adapter);
  }
}

bool Contexts::replaceable() const {
  const GgufSummary& base = model_->summary();
  const size_t eight_bits = model_->parameters() / ggml_blck_size(GGML_TYPE_Q8_0) * ggml_type_size(GGML_TYPE_Q8_0);
  const size_t needed = merge_keeps_adapter(base) ? base.tensor_bytes : eight_bits;
  size_t free_bytes = 0;
  size_t total_bytes = 0;
  ggml_backend_dev_memory(ggml_backend_dev_by_name(model_->device_name().c_str()), &free_bytes, &total_bytes);
  const size_t own = model_->get() ? base.tensor_bytes : 0;
  return needed <= kMostMergedOnDevice && (total_bytes == 0 || free_bytes + own >= device_bytes(needed));
}

std::string Contexts::merged(const Adapter& adapter) const {
  const GgufSummary& base = model_->summary();
  if (adapter.id.empty() || options_.merge_folder.empty()) return "";
  if (model_->on_cpu() && (base.tensor_bytes > kMergeBytes || !merge_keeps_adapter(base))) return "";
  try {
    const std::string device = model_->on_cpu() ? "" : model_->device_name();
    return merged_model({model_->path(), adapter.path, adapter.scale, options_.merge_folder, device, adapter.id});
  } catch (const DeviceError&) {
    throw;
  } catch (const UserError&) {
    // The disk is full, for example: unmerged it is slower, not wrong. A bad adapter is refused there too.
    return "";
  }
}

}  // namespace repotune::inference
