#pragma once
// GGUF files: read with every tensor's place checked, since libllama reads past the end of a truncated one; and written aside.
#include <ggml-cpp.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repotune {

/** Bytes aligned for vector loads. */
class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(size_t size);
  uint8_t* data() const { return data_.get(); }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(uint8_t* p) const;
  };
  std::unique_ptr<uint8_t, Free> data_;
  size_t size_ = 0;
};

/** A file that stays open: all that is read is of one file, whoever replaces it meanwhile. */
class OpenFile {
 public:
  /** Throws UserError. */
  explicit OpenFile(const std::string& path);
  /** `what` is read, for the sentence of the UserError. One thread at a time. */
  void read(uint64_t offset, size_t size, void* to, const std::string& what) const;

 private:
  struct Close {
    void operator()(FILE* f) const;
  };
  std::string path_;
  std::unique_ptr<FILE, Close> file_;
};

struct GgufTensor {
  std::string name;
  ggml_type type;
  int64_t ne[4];
  /** Absolute offset in the file and length, both checked against the file's size. */
  uint64_t offset;
  uint64_t bytes;
};

/** An open GGUF file. Every tensor's place is checked on opening, so a truncated file is refused before anything is read. */
class GgufFile {
 public:
  /** `what` the file is to be, for the sentence of the UserError that a missing, foreign or truncated one throws. */
  explicit GgufFile(const std::string& path, const std::string& what = "model");

  const std::string& path() const { return path_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* find(const std::string& name) const;
  AlignedBytes read(const GgufTensor& tensor) const;

  /** "" when absent. */
  std::string text(const std::string& key) const;
  std::optional<double> number(const std::string& key) const;
  /** A number, or an array of numbers as converters write for per-layer values. Empty when absent. */
  std::vector<double> numbers(const std::string& key) const;
  const gguf_context* context() const { return context_.get(); }

 private:
  std::string path_;
  gguf_context_ptr context_;
  std::vector<GgufTensor> tensors_;
};

/**
 * Writes everything in `context`, tensor data included, to `path` + ".part" and the process's number; then fsync, rename. Throws
 * UserError.
 */
void write_gguf(const gguf_context* context, const std::string& path);
/** The same, of a context whose tensors have no data: `data` gives each one's, by its number, when its turn comes. */
void write_gguf(const gguf_context* context, const std::string& path, const std::function<AlignedBytes(int64_t)>& data);

struct Bytes {
  const void* data;
  size_t size;
};
/** Writes the parts one after another the same careful way. */
void write_file(const std::string& path, const std::vector<Bytes>& parts);

}  // namespace repotune
