#include "inference/gguf_check.h"

#include <algorithm>
#include <map>

#include "common/gguf_file.h"
#include "common/text.h"

namespace repotune::inference {

GgufSummary check_gguf(const std::string& path, const std::string& what) {
  const GgufFile file(path, what);
  std::map<ggml_type, uint64_t> bytes_by_type;
  GgufSummary summary{};
  for (const GgufTensor& tensor : file.tensors()) {
    summary.tensor_bytes += tensor.bytes;
    bytes_by_type[tensor.type] += tensor.bytes;
  }
  const auto most =
      std::max_element(bytes_by_type.begin(), bytes_by_type.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  summary.weight_type = most == bytes_by_type.end() ? "" : upper(ggml_type_name(most->first));
  summary.architecture = file.text("general.architecture");
  summary.name = file.text("general.name");
  summary.type = file.text("general.type");
  if (summary.type.empty()) summary.type = "model";
  summary.adapter_type = file.text("adapter.type");
  summary.prompt_order = file.text("repotune.prompt_order");
  summary.prompt_mark = file.text(kPromptMark);
  return summary;
}

}  // namespace repotune::inference
