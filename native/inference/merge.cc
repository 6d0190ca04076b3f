#include "inference/merge.h"

#include <ggml-cpp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/errors.h"
#include "common/gguf_file.h"
#include "common/paths.h"
#include "common/quantize.h"
#include "inference/backends.h"
#include "inference/device_merge.h"

namespace repotune::inference {

namespace fs = std::filesystem;

namespace {

constexpr size_t kKept = 2;

std::vector<float> floats_of(const GgufFile& file, const GgufTensor& t) {
  std::vector<float> values(static_cast<size_t>(t.ne[0] * t.ne[1]));
  dequantize_rows(t.type, file.read(t).data(), t.ne[1], t.ne[0], values.data());
  return values;
}

/** The type the sum is written in. */
ggml_type type_of_sum(const GgufTensor& weight) {
  const size_t bits = 8 * ggml_type_size(weight.type) / ggml_blck_size(weight.type);
  if (bits >= 8) return weight.type;
  return weight.ne[0] % ggml_blck_size(GGML_TYPE_Q8_0) == 0 ? GGML_TYPE_Q8_0 : GGML_TYPE_F16;
}

/** w [out, in] += b [out, rank] a [rank, in] */
void add_product(std::vector<float>& w, const LowRank& change) {
  for (int64_t o = 0; o < change.out; ++o) {
    float* row = &w[o * change.in];
    for (int64_t r = 0; r < change.rank; ++r) {
      const float f = change.b[o * change.rank + r];
      const float* ar = &change.a[r * change.in];
      for (int64_t i = 0; i < change.in; ++i) row[i] += f * ar[i];
    }
  }
}

/** A base and an adapter's changes to its weights. */
class Merge {
 public:
  Merge(const std::string& base, const std::string& adapter, float scale, const std::string& device)
      : base_(base), adapter_(adapter, "adapter"), factor_(scale) {
    const double alpha = adapter_.number("adapter.lora.alpha").value_or(0);
    const std::string suffix = ".lora_a";
    for (const GgufTensor& a : adapter_.tensors()) {
      if (a.name.size() <= suffix.size() || a.name.compare(a.name.size() - suffix.size(), suffix.size(), suffix) != 0) continue;
      const std::string target = a.name.substr(0, a.name.size() - suffix.size());
      const GgufTensor* weight = base_.find(target);
      const GgufTensor* b = adapter_.find(target + ".lora_b");
      if (!weight || !b)
        throw UserError(ErrorCode::adapter_mismatch,
                        "The adapter changes " + target + ", which the base does not have: it was made for another model.");
      if (weight->ne[2] * weight->ne[3] != 1)
        throw UserError(ErrorCode::model_unsupported,
                        "The adapter changes " + target + ", which holds several experts: it cannot be merged, only used beside its base.");
      if (a.ne[0] != weight->ne[0] || a.ne[1] != b->ne[0] || b->ne[1] != weight->ne[1])
        throw UserError(ErrorCode::adapter_mismatch,
                        "The adapter's " + target + " has another shape than the base's: it was made for another model.");
      // As in libllama: alpha 0 means that the factors already carry the scale.
      factors_[target] = alpha == 0 ? factor_ : factor_ * static_cast<float>(alpha / static_cast<double>(b->ne[0]));
    }
    if (ggml_backend_dev_t computes = choose_device(device.empty() ? "cpu" : device)) on_device_ = std::make_unique<DeviceMerge>(computes);
  }

  /** Bytes. */
  size_t growth() const {
    size_t grown = 0;
    for (const GgufTensor& t : base_.tensors())
      if (factors_.count(t.name))
        grown += static_cast<size_t>(t.ne[1]) * (ggml_row_size(type_of_sum(t), t.ne[0]) - ggml_row_size(t.type, t.ne[0]));
    return grown;
  }

  /** Tensor by tensor, so that neither base nor merged model is in memory as a whole. */
  void write(const fs::path& target, const std::string& prompt_mark = "") {
    const gguf_context_ptr gguf(gguf_init_empty());
    gguf_set_kv(gguf.get(), base_.context());
    // The data below is laid out by the default, which the copied key does not change.
    gguf_remove_key(gguf.get(), "general.alignment");
    if (!prompt_mark.empty()) gguf_set_val_str(gguf.get(), kPromptMark, prompt_mark.c_str());
    const ggml_context_ptr tensors(ggml_init({ggml_tensor_overhead() * (base_.tensors().size() + 1), nullptr, /*no_alloc=*/true}));
    bool widened = false;
    for (const GgufTensor& t : base_.tensors()) {
      const ggml_type type = factors_.count(t.name) ? type_of_sum(t) : t.type;
      widened = widened || type != t.type;
      ggml_tensor* tensor = ggml_new_tensor(tensors.get(), type, GGML_MAX_DIMS, t.ne);
      ggml_set_name(tensor, t.name.c_str());
      gguf_add_tensor(gguf.get(), tensor);
    }
    // llama_ftype: MOSTLY_Q8_0. Only shown by loaders, not needed.
    if (widened) gguf_set_val_u32(gguf.get(), "general.file_type", 7);
    write_gguf(gguf.get(), target.u8string(), [&](int64_t i) { return merged(base_.tensors()[static_cast<size_t>(i)]); });
  }

