#pragma once
// One libllama context per adapter set. Adapters are context-wide and libllama keeps the KV cache when they change, so a
// context never changes its adapter: states of different adapters cannot mix.
#include <llama-cpp.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "inference/governor.h"
#include "inference/interrupt.h"
#include "inference/model.h"

namespace repotune::inference {

struct Adapter {
  /** "" is the base alone. */
  std::string id;
  std::string path;
  float scale = 1.0f;
};

struct ContextOptions {
  uint32_t context_tokens;
  /** 0: one for small models, else the machine's cores. */
  int threads = 0;
  /** "auto", "cpu", ... */
  std::string device = "auto";
  /** Folder for merged models; "": adapters are never merged. */
  std::string merge_folder;
};

/** A context and what its KV cache holds. */
class Context {
 public:
  /** `model`: the base, or the base with the adapter merged in. */
  Context(std::shared_ptr<const Model> model, const ContextOptions& options, const Adapter& adapter, bool merged);

  const std::string& key() const { return key_; }
  uint32_t capacity() const { return llama_n_ctx(context_.get()); }
  /** Most logits rows of one `decode`. */
  uint32_t outputs_max() const { return outputs_max_; }

  enum class Outcome { done, interrupted };
  struct Evaluation {
    Outcome outcome;
    int evaluated;
  };
  /** Makes the cache hold exactly `tokens`, evaluating only what it does not hold, and the logits of the last. */
  Evaluation evaluate(const std::vector<llama_token>& tokens, const Interrupt& interrupt);

  /** Appends tokens (at most `outputs_max`) with logits for each: row i of `logits(i)`. Undone when interrupted. */
  Outcome append(const llama_token* tokens, int count, const Interrupt& interrupt);
  /** Appends tokens, logits for those at index >= `first_output`. */
  Outcome append(const llama_token* tokens, int count, int first_output, const Interrupt& interrupt);
  /** Keeps the first `length` cached tokens. */
  void truncate(size_t length);

  /** [vocabulary] of the i-th output of the last append; of the last token after `evaluate` with i = -1. */
  const float* logits(int i) const;
  const std::vector<llama_token>& cached() const { return cached_; }

 private:
  /** As llama_decode, finished. Throws DeviceError where a device fails. */
  int32_t decode(const llama_batch& batch);

  std::shared_ptr<const Model> model_;
  llama_adapter_lora_ptr adapter_;
  llama_context_ptr context_;
  std::string key_;
  ThreadGovernor governor_;
  uint32_t outputs_max_;
  int chunk_;
  int vocabulary_size_;
  std::vector<llama_token> cached_;
  /** Logits after `cached_[0, prompt_end_)`: the next request often has the same prompt (only its healed text grew). */
  std::vector<float> prompt_logits_;
  std::vector<llama_token> prompt_;
  bool logits_are_prompts_ = false;
  const Interrupt* interrupt_ = nullptr;
};

/** The contexts alive: at most two, the longest unused goes first. */
class Contexts {
 public:
  Contexts(std::shared_ptr<const Model> model, ContextOptions options) : model_(std::move(model)), options_(std::move(options)) {}

  /** Throws UserError when the adapter does not fit the model. */
  Context& get(const Adapter& adapter);

 private:
  /** The base with the adapter folded in; null where it is better served beside the base. */
  std::shared_ptr<const Model> merged(const Adapter& adapter) const;

  std::shared_ptr<const Model> model_;
  ContextOptions options_;
  /** Last used first. */
  std::list<Context> alive_;
};

}  // namespace repotune::inference
