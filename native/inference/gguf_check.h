#pragma once
// What can be known of a GGUF file before libllama maps it.
#include <cstdint>
#include <string>

namespace repotune::inference {

struct GgufSummary {
  std::string architecture;
  std::string name;
  /** `general.type`: "model" if the file does not say. */
  std::string type;
  /** `adapter.type`; "" for models. */
  std::string adapter_type;
  /** `repotune.prompt_order`; "" if the file does not say. */
  std::string prompt_order;
  /** `repotune.prompt_format`; "" if the file does not say. */
  std::string prompt_mark;
  /** Type that most weight bytes have, e.g. "Q4_0". */
  std::string weight_type;
  uint64_t tensor_bytes;
};

/** Reads the header. Throws UserError for a missing, foreign or truncated file, naming `what` ("model", "adapter"). */
GgufSummary check_gguf(const std::string& path, const std::string& what);

}  // namespace repotune::inference
