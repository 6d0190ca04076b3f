#include "inference/gguf_check.h"

#include <ggml.h>
#include <gguf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "common/errors.h"
#include "inference/backends.h"

namespace repotune::inference {

namespace {

struct FreeGguf {
  void operator()(gguf_context* context) const { gguf_free(context); }
};

std::string text_of(const gguf_context* gguf, const char* key) {
  const int64_t id = gguf_find_key(gguf, key);
  return id >= 0 && gguf_get_kv_type(gguf, id) == GGUF_TYPE_STRING ? gguf_get_val_str(gguf, id) : "";
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

void check_magic(const std::string& path, const std::string& what) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw UserError("The " + what + " file " + path + " is missing: choose another one, or put it back.");
  }
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  if (!file) throw UserError("The " + what + " file " + path + " cannot be read: check its permissions.");
  file.read(magic, sizeof magic);
  if (std::memcmp(magic, "GGUF", sizeof magic) != 0) {
    throw UserError(path + " is not a GGUF file: choose a model in llama.cpp's GGUF format.");
  }
}

}  // namespace

GgufSummary check_gguf(const std::string& path, const std::string& what) {
  check_magic(path, what);
  const std::string damaged = "The " + what + " file " + path + " is damaged or incomplete: download or make it again.";
  take_log_errors();
  std::unique_ptr<gguf_context, FreeGguf> gguf(gguf_init_from_file(path.c_str(), {/*no_alloc=*/true, /*ctx=*/nullptr}));
  if (!gguf) throw UserError(damaged);

  const uint64_t file_bytes = std::filesystem::file_size(path);
  const uint64_t data_start = gguf_get_data_offset(gguf.get());
  std::map<ggml_type, uint64_t> bytes_by_type;
  GgufSummary summary{};
  for (int64_t i = 0; i < gguf_get_n_tensors(gguf.get()); ++i) {
    const uint64_t bytes = gguf_get_tensor_size(gguf.get(), i);
    const uint64_t end = data_start + gguf_get_tensor_offset(gguf.get(), i) + bytes;
    if (end > file_bytes) throw UserError(damaged);
    summary.tensor_bytes += bytes;
    bytes_by_type[gguf_get_tensor_type(gguf.get(), i)] += bytes;
  }
  const auto most =
      std::max_element(bytes_by_type.begin(), bytes_by_type.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  summary.weight_type = most == bytes_by_type.end() ? "" : upper(ggml_type_name(most->first));
  summary.architecture = text_of(gguf.get(), "general.architecture");
  summary.name = text_of(gguf.get(), "general.name");
  summary.type = text_of(gguf.get(), "general.type");
  if (summary.type.empty()) summary.type = "model";
  summary.adapter_type = text_of(gguf.get(), "adapter.type");
  summary.prompt_order = text_of(gguf.get(), "repotune.prompt_order");
  return summary;
}

}  // namespace repotune::inference
