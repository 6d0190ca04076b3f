#pragma once
// One libllama context per adapter set. Adapters are context-wide and libllama keeps the KV cache when they change, so a context never
// changes its adapter: states of different adapters cannot mix.
#include <llama-cpp.h>

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inference/governor.h"
#include "inference/interrupt.h"
#include "inference/model.h"

namespace repotune::inference {

struct Adapter {
  /** "": the base alone. */
  std::string id;
  std::string path;
  float scale = 1.0f;
};

struct ContextOptions {
  uint32_t context_tokens;
  /** 0: one for small models, else as many as the machine has cores. */
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
  bool merged() const { return merged_; }
  /** Tokens per sequence. */
  uint32_t capacity(bool aside = false) const { return aside ? aside_capacity_ : capacity_; }
  /** Maximum logits rows per `decode`. */
  uint32_t outputs_max() const { return outputs_max_; }

  enum class Outcome { done, interrupted };
  struct Evaluation {
    Outcome outcome;
    int evaluated;
  };
  /**
   * Makes a sequence of the cache hold exactly `tokens`, evaluating only the missing ones, and computes the last one's logits. `aside`:
   * uses the sequence reserved for requests that must not evict what was read for the others.
   */
  Evaluation evaluate(const std::vector<llama_token>& tokens, const Interrupt& interrupt, bool aside = false) {
    return evaluate(tokens, interrupt, aside, chunk_);
  }
  /**
   * In batches of `first_batch` tokens at first, then of twice as many each: an interrupt loses about half of what was read at most, and
   * what is read for long is not slowed by small batches, each of which unpacks the weights anew.
   */
  Evaluation evaluate(const std::vector<llama_token>& tokens, const Interrupt& interrupt, bool aside, int first_batch);
  /** How many of `tokens` are not in the cache. */
  size_t missing(const std::vector<llama_token>& tokens, bool aside = false) const {
    return tokens.size() - chosen_for(tokens, aside).held(tokens);
  }

  /** Appends tokens (at most `outputs_max`) with logits for each: row i of `logits(i)`. Undone when interrupted. */
  Outcome append(const llama_token* tokens, int count, const Interrupt& interrupt);
  /** Appends tokens, logits for those at index >= `first_output`. */
  Outcome append(const llama_token* tokens, int count, int first_output, const Interrupt& interrupt);
  /** On a device: compiles the kernels for the expected batch sizes, and learns how many tokens it can read in time. Clears the cache. */
  void warm();
  /** Milliseconds that writing one token takes. Clears the cache. */
  double token_ms();
  /** Keeps the first `length` cached tokens. */
  void truncate(size_t length);

  /** [vocabulary] for the i-th output of the last append; after `evaluate`, i = -1 is the last token. */
  const float* logits(int i) const;
  const std::vector<llama_token>& cached() const { return current().cached; }

 private:
  /**
   * What was read. There are two, so that reading ahead, or a short prompt, does not evict what was read for the place where the user
   * types, and a third for aside requests.
   */
  struct Sequence {
    llama_seq_id id;
    std::vector<llama_token> cached;
    /** The last prompt and the logits after it: the next request often has the same prompt (only its healed text grew). */
    std::vector<llama_token> prompt;
    std::vector<float> prompt_logits;

    /** Length of the prefix of `tokens` that it holds. */
    size_t held(const std::vector<llama_token>& tokens) const;
  };
  /** The sequence that holds a good part of `tokens`, else the less recently used of the two. */
  const Sequence& chosen_for(const std::vector<llama_token>& tokens, bool aside) const;
  const Sequence& current() const { return sequences_[current_]; }
  Sequence& current() { return sequences_[current_]; }

  /** As llama_decode, synchronized. Throws DeviceError if a device fails. */
  int32_t decode(const llama_batch& batch);

  std::shared_ptr<const Model> model_;
  llama_adapter_lora_ptr adapter_;
  llama_context_ptr context_;
  std::string key_;
  bool merged_;
  ThreadGovernor governor_;
  uint32_t outputs_max_;
  int chunk_;
  int vocabulary_size_;
  uint32_t capacity_;
  uint32_t aside_capacity_;
  static constexpr size_t kAside = 2;
  std::array<Sequence, 3> sequences_{{{0, {}, {}, {}}, {1, {}, {}, {}}, {kAside, {}, {}, {}}}};
  size_t current_ = 0;
  /** The more recently used of the first two. */
  size_t last_ = 0;
  bool logits_are_prompts_ = false;
  const Interrupt* interrupt_ = nullptr;
};

/** The live contexts: at most two, evicted least recently used first. */
class Contexts {
 public:
  Contexts(std::shared_ptr<Model> model, ContextOptions options) : model_(std::move(model)), options_(std::move(options)) {}

  /** `at_leisure`: nobody waits for it, so a model may be loaded first. Throws UserError when the adapter does not fit the model. */
  Context& get(const Adapter& adapter, bool at_leisure = false);

 private:
  /** The path of the base with the adapter merged in; "" if it is better served unmerged. */
  std::string merged(const Adapter& adapter) const;
  /** Whether the device has room for the merged model in place of what it holds now. */
  bool replaceable() const;
  void make_on_cpu(const Adapter& adapter);
  void make_on_device(const Adapter& adapter);
  /** Whether the merged model would be faster than base and adapter, measured with the first adapter; true if that is unknown. */
  bool is_worth_merging(const Adapter& adapter);
  /** Loads the merged model in place of all that is on the device. False if it stays unmerged; nothing may be left there then. */
  bool replace(const Adapter& adapter);
  /** On a device: merges an adapter that was requested many times in a row, unmerged since it took turns with others before. */
  void merge_what_stays(const Adapter& adapter);

  std::shared_ptr<Model> model_;
  ContextOptions options_;
  /** Requests in a row for the context that is in front. */
  int uses_ = 0;
  /** On a device: whether adapters alternate, and whether a merged model turned out not to fit. */
  bool alternates_ = false;
  bool fits_ = true;
  /** On a device, once measured. */
  std::optional<bool> worth_;
  /** Most recently used first. */
  std::list<Context> alive_;
};

}  // namespace repotune::inference
