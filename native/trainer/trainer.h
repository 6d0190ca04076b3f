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
#include "trainer/optimizer.h"
#include "trainer/plan.h"

namespace repotune {

struct TrainerOptions {
  ModelOptions model;
  int64_t rank = 16;
  float alpha = 32;
  /** Blocks, the last ones, that get an adapter; 0: all. Those below never change, and neither does what they make of a text. */
  int64_t adapted_blocks = 0;
  AdamWOptions adamw;
  float clip_norm = 1;
  uint64_t seed = 0;
  int64_t memory_budget_bytes = 0;  // 0: no limit
  /** Computes blocks, loss and gradients; nullptr: the CPU. */
  ggml_backend_dev_t device = nullptr;
  /** Of the device, and how much of its memory may be used; 0: what it says is free. */
  device::ExecutorOptions executor;
  int64_t device_budget_bytes = 0;
};

/** One packed row, as TrainRow in server/engine/types.ts. */
struct Row {
  std::vector<int32_t> tokens;
  std::vector<int32_t> starts;
  std::vector<float> loss_weights;  // [tokens]
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

/** What calibration did: relative error of the quantized weights, weighed by importance. No tokens: there was nothing to calibrate. */
struct Calibration {
  int64_t tokens = 0;
  double error_before = 0, error_after = 0;
};

/** Throws UserError unless from 0 to 1. */
void check_adapter_scale(float adapter_scale);

/** The plan of a run, and the memory it will take, from the model's header alone. Throws UserError when nothing fits. */
Plan plan_training(const TrainerOptions& options);

class Trainer {
 public:
  /** Throws UserError. */
  explicit Trainer(const TrainerOptions& options);

  const TrainerModel& model() const { return *model_; }
  const Plan& plan() const { return plan_; }
  /** Of the device that computes; "CPU" without one. */
  std::string device_name() const { return device_ ? device_->name() : "CPU"; }
  /** nullptr: the CPU computes. */
  device::DeviceTrainer* device() { return device_.get(); }
  /**
   * Computes there from now on; nullptr: on the CPU. Throws UserError, of the device DeviceError: then nothing is planned for the CPU
   * before this is called for it. */
  void use(ggml_backend_dev_t device);
  /** Tokens. */
  int64_t longest_sequence() const { return options_.model.max_positions; }
  int64_t trainable_parameters() const { return (int64_t)parameters_.size(); }

  /**
   * Forward, backward and one update over all rows. The weighted sum of losses is divided by the sum of the weights, or by `loss_over`
   * where that is not 0: only then may weights be negative, which makes a text less likely. Throws UserError (parameters unchanged) or
   * Cancelled.
   */
  StepResult step(const std::vector<Row>& rows, double learning_rate, double loss_over = 0);
  /** Forward alone, with so much of the adapter (0 to 1): the weighted sum of losses, and how many tokens carry loss. Throws UserError or
   * Cancelled. */
  Evaluation evaluate(const std::vector<Row>& rows, float adapter_scale = 1);
  /**
   * Quantizes the linears of a 16-bit base again, by what matters on these rows. Before any step: with a fresh adapter, the base alone
   * decides. The same rows give the same weights. Throws UserError or Cancelled.
   */
  Calibration calibrate(const std::vector<Row>& rows);
  /** Loss and gradients without an update, as `step` computes them; for checks. */
  StepResult gradients(const std::vector<Row>& rows, double loss_over = 0);
  /** As `gradients`, of a device that computes nothing (ExecutorOptions::count_only): what it moves and would compute is counted. */
  void counted_gradients(const std::vector<Row>& rows);
  /** Logits [tokens, n_vocab] of one sequence, by the training forward. */
  std::vector<float> logits(const std::vector<int32_t>& tokens);

  /** With so much of the adapter (0 to 1): its alpha is written that much smaller. Throws UserError. */
  void export_adapter(const std::string& path, float adapter_scale = 1) const;
  /** Replaces the adapter by one in a llama.cpp LoRA GGUF of the same rank. Throws UserError. */
  void import_adapter(const std::string& path);
  void save_state(const std::string& path) const;
  void load_state(const std::string& path);

  /** From any thread: the running call throws Cancelled at its next check, between two matrix products, and so do later ones. */
  void cancel() { cancel_.store(true); }
  /** Takes a cancel back; before the next call. */
  void rearm() { cancel_.store(false); }

  std::vector<float>& parameters() { return parameters_; }
  const std::vector<float>& gradient() const { return gradients_; }
  const std::vector<Layer>& layers() const { return model_->layers; }
  /** Bytes of what is kept of the blocks without an adapter. */
  int64_t frozen_bytes() const { return frozen_.bytes(); }
  /** Blocks read from the model's file by the passes so far. */
  int64_t block_reads() { return blocks_.reads(); }

 private:
  struct MicroBatch;
  void lay_out_parameters();
  /** Plans anew, and forgets what was kept by the plan before. `micro_batch_tokens`: as in PlanRequest. */
  void plan_steps(bool on_device, int64_t micro_batch_tokens = 0);
  void check(const Row& row, size_t index, bool signed_weights) const;
  std::vector<MicroBatch> micro_batches(const std::vector<Row>& rows, int64_t tokens, bool signed_weights = false) const;
  BlockPass pass(const MicroBatch& batch, bool training, float adapter_scale = 1);
  /** Whether the plan keeps this block's activations. */
  bool keeps(size_t layer) const;
  Activations& activations(size_t layer);
  /** Whether, of a block computed again, the attention is kept. */
  bool keeps_attention(size_t layer) const;
  /** Takes the turn-taking activations' attention into this block's own keeping, or back. */
  void swap_attention(size_t layer);
  void embed(const MicroBatch& batch, float* x);
  /** What the blocks without an adapter make of the batch: x [tokens, n_embd], the first adapted block's input. */
  void forward_frozen(const MicroBatch& batch, float* x);
  void forward(const MicroBatch& batch, bool training, float adapter_scale = 1);
  double forward_backward(const MicroBatch& batch, double weight_sum);
  std::string state_header() const;

  TrainerOptions options_;
  Plan plan_;  // before the model: what is over the budget is refused before its weights are read
  std::unique_ptr<TrainerModel> model_;
  BlockStream blocks_;
  std::unique_ptr<device::DeviceTrainer> device_;
  int64_t host_batch_tokens_;  // where the CPU computes, whatever the device takes at a time
  Pool pool_;
  float scale_;
  std::vector<float> parameters_, gradients_;
  std::unique_ptr<AdamW> optimizer_;
  std::atomic<bool> cancel_{false};

  size_t first_adapted_;                  // block; those below have no adapter
  HiddenCache frozen_;                    // what those below make of a sequence
  Buffer frozen_x_[2];                    // [tokens, n_embd] of the sequences that are not in it
  std::vector<Buffer> inputs_;            // [tokens, n_embd] of each block, and of the head
  std::vector<Activations> activations_;  // one that takes turns, then one for each block kept
  std::vector<Activations> attentions_;   // of each block: attention and lse alone, where they are kept
  Buffer gradient_;                       // [tokens, n_embd]
  BlockScratch block_scratch_;
  LoraScratch lora_scratch_;
  LossScratch loss_scratch_;
};

}  // namespace repotune
