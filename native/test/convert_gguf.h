#pragma once
// A GGUF file's matrices in another type, and any GGUF's tensors as F32.
#include <memory>
#include <string>
#include <vector>

#include "common/gguf_file.h"
#include "common/quantize.h"

namespace repotune::test {

/** Writes `from` to `to` with every matrix (not the vectors) as `type`. Other tensors become F32. */
inline void convert_gguf(const std::string& from, const std::string& to, ggml_type type) {
  const GgufFile in(from);
  Pool pool(1);
  const gguf_context_ptr out(gguf_init_empty());
  const ggml_context_ptr ggml(ggml_init({in.tensors().size() * ggml_tensor_overhead() + 1024, nullptr, true}));
  gguf_set_kv(out.get(), in.context());
  gguf_remove_key(out.get(), "general.file_type");
  std::vector<AlignedBytes> kept;
  for (const auto& t : in.tensors()) {
    const bool matrix = t.ne[1] > 1 && t.ne[0] % ggml_blck_size(type) == 0;
    const ggml_type wanted = matrix ? type : GGML_TYPE_F32;
    AlignedBytes data = in.read(t);
    kept.push_back(t.type == wanted ? std::move(data) : convert_weight(pool, t.type, data.data(), t.ne[1], t.ne[0], wanted));
    ggml_tensor* copy =
        matrix || t.ne[1] > 1 ? ggml_new_tensor_2d(ggml.get(), wanted, t.ne[0], t.ne[1]) : ggml_new_tensor_1d(ggml.get(), wanted, t.ne[0]);
    ggml_set_name(copy, t.name.c_str());
    copy->data = kept.back().data();
    gguf_add_tensor(out.get(), copy);
  }
  write_gguf(out.get(), to);
}

}  // namespace repotune::test
