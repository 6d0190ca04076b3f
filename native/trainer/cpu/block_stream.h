#pragma once
// Blocks whose weights stay in the model's file: one at a time is in memory, and the next is read ahead.
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "common/gguf_file.h"
#include "trainer/model.h"

namespace repotune {

/** Bytes in memory, while the block is in use, of those weights that stay in a streamed model's file. */
int64_t streamed_bytes(const Layer& layer);

/**
 * The blocks of a model. A streamed one has two in memory: more would not help, since a block's products take many times longer than
 * reading.
 */
class BlockStream {
 public:
  /** Throws UserError. `model` outlives it. */
  BlockStream(const TrainerModel& model, const std::string& path);
  BlockStream(const BlockStream&) = delete;
  BlockStream& operator=(const BlockStream&) = delete;
  ~BlockStream();

  /**
   * The block with its weights in memory, until the next call; if `next` is another block, its weights are read meanwhile on a separate
   * thread. Throws UserError if the file cannot be read.
   */
  const Layer& use(size_t block, size_t next);
  /** Blocks read from the file so far. */
  int64_t reads();

 private:
  struct Slot {
    std::optional<size_t> block;  // nullopt: nothing usable
    Layer layer;
    AlignedBytes bytes;
    std::exception_ptr error;
  };
  void work();
  /** Reads the slot's block into it. */
  void fill(Slot& slot) const;
  Slot* holding(size_t block);
  /** Queues reading the block into the slot, once the thread is free. */
  void request(std::unique_lock<std::mutex>& lock, Slot& slot, size_t block);

  const TrainerModel& model_;
  std::optional<OpenFile> file_;  // only for a streamed model
  Slot slots_[2];
  std::mutex mutex_;
  std::condition_variable changed_;
  Slot* reading_ = nullptr;  // being filled by the thread, or about to be
  int64_t reads_ = 0;
  bool stop_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace repotune
