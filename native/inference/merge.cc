#include "inference/merge.h"

#include <ggml-cpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/errors.h"
#include "common/gguf_file.h"
#include "common/quantize.h"

namespace repotune::inference {

namespace fs = std::filesystem;

namespace {

constexpr size_t kKept = 2;

/** A GGUF file read whole. */
struct File {
  gguf_context_ptr gguf;
  ggml_context_ptr tensors;
  /** Of another type than the file's own, in whose place they are written. */
  std::map<std::string, ggml_context_ptr> widened;

  explicit File(const std::string& path) {
    ggml_context* context = nullptr;
    gguf.reset(gguf_init_from_file(path.c_str(), {/*no_alloc=*/false, &context}));
    tensors.reset(context);
    if (!gguf) throw UserError(ErrorCode::file_damaged, path + " cannot be read: it is damaged, or there is not enough memory.");
  }
  ggml_tensor* find(const std::string& name) const {
    const auto wide = widened.find(name);
    return ggml_get_tensor(wide == widened.end() ? tensors.get() : wide->second.get(), name.c_str());
  }
  /** A tensor of `type` that takes the place of `narrow`. */
  ggml_tensor* widen(const ggml_tensor* narrow, ggml_type type) {
    const std::string name = narrow->name;
    const size_t bytes = ggml_row_size(type, narrow->ne[0]) * narrow->ne[1] + ggml_tensor_overhead() + GGML_MEM_ALIGN;
    ggml_context_ptr holder(ggml_init({bytes, nullptr, /*no_alloc=*/false}));
    if (!holder) throw UserError(ErrorCode::out_of_memory, "There is not enough memory to merge the model.");
    ggml_tensor* wide = ggml_new_tensor_2d(holder.get(), type, narrow->ne[0], narrow->ne[1]);
    ggml_set_name(wide, name.c_str());
    widened.emplace(name, std::move(holder));
    return wide;
  }
};

std::vector<float> floats_of(const ggml_tensor* tensor) {
  std::vector<float> values(ggml_nelements(tensor));
  dequantize_rows(tensor->type, tensor->data, ggml_nrows(tensor), tensor->ne[0], values.data());
  return values;
}

/** w [out, in] += factor * b [out, rank] a [rank, in] */
void add_product(std::vector<float>& w, const std::vector<float>& a, const std::vector<float>& b, int64_t in, int64_t out, int64_t rank,
                 float factor) {
  for (int64_t o = 0; o < out; ++o) {
    float* row = &w[o * in];
    for (int64_t r = 0; r < rank; ++r) {
      const float f = factor * b[o * rank + r];
      const float* ar = &a[r * in];
      for (int64_t i = 0; i < in; ++i) row[i] += f * ar[i];
    }
  }
}

/** What the sum is written as. */
ggml_type type_of_sum(const ggml_tensor* weight) {
  const size_t bits = 8 * ggml_type_size(weight->type) / ggml_blck_size(weight->type);
  if (bits >= 8) return weight->type;
  return weight->ne[0] % ggml_blck_size(GGML_TYPE_Q8_0) == 0 ? GGML_TYPE_Q8_0 : GGML_TYPE_F16;
}

void merge_tensor(File& base, ggml_tensor* weight, const ggml_tensor* a, const ggml_tensor* b, float alpha, float scale) {
  const int64_t in = weight->ne[0];
  const int64_t out = weight->ne[1];
  const int64_t rank = b->ne[0];
  if (a->ne[0] != in || a->ne[1] != rank || b->ne[1] != out) {
    throw UserError(ErrorCode::adapter_mismatch,
                    std::string("The adapter's ") + weight->name + " has another shape than the base's: it was made for another model.");
  }
  std::vector<float> values = floats_of(weight);
  // As libllama: alpha 0 means that the factors carry the scale.
  const float factor = alpha == 0 ? scale : scale * alpha / static_cast<float>(rank);
  add_product(values, floats_of(a), floats_of(b), in, out, rank, factor);
  const ggml_type type = type_of_sum(weight);
  ggml_tensor* sum = type == weight->type ? weight : base.widen(weight, type);
  ggml_quantize_chunk(type, values.data(), sum->data, 0, out, in, nullptr);
}

void merge_all(File& base, const File& adapter, float scale) {
  const int64_t alpha_id = gguf_find_key(adapter.gguf.get(), "adapter.lora.alpha");
  const float alpha = alpha_id >= 0 ? gguf_get_val_f32(adapter.gguf.get(), alpha_id) : 0;
  const std::string suffix = ".lora_a";
  for (int64_t i = 0; i < gguf_get_n_tensors(adapter.gguf.get()); ++i) {
    const std::string name = gguf_get_tensor_name(adapter.gguf.get(), i);
    if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0) continue;
    const std::string target = name.substr(0, name.size() - suffix.size());
    ggml_tensor* weight = base.find(target);
    const ggml_tensor* b = adapter.find(target + ".lora_b");
    if (!weight || !b)
      throw UserError(ErrorCode::adapter_mismatch,
                      "The adapter changes " + target + ", which the base does not have: it was made for another model.");
    merge_tensor(base, weight, adapter.find(name), b, alpha, scale);
  }
}

/** A read gguf_context has no tensor data: what is written is made anew from the tensors. */
void write(const File& file, const fs::path& target) {
  const gguf_context_ptr gguf(gguf_init_empty());
  gguf_set_kv(gguf.get(), file.gguf.get());
  // llama_ftype: MOSTLY_Q8_0. Loaders show it and do not need it.
  if (!file.widened.empty()) gguf_set_val_u32(gguf.get(), "general.file_type", 7);
  for (int64_t i = 0; i < gguf_get_n_tensors(file.gguf.get()); ++i)
    gguf_add_tensor(gguf.get(), file.find(gguf_get_tensor_name(file.gguf.get(), i)));
  write_gguf(gguf.get(), target.string());
}

/** FNV-1a: names files, guards nothing. */
std::string digest(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3u;
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

/** Changes when the file does. */
std::string identity(const std::string& path) {
  return path + "|" + std::to_string(fs::file_size(path)) + "|" + std::to_string(fs::last_write_time(path).time_since_epoch().count());
}

void drop_oldest(const fs::path& folder, const fs::path& kept) {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  const auto stale = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder)) {
    // Left by a process that died while it wrote.
    if (entry.path().extension().string().rfind(".part", 0) == 0 && entry.last_write_time() < stale) fs::remove(entry.path(), ignored);
    if (entry.path().extension() == ".gguf" && entry.path() != kept) files.emplace_back(entry.last_write_time(), entry.path());
  }
  std::sort(files.rbegin(), files.rend());
  for (size_t i = kKept - 1; i < files.size(); ++i) fs::remove(files[i].second, ignored);
}

}  // namespace

