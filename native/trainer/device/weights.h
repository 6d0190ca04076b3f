#pragma once
// The frozen weights on a device: packed as in the GGUF, and unpacked there for the block in use.
#include <array>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "trainer/device/executor.h"
#include "trainer/model.h"

namespace repotune::device {

/**
 * An unpacked weight, [n_in, n_out], and its transpose for the backward; in parts of `rows` outputs if a device cannot bind more at once.
 */
struct Unpacked {
  std::vector<ggml_tensor*> forward, backward;
  int64_t rows = 0;
  /** Columns behind the weight's own in `forward` and in `backward`, for an adapter's factors (columns.h). */
  int64_t more_inputs = 0, more_outputs = 0;
};
using UnpackedBlock = std::array<Unpacked, kLinears>;

class Weights {
 public:
  /**
   * `resident`: every block has its own space for unpacked weights, instead of all sharing one, and columns for factors of `rank` where
   * they pay. The head always has its own. `streamed`: this many first blocks stay on the host and are sent each time they are unpacked.
   */
  Weights(Executor& executor, const TrainerModel& model, bool resident, int64_t streamed, int64_t rank);

  /** Uploads the weights. Throws DeviceError if there is no room, or the device cannot unpack them. */
  void load();
  /** Uploads again a weight whose bytes changed. */
  void renew(const Weight& w);
  /** For planning: marks the tensors as placed. */
  void mark_planned();

  int64_t packed_bytes() const { return packed_bytes_; }
  int64_t unpacked_bytes() const { return unpacked_bytes_; }

  /** The block's weights, unpacked. Before `load`, or with `plan`, only the tensors. */
  const UnpackedBlock& block(size_t layer, bool for_backward, bool plan = false);
  const Unpacked& head(bool plan = false);
  /** The graphs that unpack them. */
  void unpack_block(Graph& g, size_t layer, bool for_backward) const;
  void unpack_head(Graph& g) const { unpack(g, model_.head, head_, true); }

  /** Rows of the embedding as F32 [n_embd, indices]. */
  ggml_tensor* embedded(Graph& g, ggml_tensor* indices) const;

 private:
  /** Creates a tensor for `w` packed on the device: its own, or one shared with the streamed weights of its kind. */
  void lay_out_packed(const Weight& w, int shared_by = -1);
  void send(const Weight& w);
  Unpacked lay_out_unpacked(const Weight& w, int64_t more_inputs = 0, int64_t more_outputs = 0);
  size_t place_of(size_t layer) const { return blocks_.size() > 1 ? layer : 0; }
  /** Adds the unpacking of `w` to `g`. */
  void unpack(Graph& g, const Weight& w, const Unpacked& to, bool for_backward) const;
  ggml_tensor* packed(const Weight& w) const { return packed_.at(w.data); }

  Executor& executor_;
  const TrainerModel& model_;
  ggml_type unpacked_type_;
  int64_t packed_bytes_ = 0, unpacked_bytes_ = 0;
  ggml_context_ptr packed_context_, unpacked_context_;
  std::unordered_map<const void*, ggml_tensor*> packed_;
  std::vector<Weight> order_;
  size_t streamed_;
  /** For the streamed blocks: by linear and type, which may differ between blocks. */
  std::map<std::pair<int, ggml_type>, ggml_tensor*> shared_;
  ggml_tensor* row_numbers_ = nullptr;  // I32
  std::vector<UnpackedBlock> blocks_;   // one, or one per layer
  Unpacked head_;
  struct Held {
    size_t layer = SIZE_MAX;
    bool backward = false;
  };
  std::vector<Held> held_;  // indexed as blocks_
  bool head_held_ = false;
};

/** y = x W^T: [n_in, rows] -> [n_out, rows]; and dx = dy W. What columns take, if there are any, is behind the weight's own. */
ggml_tensor* through(Graph& g, const Unpacked& w, ggml_tensor* x);
ggml_tensor* back_through(Graph& g, const Unpacked& w, ggml_tensor* dy);

/** Marks the tensors of a context as placed, for planning graphs. */
void mark_placed(ggml_context* context);

}  // namespace repotune::device
