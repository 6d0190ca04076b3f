#include "inference/session.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/errors.h"
#include "inference/generator.h"
#include "inference/logits.h"
#include "inference/text_output.h"

namespace repotune::inference {

namespace {

/** Tokens of a reading's first batch. A keystroke ends the reading at once, and only the work of the batch it is in is lost. */
constexpr int kReadingBatch = 32;

/**
 * A prompt of whose tokens in time no more than one in this many are missing is taken, even if there is time for a longer one: else a key
 * would wait for a little more text than the key before it had.
 */
constexpr size_t kAtHand = 8;

double milliseconds_since(Interrupt::Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Interrupt::Clock::now() - start).count();
}

StopReason reason_of(const Interrupt& interrupt) { return interrupt.cancelled() ? StopReason::cancelled : StopReason::deadline; }

}  // namespace

Session::Session(const std::string& model_path, ContextOptions options)
    : model_(std::make_shared<Model>(model_path, options.device)), options_(options), contexts_(model_, options) {
  // Most requests use the base or one adapter: the base's context is made now, so that a lack of memory shows at load.
  contexts_.get({});
}

CompleteResult Session::complete(const CompleteRequest& request, Interrupt& interrupt,
                                 const std::function<void(const std::string&)>& on_text) {
  std::lock_guard<std::mutex> lock(mutex_);
  interrupt.start(request.deadline_ms);
  Context& context = contexts_.get(request.adapter, request.max_tokens == 0);
  const auto [prompt, which] = affordable(request, context);
  const size_t room = prompt.size() + request.heal.size() + request.max_tokens;
  const uint32_t capacity = context.capacity(request.aside);
  if (room > capacity) {
    throw UserError(ErrorCode::too_long, "The prompt has " + std::to_string(prompt.size()) + " tokens and does not fit the context of " +
                                             std::to_string(capacity) + ": shorten it.");
  }

  CompleteResult result{};
  result.prompt = which;
  result.prompt_tokens = static_cast<int>(prompt.size());
  const bool only_read = request.max_tokens == 0;
  const auto start = Interrupt::Clock::now();
  const Context::Evaluation evaluation =
      only_read ? context.evaluate(prompt, interrupt, request.aside, kReadingBatch) : context.evaluate(prompt, interrupt, request.aside);
  result.evaluated_tokens = evaluation.evaluated;
  result.prompt_ms = milliseconds_since(start);
  if (evaluation.outcome == Context::Outcome::interrupted) {
    result.stop_reason = reason_of(interrupt);
    return result;
  }
  if (only_read) {
    result.stop_reason = StopReason::max_tokens;
    return result;
  }

  const auto generation_start = Interrupt::Clock::now();
  const Vocabulary& vocabulary = model_->vocabulary();
  TextOutput output(request.stops, request.heal.size());
  if (request.speculate) speculation_.begin(prompt, tokens_beside(request.beside), vocabulary.tokenize(request.drafts));
  Decoding decoding(context, vocabulary, Chooser(vocabulary, request.heal, request.candidate), output,
                    request.speculate ? &speculation_ : nullptr, request.always_speculate, request.least_probability, interrupt, on_text);
  Decoded decoded = decoding.run(request.max_tokens);
  if (request.speculate) speculation_.end();
  result.stop_reason = decoded.stop_reason;
  result.log_probabilities = std::move(decoded.log_probabilities);
  result.passes = decoded.passes;
  result.text = output.text();
  result.ends = std::move(decoded.ends);
  for (size_t& end : result.ends) end = std::min(end, result.text.size());
  result.generate_ms = milliseconds_since(generation_start);
  return result;
}

std::vector<Score> Session::score(const std::vector<ScoreSample>& samples, const Adapter& adapter, Interrupt& interrupt,
                                  bool small_batches) {
  std::lock_guard<std::mutex> lock(mutex_);
  Context& context = contexts_.get(adapter);
  std::vector<Score> scores;
  for (const ScoreSample& sample : samples) {
    Score score;
    const bool whole = score_one(context, sample, score, interrupt, small_batches);
    if (whole || score.tokens > 0) scores.push_back(score);
    if (!whole) break;
  }
  return scores;
}

