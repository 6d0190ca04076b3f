#pragma once
// Makes small random GGUF models of every supported architecture, for checks that compare two implementations.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "common/gguf_file.h"
#include "common/random.h"
#include "trainer/model.h"

namespace repotune::test {

/** A shape with everything awkward: grouped heads, a head size that is not n_embd / n_head where the architecture allows it. */
struct TinySpec {
  std::string label;
  std::string arch;
  int64_t n_embd = 64, n_ff = 96, n_head = 4, n_head_kv = 2, head_dim = 16, n_layer = 2, n_vocab = 96, n_ctx = 128;
  bool biases = false;
  bool tied = false;
  bool rope_factors = false;
  ggml_type matrices = GGML_TYPE_F32;
  const char* rope_scaling = nullptr;  // "linear" or "yarn", by a factor of 4
  int64_t window = 0;
  /** Scales what a linear writes, and the weights of the norm behind it, if there is one. */
  float outputs = 1, post_norm = 1;
  /** Scales gate and up. */
  float inner = 1;
  uint64_t seed = 7;
};

inline std::vector<TinySpec> tiny_specs() {
  std::vector<TinySpec> specs;
  const auto add = [&](const char* label, const char* arch, auto change) {
    TinySpec s;
    s.label = label;
    s.arch = arch;
    change(s);
    specs.push_back(s);
  };
  add("llama", "llama", [](TinySpec&) {});
  add("llama, biases, tied", "llama", [](TinySpec& s) { s.biases = s.tied = true; });
  add("llama, frequency factors", "llama", [](TinySpec& s) { s.rope_factors = true; });
  add("llama, linear RoPE scaling", "llama", [](TinySpec& s) { s.rope_scaling = "linear"; });
  add("llama, YaRN", "llama", [](TinySpec& s) { s.rope_scaling = "yarn"; });
  add("qwen2", "qwen2", [](TinySpec& s) { s.biases = s.tied = true; });
  add("qwen2, odd sizes", "qwen2", [](TinySpec& s) {
    s.biases = true;
    s.n_embd = 66;
    s.n_head = 3;
    s.n_head_kv = 1;
    s.head_dim = 22;
    s.n_ff = 91;
    s.n_vocab = 101;
  });
  add("qwen3", "qwen3", [](TinySpec& s) { s.head_dim = 32; });
  add("gemma3", "gemma3", [](TinySpec& s) {
    s.head_dim = 32;
    s.n_head_kv = 1;
    s.tied = true;
    s.n_layer = 7;  // the sixth attends to everything
    s.window = 8;
  });
  return specs;
}

/** Models whose values are hard to hold in half precision. */
inline std::vector<TinySpec> wide_ranging_specs() {
  std::vector<TinySpec> specs;
  for (TinySpec s : tiny_specs()) {
    if (s.arch != "gemma3" && s.arch != "qwen3") continue;
    s.n_layer = 2;
    // Norms of what linears write, where that is weak: gradients grow by the norm's weights over the root of epsilon.
    specs.push_back(s);
    specs.back().label = "weak " + s.label;
    specs.back().outputs = 1e-4f;
    specs.back().post_norm = 64;
    if (s.arch != "gemma3") continue;
    // Hidden activations, which a post-norm allows to be large.
    specs.push_back(s);
    specs.back().label = "large " + s.label;
    specs.back().inner = 200;
  }
  return specs;
}

/** Writes the model: its matrices as the spec says, other tensors F32. */
inline void write_tiny_model(const TinySpec& s, const std::string& path) {
  const gguf_context_ptr file(gguf_init_empty());
  const size_t vocabulary_bytes = ggml_row_size(s.matrices, s.n_embd) * (size_t)s.n_vocab;
  const ggml_context_ptr ggml(ggml_init({(size_t(32) << 20) + 2 * vocabulary_bytes, nullptr, false}));
  const Architecture& arch = *find_architecture(s.arch);
  const auto key = [&](const char* suffix) { return s.arch + "." + suffix; };
  const auto u32 = [&](const char* suffix, int64_t v) { gguf_set_val_u32(file.get(), key(suffix).c_str(), (uint32_t)v); };
  const auto f32 = [&](const char* suffix, float v) { gguf_set_val_f32(file.get(), key(suffix).c_str(), v); };
  gguf_set_val_str(file.get(), "general.architecture", s.arch.c_str());
  gguf_set_val_str(file.get(), "general.name", s.label.c_str());
  gguf_set_val_str(file.get(), "tokenizer.ggml.model", "no_vocab");
  u32("vocab_size", s.n_vocab);
  u32("context_length", s.n_ctx);
  u32("embedding_length", s.n_embd);
  u32("block_count", s.n_layer);
  u32("feed_forward_length", s.n_ff);
  u32("attention.head_count", s.n_head);
  u32("attention.head_count_kv", s.n_head_kv);
  u32("attention.key_length", s.head_dim);
  u32("attention.value_length", s.head_dim);
  u32("rope.dimension_count", s.head_dim);
  f32("attention.layer_norm_rms_epsilon", 1e-5f);
  f32("rope.freq_base", arch.sliding_window ? 100000.0f : 10000.0f);
  if (s.window) u32("attention.sliding_window", s.window);
  if (s.rope_scaling) {
    gguf_set_val_str(file.get(), key("rope.scaling.type").c_str(), s.rope_scaling);
    f32("rope.scaling.factor", 4.0f);
    u32("rope.scaling.original_context_length", s.n_ctx / 4);
  }

  uint64_t counter = 0;
  const auto tensor = [&](const std::string& name, int64_t ne0, int64_t ne1, float centre, float spread) {
    ggml_tensor* t = ne1 ? ggml_new_tensor_2d(ggml.get(), s.matrices, ne0, ne1) : ggml_new_tensor_1d(ggml.get(), GGML_TYPE_F32, ne0);
    ggml_set_name(t, name.c_str());
    std::vector<float> row((size_t)ne0);
    for (int64_t r = 0; r < ggml_nrows(t); r++) {
      for (float& value : row) value = centre + spread * 1.7320508f * (2 * uniform(s.seed, counter++) - 1);
      ggml_quantize_chunk(t->type, row.data(), (uint8_t*)t->data + (size_t)r * t->nb[1], 0, 1, ne0, nullptr);
    }
    gguf_add_tensor(file.get(), t);
  };
  const int64_t d = s.n_embd, q = s.n_head * s.head_dim, kv = s.n_head_kv * s.head_dim;
  const auto linear = [&](const std::string& name, int64_t in, int64_t out, bool bias, float scale = 1) {
    tensor(name + ".weight", in, out, 0, scale * s.outputs * 1.2f / std::sqrt((float)in));
    if (bias) tensor(name + ".bias", out, 0, 0, 0.1f);
  };
  const auto norm = [&](const std::string& name, int64_t n) { tensor(name + ".weight", n, 0, 1.0f, 0.1f); };
  tensor("token_embd.weight", d, s.n_vocab, 0, s.tied ? 0.3f : 1.0f);
  norm("output_norm", d);
  if (!s.tied) linear("output", d, s.n_vocab, false);
  if (s.rope_factors) tensor("rope_freqs.weight", s.head_dim / 2, 0, 3.0f, 1.0f);
  for (int64_t i = 0; i < s.n_layer; i++) {
    const std::string p = "blk." + std::to_string(i) + ".";
    norm(p + "attn_norm", d);
    norm(p + "ffn_norm", d);
    if (arch.qk_norm) {
      norm(p + "attn_q_norm", s.head_dim);
      norm(p + "attn_k_norm", s.head_dim);
    }
    if (arch.post_norms) {
      tensor(p + "post_attention_norm.weight", d, 0, s.post_norm, 0.1f);
      tensor(p + "post_ffw_norm.weight", d, 0, s.post_norm, 0.1f);
    }
    linear(p + "attn_q", d, q, s.biases);
    linear(p + "attn_k", d, kv, s.biases);
    linear(p + "attn_v", d, kv, s.biases);
    linear(p + "attn_output", q, d, s.biases && s.arch == "llama");
    linear(p + "ffn_gate", d, s.n_ff, s.biases && s.arch == "llama", s.inner);
    linear(p + "ffn_up", d, s.n_ff, s.biases && s.arch == "llama", s.inner);
    linear(p + "ffn_down", s.n_ff, d, s.biases && s.arch == "llama");
  }
  write_gguf(file.get(), path);
}

/** Random tokens with everything a real row has: packed sequences, weights that are 0, 1 and between. */
inline std::vector<int32_t> random_tokens(int64_t count, int64_t n_vocab, uint64_t seed) {
  std::vector<int32_t> tokens((size_t)count);
  for (size_t i = 0; i < tokens.size(); i++) tokens[i] = (int32_t)(mix64(seed * 1000003 + i) % (uint64_t)n_vocab);
  return tokens;
}

/** A folder that goes away with the object. */
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace repotune::test

#include <filesystem>
#include <random>

namespace repotune::test {

inline TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / ("repotune-check-" + std::to_string(std::random_device{}()))).string()) {
  std::filesystem::create_directories(path_);
}
inline TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace repotune::test
