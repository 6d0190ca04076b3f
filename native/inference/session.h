#pragma once
// Completion and scoring with one model. Calls come from one thread at a time; `Interrupt::cancel` from any.
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "inference/contexts.h"
#include "inference/decoding.h"
#include "inference/interrupt.h"
#include "inference/model.h"

namespace repotune::inference {

/** A special token by role, or text that is tokenized on its own. */
struct PromptPart {
  std::string special;
  std::string text;
};

struct CompleteRequest {
  std::vector<PromptPart> prompt;
  /**
   * What to read instead, in this order, if more than `fresh_tokens` of `prompt` are missing from the KV cache; the last one in any case.
   * One of which nearly all is there goes first.
   */
  std::vector<std::vector<PromptPart>> shorter;
  int fresh_tokens = -1;
  /** Bytes that the generated text must begin with; not part of the result's text. */
  std::string heal;
  /** 0: the prompt is only read, in small batches, so that the next request finds it in the KV cache. */
  int max_tokens;
  std::vector<std::string> stops;
  double deadline_ms = -1;
  /** Which of the first tokens after healing to take, best first. */
  int candidate = 0;
  Adapter adapter;
  bool speculate = true;
  /** Speculate even where it does not pay: for comparison. */
  bool always_speculate = false;
  /** Further text in which speculation looks for repetitions; it rarely changes. */
  std::string beside;
  /** Text that the answer will probably repeat for the most part. */
  std::string drafts;
  /** Generation ends at the first token less likely than this. */
  double least_probability = 0;
  /** Its prompt does not evict those of other requests; its context is shorter. */
  bool aside = false;
};

struct CompleteResult {
  std::string text;
  StopReason stop_reason;
  std::vector<double> log_probabilities;
  /** Of the same tokens: bytes of `text` by the end of each. */
  std::vector<size_t> ends;
  /** Which prompt was read: 0 is `prompt`, then those of `shorter`. */
  int prompt = 0;
  int prompt_tokens = 0;
  int evaluated_tokens = 0;
  /** Forward passes after the prompt. */
  int passes = 0;
  double prompt_ms = 0;
  double generate_ms = 0;
};

struct ScoreSample {
  std::vector<llama_token> tokens;
  /** Losses of tokens [loss_from, loss_to). */
  int loss_from;
  int loss_to;
};

struct Score {
  double nll = 0;
  int tokens = 0;
  int top1 = 0;
};

class Session {
 public:
  Session(const std::string& model_path, ContextOptions options);

  const Model& model() const { return *model_; }

  CompleteResult complete(const CompleteRequest& request, Interrupt& interrupt, const std::function<void(const std::string&)>& on_text);
  /**
   * When cancelled, returns what is done: the last may cover only part of its tokens. With `small_batches`, they begin small,
   * so that less of what was read is lost.
   */
  std::vector<Score> score(const std::vector<ScoreSample>& samples, const Adapter& adapter, Interrupt& interrupt, bool small_batches);

 private:
  std::vector<llama_token> tokens_of(const std::vector<PromptPart>& prompt) const;
  /** The longest prompt that can be read soon and leaves room for the answer, or one that is at hand: its tokens, and which one it is. */
  std::pair<std::vector<llama_token>, int> affordable(const CompleteRequest& request, const Context& context) const;
  const std::vector<llama_token>& tokens_beside(const std::string& text);
  bool score_one(Context& context, const ScoreSample& sample, Score& score, const Interrupt& interrupt, bool small_batches);

  std::shared_ptr<Model> model_;
  ContextOptions options_;
  Contexts contexts_;
  Speculation speculation_;
  /** The latest request's `beside`, with its tokens: typing does not change it. */
  std::string beside_;
  std::vector<llama_token> beside_tokens_;
  std::mutex mutex_;
};

}  // namespace repotune::inference