 private:
  AlignedBytes merged(const GgufTensor& weight) {
    const auto factor = factors_.find(weight.name);
    AlignedBytes bytes = base_.read(weight);
    if (factor == factors_.end()) return bytes;
    const GgufTensor& b = *adapter_.find(weight.name + ".lora_b");
    LowRank change{weight.ne[0], weight.ne[1], b.ne[0], floats_of(adapter_, *adapter_.find(weight.name + ".lora_a")),
                   floats_of(adapter_, b)};
    for (float& value : change.b) value *= factor->second;
    const ggml_type type = type_of_sum(weight);
    AlignedBytes sum(ggml_row_size(type, change.in) * static_cast<size_t>(change.out));
    if (on_device_ && on_device_->add(weight.type, bytes.data(), change, type, sum.data())) return sum;
    std::vector<float> values(static_cast<size_t>(change.in * change.out));
    dequantize_rows(weight.type, bytes.data(), change.out, change.in, values.data());
    add_product(values, change);
    ggml_quantize_chunk(type, values.data(), sum.data(), 0, change.out, change.in, nullptr);
    return sum;
  }

  GgufFile base_, adapter_;
  float factor_;
  /** The scale of B A, by weight name. */
  std::map<std::string, float> factors_;
  std::unique_ptr<DeviceMerge> on_device_;
};

/** FNV-1a: for naming files, not for security. */
std::string digest(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3u;
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

/** Changes when the file does. */
std::string identity(const std::string& path) {
  // Apple's library counts in 128 bits, of which it prints none.
  const auto written = static_cast<int64_t>(fs::last_write_time(path_of(path)).time_since_epoch().count());
  return path + "|" + std::to_string(fs::file_size(path_of(path))) + "|" + std::to_string(written);
}

/** Whether it can be a part of a file's name anywhere, as the ids of stored adapters. */
bool is_name(const std::string& id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

void drop_oldest(const fs::path& folder, const fs::path& kept) {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  const auto stale = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::error_code gone;  // renamed or removed by another process meanwhile
    const fs::file_time_type written = entry.last_write_time(gone);
    if (gone) continue;
    // Left by a process that died while writing.
    if (entry.path().extension().u8string().rfind(".part", 0) == 0 && written < stale) fs::remove(entry.path(), ignored);
    if (entry.path().extension() == ".gguf" && entry.path() != kept) files.emplace_back(written, entry.path());
  }
  std::sort(files.rbegin(), files.rend());
  for (size_t i = kKept - 1; i < files.size(); ++i) fs::remove(files[i].second, ignored);
}

}  // namespace

bool merge_keeps_adapter(const GgufSummary& base) {
  static const char* const wide[] = {"F32", "F16", "BF16", "Q8_0"};
  return std::any_of(std::begin(wide), std::end(wide), [&](const char* type) { return base.weight_type == type; });
}

size_t merged_growth(const std::string& base_path, const std::string& adapter_path) {
  return Merge(base_path, adapter_path, 1, "").growth();
}

bool merging_pays(const MergingCost& cost) {
  if (cost.bytes_per_second <= 0 || !std::isfinite(cost.base_ms) || !std::isfinite(cost.beside_ms)) return true;
  const double reading_ms = 1000 * static_cast<double>(cost.growth_bytes) / cost.bytes_per_second;
  return cost.base_ms + reading_ms < cost.beside_ms;
}

std::string merged_model(const MergeRequest& request) {
  try {
    const fs::path folder = path_of(request.folder);
    fs::create_directories(folder);
    const std::string of =
        digest(identity(request.base_path) + "\n" + identity(request.adapter_path) + "\n" + std::to_string(request.scale));
    const fs::path target = folder / ((is_name(request.id) ? request.id + "-" : "") + of + ".gguf");
    if (fs::exists(target)) {
      fs::last_write_time(target, fs::file_time_type::clock::now());
      return target.u8string();
    }
    Merge(request.base_path, request.adapter_path, request.scale, request.device).write(target);
    drop_oldest(folder, target);
    return target.u8string();
  } catch (const fs::filesystem_error& error) {
    throw UserError(ErrorCode::write_failed, std::string("The merged model cannot be stored: ") + error.what());
  }
}

void export_merged(const MergedExport& request) {
  try {
    Merge(request.base_path, request.adapter_path, request.scale, "").write(path_of(request.target_path), request.prompt_mark);
  } catch (const fs::filesystem_error& error) {
    throw UserError(ErrorCode::write_failed, std::string("The merged model cannot be stored: ") + error.what());
  }
}

}  // namespace repotune::inference
