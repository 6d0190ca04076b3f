#pragma once
// The frozen base as the trainer sees it: one description of a transformer block with options, filled from a GGUF file.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "common/gguf_file.h"
#include "kernels/matmul.h"

namespace repotune {

/** What distinguishes the supported architectures. */
struct Architecture {
  const char* name;
  /** RoPE pairs (i, i + n/2) instead of (2i, 2i + 1). */
  bool neox_rope;
  /** RMSNorm on every head of q and k before RoPE. */
  bool qk_norm;
  /** RMSNorm on the output of attention and feed-forward before the residual sum ("sandwich norms"). */
  bool post_norms;
  /** GELU (tanh form) gates the feed-forward instead of SiLU. */
  bool gelu;
  /** Embeddings are multiplied by sqrt(n_embd). */
  bool scaled_embedding;
  /** All but every sixth layer use a sliding window, with a RoPE base of its own. */
  bool sliding_window;
  /** Measured to learn as much with integer products as with F32 from the same text (bench/results/training.md). */
  bool integers;
};

/** nullptr if not supported. */
const Architecture* find_architecture(const std::string& name);

/** How a model scales its rotary frequencies. */
struct RopeScaling {
  float base = 10000.0f;
  /** Positions are multiplied by this (1 / factor). */
  float scale = 1.0f;
  /** YaRN (Peng et al. 2023): high frequencies keep their positions, low ones are interpolated. */
  bool yarn = false;
  float attention_factor = 1.0f;
  float beta_fast = 32.0f, beta_slow = 1.0f;
  double original_context = 0;
  /** Divides each frequency (Llama 3.1); empty: 1. */
  std::vector<float> factors;
};

/** cos and sin of every position and frequency: [positions, n_rot / 2] each, RoPE scaling included. */
struct RopeTable {
  int64_t n_rot = 0;
  bool neox = false;
  RopeScaling scaling;
  std::vector<float> cos, sin;
};

enum LinearId { kQ, kK, kV, kO, kGate, kUp, kDown, kLinears };

/** A frozen linear, and the position of its adapter in the trainer's flat parameter vector. */
struct Linear {
  std::string name;     // of the weight in the GGUF
  Weight w{};           // [n_out, n_in]; no data while it stays in the file
  int64_t offset = -1;  // in the file, of the weight as it is trained on; -1: it was quantized on loading
  std::vector<float> bias;
  int64_t a = -1;  // offset of lora_a [rank, n_in]; -1: it has no adapter
  int64_t b = -1;  // offset of lora_b [n_out, rank]
  bool adapted() const { return a >= 0; }
};

struct Layer {
  std::array<Linear, kLinears> linear;
  std::vector<float> attn_norm, ffn_norm;            // [n_embd]
  std::vector<float> q_norm, k_norm;                 // [head_dim], empty without qk_norm
  std::vector<float> attn_post_norm, ffn_post_norm;  // [n_embd], empty without post_norms
  const RopeTable* rope = nullptr;
  /** Keys that a query sees, itself included; 0: all before it. */
  int64_t window = 0;
};

struct ModelOptions {
  std::string path;
  /** Quantizes 16- and 32-bit linears to this type; GGML_TYPE_COUNT: keeps them as they are. */
  ggml_type base_type = GGML_TYPE_COUNT;
  /** Longest sequence; 0: the model's context. */
  int64_t max_positions = 0;
  int threads = 1;
  /** Reads only the header: shapes, types and bytes for a plan, no weights. */
  bool header_only = false;
  /** Leaves the blocks' weights in the file, for BlockStream, except those quantized on loading. */
  bool streamed = false;
};

class TrainerModel {
 public:
  /** Throws UserError. */
  static std::unique_ptr<TrainerModel> load(const ModelOptions& options);

  const Architecture* arch = nullptr;
  std::string name;
  /** `repotune.prompt_order` of the GGUF, '' if the maker wrote none. */
  std::string prompt_order;
  /** `repotune.prompt_format`: the layout that an adapter merged into the model has learned; '' in other models. */
  std::string prompt_mark;
  int64_t n_embd = 0, n_ff = 0, n_head = 0, n_head_kv = 0, head_dim = 0, n_vocab = 0, n_ctx = 0;
  float rms_eps = 1e-5f;
  float attention_scale = 0;  // of q k^T
  float logit_softcap = 0;    // 0: none
  std::vector<Layer> layers;
  Weight embedding{};  // [n_vocab, n_embd]
  Weight head{};       // [n_vocab, n_embd], the embedding itself when tied
  std::vector<float> output_norm;
  /** All tensor data of the file. */
  int64_t size_bytes = 0, parameters = 0;
  /** Type of the first block's query weights, as trained on: that of most linears if they differ. */
  ggml_type linear_type = GGML_TYPE_F32;
  /** Bytes of all weights as trained on, including those that stay in the file. */
  int64_t weight_bytes = 0;
  bool streamed = false;

 private:
  friend struct ModelLoader;
  std::vector<AlignedBytes> storage_;
  std::vector<std::unique_ptr<RopeTable>> ropes_;
};

}  // namespace repotune