bool Session::score_one(Context& context, const ScoreSample& sample, Score& score, const Interrupt& interrupt, bool small_batches) {
  const int length = static_cast<int>(sample.tokens.size());
  const int from = std::max(sample.loss_from, 1);
  const int to = std::min(sample.loss_to, length);
  if (from >= to) return true;
  if (static_cast<uint32_t>(to) > context.capacity()) {
    throw UserError(ErrorCode::too_long, "A sequence to score has " + std::to_string(to) + " tokens and the context holds " +
                                             std::to_string(context.capacity()) + ": load the model with a longer context.");
  }
  for (llama_token token : sample.tokens) {
    if (token < 0 || token >= model_->vocabulary().size())
      throw UserError(ErrorCode::invalid_argument,
                      "A sequence to score has token " + std::to_string(token) + ", which the model does not know.");
  }
  // The token before the first loss is the last one that is only read.
  const std::vector<llama_token> lead(sample.tokens.begin(), sample.tokens.begin() + from);
  const Context::Evaluation evaluation =
      small_batches ? context.evaluate(lead, interrupt, /*aside=*/false, kReadingBatch) : context.evaluate(lead, interrupt);
  if (evaluation.outcome == Context::Outcome::interrupted) return false;
  const int vocabulary_size = model_->vocabulary().size();
  const auto count = [&](const float* logits, llama_token token) {
    score.nll += log_sum_exp(logits, vocabulary_size) - logits[token];
    score.top1 += argmax(logits, vocabulary_size) == token;
    ++score.tokens;
  };
  count(context.logits(-1), sample.tokens[from]);
  for (int at = from; at + 1 < to;) {
    const int size = std::min<int>(context.outputs_max(), to - 1 - at);
    if (context.append(sample.tokens.data() + at, size, interrupt) == Context::Outcome::interrupted) return false;
    for (int i = 0; i < size; ++i) count(context.logits(i), sample.tokens[at + i + 1]);
    at += size;
  }
  return true;
}

std::pair<std::vector<llama_token>, int> Session::affordable(const CompleteRequest& request, const Context& context) const {
  const size_t behind = request.heal.size() + request.max_tokens;
  const size_t limit = request.fresh_tokens < 0 ? SIZE_MAX : static_cast<size_t>(request.fresh_tokens);
  std::optional<std::pair<std::vector<llama_token>, int>> longest;
  std::vector<llama_token> tokens = tokens_of(request.prompt);
  for (int which = 0;; ++which) {
    if (tokens.size() + behind <= context.capacity(request.aside)) {
      const size_t missing = context.missing(tokens, request.aside);
      if (missing <= limit / kAtHand) return {std::move(tokens), which};
      if (missing <= limit && !longest) longest = {tokens, which};
    }
    if (which == static_cast<int>(request.shorter.size())) return longest ? *std::move(longest) : std::pair{std::move(tokens), which};
    tokens = tokens_of(request.shorter[which]);
  }
}

const std::vector<llama_token>& Session::tokens_beside(const std::string& text) {
  if (text != beside_) {
    beside_tokens_ = text.empty() ? std::vector<llama_token>{} : model_->vocabulary().tokenize(text);
    beside_ = text;
  }
  return beside_tokens_;
}

std::vector<llama_token> Session::tokens_of(const std::vector<PromptPart>& prompt) const {
  std::vector<llama_token> tokens;
  for (const PromptPart& part : prompt) {
    if (!part.special.empty()) {
      const auto found = model_->vocabulary().special().find(part.special);
      if (found == model_->vocabulary().special().end())
        throw UserError(ErrorCode::invalid_argument, "The model has no token for " + part.special + ".");
      tokens.push_back(found->second);
    } else {
      const std::vector<llama_token> text = model_->vocabulary().tokenize(part.text);
      tokens.insert(tokens.end(), text.begin(), text.end());
    }
  }
  if (tokens.empty()) throw UserError(ErrorCode::invalid_argument, "The prompt is empty: it needs at least one token.");
  return tokens;
}

}  // namespace repotune::inference
