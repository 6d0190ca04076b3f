#pragma once
// Blocks whose weights stay in the model's file: one at a time is in memory, and the next one is read ahead.
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "common/gguf_file.h"
#include "trainer/model.h"

namespace repotune {

/** Bytes of a block's weights that stay in the file of a streamed model, as they lie in memory while the block is in use. */
int64_t streamed_bytes(const Layer& layer);

/** The blocks of a model. Of a streamed one two are in memory: more would save reading, which a block's products outlast many times. */
class BlockStream {
 public:
  /** Throws UserError. `model` outlives it. */
  BlockStream(const TrainerModel& model, const std::string& path);
  BlockStream(const BlockStream&) = delete;
  BlockStream& operator=(const BlockStream&) = delete;
  ~BlockStream();

  /**
   * The block with its weights in memory, until the next call; those of `next`, where it is another, are read meanwhile on a thread of
   * their own. Throws UserError when the file cannot be read.
   */
  const Layer& use(size_t block, size_t next);
  /** Blocks read from the file so far. */
  int64_t reads();

 private:
  struct Slot {
    std::optional<size_t> block;  // none: nothing that can be used
    Layer layer;
    AlignedBytes bytes;
    std::exception_ptr error;
  };
  void work();
  /** Reads the slot's block into it. */
  void fill(Slot& slot) const;
  Slot* holding(size_t block);
  /** Has the block read into the slot, once the thread is free. */
  void request(std::unique_lock<std::mutex>& lock, Slot& slot, size_t block);

  const TrainerModel& model_;
  std::optional<OpenFile> file_;  // of a streamed model
  Slot slots_[2];
  std::mutex mutex_;
  std::condition_variable changed_;
  Slot* reading_ = nullptr;  // which the thread is filling, or is to fill
  int64_t reads_ = 0;
  bool stop_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace repotune
