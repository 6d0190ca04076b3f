#include "trainer/cpu/block_stream.h"

#include <utility>

#include "common/parallel.h"

namespace repotune {

namespace {

/** Alignment of each weight in a slot, for vector loads. */
constexpr int64_t kAlignment = 64;

bool stays_in_file(const Linear& linear) { return linear.offset >= 0; }
int64_t place_of(const Linear& linear) { return blocks_of(bytes_of(linear.w), kAlignment) * kAlignment; }

}  // namespace

int64_t streamed_bytes(const Layer& layer) {
  int64_t bytes = 0;
  for (const Linear& linear : layer.linear)
    if (stays_in_file(linear)) bytes += place_of(linear);
  return bytes;
}

BlockStream::BlockStream(const TrainerModel& model, const std::string& path) : model_(model) {
  if (!model.streamed) return;
  file_.emplace(path);
  thread_ = std::thread([this] { work(); });
}

BlockStream::~BlockStream() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

const Layer& BlockStream::use(size_t block, size_t next) {
  if (!file_) return model_.layers[block];
  std::unique_lock<std::mutex> lock(mutex_);
  Slot* slot = holding(block);
  if (!slot) request(lock, *(slot = &slots_[0]), block);
  changed_.wait(lock, [&] { return reading_ != slot; });
  if (const std::exception_ptr error = std::exchange(slot->error, nullptr)) {
    slot->block.reset();
    std::rethrow_exception(error);
  }
  if (next != block && !holding(next)) request(lock, slots_[slot == &slots_[0] ? 1 : 0], next);
  return slot->layer;
}

int64_t BlockStream::reads() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return reads_;
}

BlockStream::Slot* BlockStream::holding(size_t block) {
  for (Slot& slot : slots_)
    if (slot.block == block) return &slot;
  return nullptr;
}

void BlockStream::request(std::unique_lock<std::mutex>& lock, Slot& slot, size_t block) {
  changed_.wait(lock, [&] { return reading_ == nullptr; });
  slot.block = block;
  slot.error = nullptr;
  reading_ = &slot;
  changed_.notify_all();
}

void BlockStream::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || reading_; });
    if (stop_) return;
    Slot& slot = *reading_;
    lock.unlock();
    std::exception_ptr error;
    try {
      fill(slot);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    slot.error = error;
    reads_++;
    reading_ = nullptr;
    changed_.notify_all();
  }
}

void BlockStream::fill(Slot& slot) const {
  slot.layer = model_.layers[*slot.block];
  const int64_t size = streamed_bytes(slot.layer);
  if ((int64_t)slot.bytes.size() < size) {
    slot.bytes = AlignedBytes();  // free first: the two must not be alive together
    slot.bytes = AlignedBytes((size_t)size);
  }
  uint8_t* at = slot.bytes.data();
  for (Linear& linear : slot.layer.linear) {
    if (!stays_in_file(linear)) continue;
    file_->read((uint64_t)linear.offset, (size_t)bytes_of(linear.w), at, linear.name);
    linear.w.data = at;
    at += place_of(linear);
  }
}

}  // namespace repotune