bool merge_keeps_adapter(const GgufSummary& base) {
  static const char* const wide[] = {"F32", "F16", "BF16", "Q8_0"};
  return std::any_of(std::begin(wide), std::end(wide), [&](const char* type) { return base.weight_type == type; });
}

std::string merged_model(const MergeRequest& request) {
  try {
    const fs::path folder = request.folder;
    fs::create_directories(folder);
    const fs::path target =
        folder /
        (digest(identity(request.base_path) + "\n" + identity(request.adapter_path) + "\n" + std::to_string(request.scale)) + ".gguf");
    if (fs::exists(target)) {
      fs::last_write_time(target, fs::file_time_type::clock::now());
      return target.string();
    }
    File base(request.base_path);
    merge_all(base, File(request.adapter_path), request.scale);
    write(base, target);
    drop_oldest(folder, target);
    return target.string();
  } catch (const fs::filesystem_error& error) {
    throw UserError(ErrorCode::write_failed, std::string("The merged model cannot be stored: ") + error.what());
  }
}

void export_merged(const MergedExport& request) {
  try {
    File base(request.base_path);
    merge_all(base, File(request.adapter_path), request.scale);
    write(base, request.target_path);
  } catch (const fs::filesystem_error& error) {
    throw UserError(ErrorCode::write_failed, std::string("The merged model cannot be stored: ") + error.what());
  }
}

}  // namespace repotune::inference
