#include "inference/contexts.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include "common/errors.h"
#include "inference/backends.h"

namespace repotune::inference {

namespace {

constexpr size_t kContextsAlive = 2;
/** A sequence that holds at least 1 / kGoodPart of a prompt is worth continuing. */
constexpr size_t kGoodPart = 4;
/** For compiling kernels: the rest are compiled when needed. */
constexpr double kWarmMs = 4000;
/** Up to this many tokens (a single one, or the few that speculation or a healed prompt adds) use kernels of their own. */
constexpr int kFewTokens = 8;
/** Below this size, threads cost more than they gain for single tokens (measured: 8 M parameters, two cores). */
constexpr uint64_t kSmallModelParameters = 50'000'000;
/** Logits rows are reserved for the worst case: this bounds them (152k vocabulary: 27 rows instead of 311 MB). */
constexpr size_t kLogitsBytes = 16u << 20;
constexpr uint32_t kOutputsMax = 128;
/** Largest batch; on the CPU the abort callback ends one between two operations. */
constexpr int kMostChunk = 256;
/** Tokens of the sequence for aside requests: a next edit's prompt and answer. */
constexpr uint32_t kAsideTokens = 1024;
/** Elsewhere nothing can abort a batch, so its size is limited to what takes this long. */
constexpr double kDeviceBatchMs = 20;
constexpr int kFirstDeviceChunk = 32;
constexpr int kLeastDeviceChunk = 8;

std::string key_of(const Adapter& adapter) { return adapter.id.empty() ? "" : adapter.id + "@" + std::to_string(adapter.scale); }

std::string mismatch(const Model& model, const Adapter& adapter) {
  return "The adapter " + adapter.path + " was made for another base model than " + model.path() +
         ": choose the model it was tuned on, or tune again.";
}

void check_adapter(const Model& model, const Adapter& adapter) {
  const GgufSummary summary = check_gguf(adapter.path, "adapter");
  if (summary.type != "adapter" || summary.adapter_type != "lora") {
    throw UserError(ErrorCode::wrong_kind, adapter.path + " is not a LoRA adapter: choose an adapter.gguf that Repotune wrote.");
  }
  if (summary.architecture != model.summary().architecture) throw UserError(ErrorCode::adapter_mismatch, mismatch(model, adapter));
}

llama_adapter_lora_ptr load_adapter(const Model& model, const Adapter& adapter) {
  take_log_errors();
  llama_adapter_lora_ptr loaded(llama_adapter_lora_init(model.get(), adapter.path.c_str()));
  if (!loaded) throw UserError(ErrorCode::adapter_mismatch, mismatch(model, adapter) + " (" + take_log_errors() + ")");
  return loaded;
}

std::string failed_on(const std::string& device, const std::string& reason) {
  return "The model could not be evaluated on " + device + ": " + reason;
}

int batch_threads(int wanted) { return wanted > 0 ? wanted : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

int token_threads(const Model& model, int wanted) {
  return wanted == 0 && model.parameters() < kSmallModelParameters ? 1 : batch_threads(wanted);
}

}  // namespace

Context::Context(std::shared_ptr<const Model> shared, const ContextOptions& options, const Adapter& adapter, bool merged)
    : model_(std::move(shared)),
      adapter_(adapter.id.empty() || merged ? nullptr : load_adapter(*model_, adapter)),
      key_(key_of(adapter)),
      merged_(merged),
      governor_(token_threads(*model_, options.threads), batch_threads(options.threads), model_->summary().tensor_bytes),
      vocabulary_size_(model_->vocabulary().size()),
      capacity_(options.context_tokens),
      aside_capacity_(std::min(options.context_tokens, kAsideTokens)) {
  const Model& model = *model_;
  const size_t row_bytes = vocabulary_size_ * sizeof(float);
  outputs_max_ = static_cast<uint32_t>(std::clamp<size_t>(kLogitsBytes / row_bytes, 8, kOutputsMax));
  chunk_ = model.on_cpu() ? kMostChunk : kFirstDeviceChunk;

  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(sequences_.size() - 1) * capacity_ + aside_capacity_;
  params.n_batch = kMostChunk;
  params.n_ubatch = kMostChunk;
  params.n_seq_max = static_cast<uint32_t>(sequences_.size());
  // Sequences may use cells that the others do not need.
  params.kv_unified = true;
  params.n_outputs_max = outputs_max_;
  params.n_threads = token_threads(model, options.threads);
  params.n_threads_batch = batch_threads(options.threads);
  params.offload_kqv = !model.on_cpu();
  params.op_offload = !model.on_cpu();
  // Sliding-window models must be able to roll back to any prefix.
  params.swa_full = true;
  params.abort_callback = [](void* self) {
    const Interrupt* interrupt = static_cast<Context*>(self)->interrupt_;
    return interrupt && interrupt->raised();
  };
  params.abort_callback_data = this;
  take_log_errors();
  context_.reset(llama_init_from_model(model.get(), params));
  if (!context_) {
    const std::string log = take_log_errors();
    throw UserError(ErrorCode::out_of_memory, "There is not enough memory for a context of " + std::to_string(options.context_tokens) +
                                                  " tokens: close other programs, or choose a smaller model. (" +
                                                  log.substr(0, log.find('\n')) + ")");
  }
  if (adapter_) {
    llama_adapter_lora* adapters[] = {adapter_.get()};
    float scales[] = {adapter.scale};
    if (llama_set_adapters_lora(context_.get(), adapters, 1, scales) != 0) {
      throw UserError(ErrorCode::load_failed, "The adapter " + adapter.path + " could not be applied: " + take_log_errors());
    }
  }
}

size_t Context::Sequence::held(const std::vector<llama_token>& tokens) const {
  const auto parted = std::mismatch(cached.begin(), cached.end(), tokens.begin(), tokens.end());
  return static_cast<size_t>(parted.second - tokens.begin());
}

const Context::Sequence& Context::chosen_for(const std::vector<llama_token>& tokens, bool aside) const {
  if (aside) return sequences_[kAside];
  const Sequence& last = sequences_[last_];
  const Sequence& other = sequences_[1 - last_];
  const Sequence& best = other.held(tokens) > last.held(tokens) ? other : last;
  return best.held(tokens) * kGoodPart >= tokens.size() ? best : other;
}

Context::Evaluation Context::evaluate(const std::vector<llama_token>& tokens, const Interrupt& interrupt, bool aside, int first_batch) {
  current_ = static_cast<size_t>(chosen_for(tokens, aside).id);
  if (!aside) last_ = current_;
  std::vector<llama_token>& cached = current().cached;
  if (current().prompt == tokens && cached.size() >= tokens.size() && std::equal(tokens.begin(), tokens.end(), cached.begin())) {
    truncate(tokens.size());
    logits_are_prompts_ = true;
    return {Outcome::done, 0};
  }
  // The last token is always evaluated: generation starts from its logits.
  truncate(std::min(current().held(tokens), tokens.size() - 1));
  // May have been truncated to nothing if the model cannot roll back to a prefix.
  const size_t from = cached.size();
  int step = first_batch;
  while (cached.size() < tokens.size()) {
    if (interrupt.raised()) return {Outcome::interrupted, static_cast<int>(cached.size() - from)};
    const int most = static_cast<int>(std::min<size_t>(std::min(chunk_, step), tokens.size() - cached.size()));
    const int count = model_->on_cpu() ? governor_.tokens_before_look(most) : most;
    const bool last = cached.size() + count == tokens.size();
    if (append(tokens.data() + cached.size(), count, last ? count - 1 : count, interrupt) == Outcome::interrupted) {
      return {Outcome::interrupted, static_cast<int>(cached.size() - from)};
    }
    step = std::min(2 * step, kMostChunk);
  }
  current().prompt = tokens;
  const float* row = llama_get_logits_ith(context_.get(), -1);
  current().prompt_logits.assign(row, row + vocabulary_size_);
  logits_are_prompts_ = true;
  return {Outcome::done, static_cast<int>(cached.size() - from)};
}

Context::Outcome Context::append(const llama_token* tokens, int count, const Interrupt& interrupt) {
  return append(tokens, count, 0, interrupt);
}

Context::Outcome Context::append(const llama_token* tokens, int count, int first_output, const Interrupt& interrupt) {
  std::vector<llama_token>& cached = current().cached;
  const size_t before = cached.size();
  std::vector<llama_token> batch_tokens(tokens, tokens + count);
  std::vector<llama_pos> positions(count);
  std::vector<int32_t> sequence_counts(count, 1);
  llama_seq_id sequence = current().id;
  std::vector<llama_seq_id*> sequences(count, &sequence);
  std::vector<int8_t> outputs(count);
  for (int i = 0; i < count; ++i) {
    positions[i] = static_cast<llama_pos>(before + i);
    outputs[i] = i >= first_output;
  }
  llama_batch batch{count, batch_tokens.data(), nullptr, positions.data(), sequence_counts.data(), sequences.data(), outputs.data()};
  interrupt_ = &interrupt;
  take_log_errors();
  if (model_->on_cpu()) {
    const int threads = governor_.threads(count);
    llama_set_n_threads(context_.get(), threads, threads);
  }
  const auto start = Interrupt::Clock::now();
  const int32_t status = decode(batch);
  const double milliseconds = std::chrono::duration<double, std::milli>(Interrupt::Clock::now() - start).count();
  // The timing of an interrupted batch says nothing.
  if (model_->on_cpu() && status == 0) governor_.took(count, milliseconds);
  if (!model_->on_cpu() && count == chunk_)
    chunk_ = std::clamp(static_cast<int>(count * kDeviceBatchMs / milliseconds), kLeastDeviceChunk, kMostChunk);
  interrupt_ = nullptr;
  logits_are_prompts_ = false;
  if (status == 0) {
    cached.insert(cached.end(), tokens, tokens + count);
    return Outcome::done;
  }
  // Remove whatever was stored of this batch.
  llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, static_cast<llama_pos>(before), -1);
  if (status == 2) return Outcome::interrupted;
  if (!model_->on_cpu()) throw DeviceError(failed_on(model_->device_name(), take_log_errors()));
  throw UserError(ErrorCode::internal, "The model could not be evaluated (code " + std::to_string(status) + "): " + take_log_errors());
}

int32_t Context::decode(const llama_batch& batch) {
  if (model_->on_cpu()) return llama_decode(context_.get(), batch);
  // Drivers throw all sorts of exceptions when their device is lost.
  try {
    const int32_t status = llama_decode(context_.get(), batch);
    llama_synchronize(context_.get());
    return status;
  } catch (const std::exception& error) {
    throw DeviceError(failed_on(model_->device_name(), error.what()));
  }
}

void Context::warm() {
  // When kernels are compiled for the processor, a single one takes longer than the whole time limit.
  if (model_->on_cpu() || model_->in_software()) return;
  Interrupt until;
  until.start(kWarmMs);
  const auto pass = [&](int count) {
    const std::vector<llama_token> tokens(static_cast<size_t>(count), 0);
    if (!until.raised()) append(tokens.data(), count, count - 1, until);
    truncate(0);
  };
  try {
    pass(1);
    for (int reached = 0; reached != chunk_ && !until.raised();) {
      reached = chunk_;
      pass(reached);
      chunk_ = reached;  // compile time says nothing
      pass(reached);
    }
    for (int count = 2; count <= kFewTokens; ++count) pass(count);
  } catch (const DeviceError&) {
    // It will fail again when a request waits for it, and is handled there.
  }
}

double Context::token_ms() {
  constexpr int kUntimed = 2, kTimed = 6;
  Interrupt until;
  until.start(kWarmMs);
  double best = std::numeric_limits<double>::infinity();
  truncate(0);
  for (int i = 0; i < kUntimed + kTimed && !until.raised(); ++i) {
    const llama_token token = 0;
    const auto start = Interrupt::Clock::now();
    if (append(&token, 1, until) == Outcome::interrupted) break;
    const double took = std::chrono::duration<double, std::milli>(Interrupt::Clock::now() - start).count();
    if (i >= kUntimed) best = std::min(best, took);
  }
  truncate(0);
  return best;
}

void Context::truncate(size_t length) {
  std::vector<llama_token>& cached = current().cached;
  if (length >= cached.size()) return;
  llama_memory_t memory = llama_get_memory(context_.get());
  if (llama_memory_seq_rm(memory, current().id, static_cast<llama_pos>(length), -1)) {
    cached.resize(length);
  } else {
    // Recurrent models cannot roll back: start over.
    llama_memory_clear(memory, /*data=*/false);
    for (Sequence& sequence : sequences_) sequence.cached.clear();
  }
}

const float* Context::logits(int i) const {
  return logits_are_prompts_ ? current().prompt_logits.data() : llama_get_logits_ith(context_.get(), i);
}

Context& Contexts::get(const Adapter& adapter, bool at_leisure) {
  const std::string key = key_of(adapter);
  const auto found = std::find_if(alive_.begin(), alive_.end(), [&](const Context& context) { return context.key() == key; });
  if (found == alive_.end()) {
    // A bad one costs no good one its context.
    if (!adapter.id.empty()) check_adapter(*model_, adapter);
    // Freed first: both at once may not fit.
    while (alive_.size() >= kContextsAlive) alive_.pop_back();
    if (model_->on_cpu()) {
      make_on_cpu(adapter);
    } else {
      make_on_device(adapter);
    }
    uses_ = 0;
  } else if (found != alive_.begin()) {
    alive_.splice(alive_.begin(), alive_, found);
    uses_ = 0;
  } else if (at_leisure && !model_->on_cpu()) {
    merge_what_stays(adapter);
  }
  ++uses_;
  return alive_.front();
}

}  // namespace repotune::inference
