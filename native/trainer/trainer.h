#pragma once
// Block-by-block LoRA training of a frozen base: forward keeps block inputs, backward recomputes one block at a time.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "trainer/cpu/block.h"
#include "trainer/cpu/block_stream.h"
#include "trainer/cpu/loss.h"
#include "trainer/device/trainer.h"
#include "trainer/hidden_cache.h"
#include "trainer/micro_batch.h"
#include "trainer/optimizer.h"
#include "trainer/plan.h"

namespace repotune {

struct TrainerOptions {
  ModelOptions model;
  int64_t rank = 16;
  float alpha = 32;
  /** Number of last blocks that get an adapter; 0: all. Those below never change, and neither do their outputs for a text. */
  int64_t adapted_blocks = 0;
  AdamWOptions adamw;
  float clip_norm = 1;
  uint64_t seed = 0;
  int64_t memory_budget_bytes = 0;  // 0: no limit
  /** Computes blocks, loss and gradients; nullptr: the CPU. */
  ggml_backend_dev_t device = nullptr;
  /** Most tokens of a step, for which a device keeps room; 0: unknown. */
  int64_t step_tokens = 0;
  /** For the device, including its memory limit; 0: what it reports as free. */
  device::ExecutorOptions executor;
  int64_t device_budget_bytes = 0;
};

struct StepResult {
  double loss;
  double gradient_norm;
  int64_t loss_tokens;
};

struct Evaluation {
  double nll;
  int64_t loss_tokens;
};

/** Result of calibration: relative error of the quantized weights, weighted by importance. No tokens: there was nothing to calibrate. */
struct Calibration {
  int64_t tokens = 0;
  double error_before = 0, error_after = 0;
};

/** Throws UserError unless from 0 to 1. */
void check_adapter_scale(float adapter_scale);

/** A run's plan and memory needs, from the model's header alone. Throws UserError when nothing fits. */
Plan plan_training(const TrainerOptions& options);

class Trainer {
 public:
  /** Throws UserError. */
  explicit Trainer(const TrainerOptions& options);

  const TrainerModel& model() const { return *model_; }
  const Plan& plan() const { return plan_; }
  /** The device that computes; "CPU" without one. */
  std::string device_name() const { return device_ ? device_->name() : "CPU"; }
  /** nullptr: the CPU computes. */
  device::DeviceTrainer* device() { return device_.get(); }
  /**
   * Switches to `device`; nullptr: the CPU. Throws UserError, or DeviceError for the device: then nothing is planned for the CPU until this
   * is called with nullptr.
   */
  void use(ggml_backend_dev_t device);
  /** Tokens. */
  int64_t longest_sequence() const { return options_.model.max_positions; }
  int64_t trainable_parameters() const { return (int64_t)parameters_.size(); }

  /**
   * Forward, backward and one update over all rows. The weighted sum of losses is divided by the sum of the weights, or by `loss_over` if
   * not 0: only then may weights be negative, which makes a text less likely. Throws UserError (parameters unchanged) or Cancelled.
   */
  StepResult step(const std::vector<Row>& rows, double learning_rate, double loss_over = 0);
  /**
   * Forward only, with the adapter scaled by 0 to 1: the weighted sum of losses, and how many tokens carry loss. Throws UserError or
   * Cancelled.
   */
  Evaluation evaluate(const std::vector<Row>& rows, float adapter_scale = 1);
  /**
   * Requantizes the linears of a 16-bit base, weighted by what matters on these rows. Call it before any step: with a fresh adapter, only
   * the base counts. The same rows give the same weights. Throws UserError or Cancelled.
   */
  Calibration calibrate(const std::vector<Row>& rows);
  /** Loss and gradients without an update, as `step` computes them; for checks. */
  StepResult gradients(const std::vector<Row>& rows, double loss_over = 0);
  /** As `gradients` on a device that computes nothing (ExecutorOptions::count_only): counts what it moves and would compute. */
  void counted_gradients(const std::vector<Row>& rows);
  /** Logits [tokens, n_vocab] of one sequence, by the training forward. */
  std::vector<float> logits(const std::vector<int32_t>& tokens);

  /** With the adapter scaled by 0 to 1: the written alpha is scaled down by it. Throws UserError. */
  void export_adapter(const std::string& path, float adapter_scale = 1) const;
  /** Replaces the adapter with one of the same rank from a llama.cpp LoRA GGUF. Throws UserError. */
  void import_adapter(const std::string& path);
  void save_state(const std::string& path) const;
  void load_state(const std::string& path);

  /** From any thread: the running call throws Cancelled at its next check, between two matrix products, and so do later ones. */
  void cancel() { cancel_.store(true); }
  /** Clears a cancellation, before the next call. */
  void rearm() { cancel_.store(false); }

  std::vector<float>& parameters() { return parameters_; }
  const std::vector<float>& gradient() const { return gradients_; }
  const std::vector<Layer>& layers() const { return model_->layers; }
  /** Bytes of the kept outputs of the blocks without an adapter. */
  int64_t frozen_bytes() const { return frozen_.bytes(); }
  /** Blocks read from the model's file so far. */
  int64_t block_reads() { return blocks_.reads(); }

 private:
  void lay_out_parameters();
  /** Makes a new plan and drops what the old one kept. `micro_batch_tokens`: as in PlanRequest. */
  void plan_steps(bool on_device, int64_t micro_batch_tokens = 0);
  RowLimits limits() const;
  BlockPass pass(const MicroBatch& batch, bool training, float adapter_scale = 1);
  /** Whether the plan keeps this block's activations. */
  bool keeps(size_t layer) const;
  Activations& activations(size_t layer);
  /** Whether the attention of a recomputed block is kept. */
  bool keeps_attention(size_t layer) const;
  /** Swaps the attention of the shared activations with this block's own. */
  void swap_attention(size_t layer);
  void embed(const MicroBatch& batch, float* x);
  /** Runs the blocks without an adapter: x [tokens, n_embd] is the first adapted block's input. */
  void forward_frozen(const MicroBatch& batch, float* x);
  void forward(const MicroBatch& batch, bool training, float adapter_scale = 1);
  double forward_backward(const MicroBatch& batch, double weight_sum);
  std::string state_header() const;

  TrainerOptions options_;
  Plan plan_;  // before the model: a run over budget is refused before any weights are read
  std::unique_ptr<TrainerModel> model_;
  BlockStream blocks_;
  std::unique_ptr<device::DeviceTrainer> device_;
  int64_t host_batch_tokens_;  // when the CPU computes, whatever the device's micro-batch is
  Pool pool_;
  float scale_;
  std::vector<float> parameters_, gradients_;
  std::unique_ptr<AdamW> optimizer_;
  std::atomic<bool> cancel_{false};

  size_t first_adapted_;                  // index; blocks below have no adapter
  HiddenCache frozen_;                    // outputs of the blocks below
  Buffer frozen_x_[2];                    // [tokens, n_embd] of the sequences not in the cache
  std::vector<Buffer> inputs_;            // [tokens, n_embd] of each block, and of the head
  std::vector<Activations> activations_;  // a shared one, then one per kept block
  std::vector<Activations> attentions_;   // per block: attention and lse only, if kept
  Buffer gradient_;                       // [tokens, n_embd]
  BlockScratch block_scratch_;
  LoraScratch lora_scratch_;
  LossScratch loss_scratch_;
};

}  // namespace repotune
