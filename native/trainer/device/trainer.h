#pragma once
// A training step on a device: the adapter is uploaded, the sum of losses and the adapter's gradients come back.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "trainer/cpu/block.h"
#include "trainer/cpu/loss.h"
#include "trainer/device/graphs.h"

namespace repotune::device {

struct DeviceTrainerOptions {
  int64_t rank = 16;
  int64_t max_tokens = 0;
  int64_t step_tokens = 0;
  int64_t budget_bytes = 0;
  ExecutorOptions executor;
};

/** Where a step's time went, in seconds. The rest is the host's. */
struct PartSeconds {
  double unpacking = 0, forward = 0, loss = 0, backward = 0, moving = 0;
};

class DeviceTrainer {
 public:
  /** Uploads the model. Throws DeviceError if there is no room, or an operation is missing even in composed form. */
  DeviceTrainer(ggml_backend_dev_t device, const TrainerModel& model, const DeviceTrainerOptions& options);

  const std::string& name() const { return executor_.name(); }
  const DevicePlan& plan() const { return plan_; }
  int64_t allocated_bytes() const { return (int64_t)executor_.allocated_bytes(); }
  const Meter& meter() const { return executor_.meter(); }
  const PartSeconds& seconds() const { return seconds_; }
  void reset_meter() {
    executor_.reset_meter();
    seconds_ = {};
  }

  /** Uploads again a weight whose bytes changed. */
  void renew(const Weight& w) { weights_->renew(w); }
  /** Before the passes of a step, or after the adapter changed. Clears the gradients. */
  void begin(const std::vector<float>& parameters, float adapter_scale);
  /**
   * The sum of the micro-batch's weighted losses. `with_gradient`: adds the gradient of that sum times `gradient_scale` to the gradients on
   * the device. Throws DeviceError if the device is lost, and Cancelled.
   */
  double pass(const Batch& batch, const std::vector<int32_t>& tokens, const std::vector<LossRow>& rows, bool with_gradient,
              float gradient_scale, const std::atomic<bool>& cancel);
  /** Adds the gradients on the device to those of the host. */
  void add_gradients(std::vector<float>& gradients);
  /** Logits [tokens, n_vocab]. */
  void logits(const Batch& batch, const std::vector<int32_t>& tokens, float* out, const std::atomic<bool>& cancel);

 private:
  /** Runs the forward; returns the shapes that a backward needs. */
  BatchShape forward(const Batch& batch, const std::vector<int32_t>& tokens, const std::vector<LossRow>& rows,
                     const std::atomic<bool>& cancel);
  void send(const std::vector<Segment>& segments, const BatchShape& shape, const Batch& batch, const std::vector<int32_t>& tokens,
            const std::vector<LossRow>& rows);
  template <typename Build>
  void run(double& part, const std::atomic<bool>& cancel, Build build);
  const UnpackedBlock& unpacked(size_t layer, bool for_backward);

  const TrainerModel& model_;
  Executor executor_;
  DevicePlan plan_;
  std::unique_ptr<Weights> weights_;
  std::unique_ptr<State> state_;
  float adapter_scale_ = 1;
  PartSeconds seconds_;
};

}  // namespace repotune::device
