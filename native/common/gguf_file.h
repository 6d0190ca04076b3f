#pragma once
// GGUF files: read with every tensor's bounds checked, since libllama reads past the end of a truncated file; and written atomically.
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

/** A file kept open: all reads come from the same file, even if it is replaced meanwhile. */
class OpenFile {
 public:
  /** Throws UserError. */
  explicit OpenFile(const std::string& path);
  /** `what` names what is read in the UserError's message. One thread at a time. */
  void read(uint64_t offset, size_t size, void* to, const std::string& what) const;

 private:
  struct Close {
    void operator()(FILE* f) const;
  };
  std::string path_;
  std::unique_ptr<FILE, Close> file_;
};

/** The layout of prompts that a model has learned from an adapter merged into it; PROMPT_MARK of server/prompt/promptMark.ts. */
inline constexpr const char* kPromptMark = "repotune.prompt_format";

struct GgufTensor {
  std::string name;
  ggml_type type;
  int64_t ne[4];
  /** Absolute offset in the file and length, both checked against the file's size. */
  uint64_t offset;
  uint64_t bytes;
};

/** An open GGUF file. Every tensor's bounds are checked on opening, so a truncated file is refused before anything is read. */
class GgufFile {
 public:
  /** `what` names the expected file in the UserError thrown for a missing, foreign or truncated one. */
  explicit GgufFile(const std::string& path, const std::string& what = "model");

  const std::string& path() const { return path_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* find(const std::string& name) const;
  AlignedBytes read(const GgufTensor& tensor) const;

  /** "" when absent. */
  std::string text(const std::string& key) const;
  std::optional<double> number(const std::string& key) const;
  /** A number, or an array of numbers, which converters write for per-layer values. Empty when absent. */
  std::vector<double> numbers(const std::string& key) const;
  const gguf_context* context() const { return context_.get(); }

 private:
  std::string path_;
  gguf_context_ptr context_;
  std::vector<GgufTensor> tensors_;
};

/**
 * Writes everything in `context`, tensor data included, to `path` + ".part" and the process id, then fsyncs and renames. Throws UserError.
 */
void write_gguf(const gguf_context* context, const std::string& path);
/** The same for a context whose tensors have no data: `data` supplies each one's, by index, when its turn comes. */
void write_gguf(const gguf_context* context, const std::string& path, const std::function<AlignedBytes(int64_t)>& data);

struct Bytes {
  const void* data;
  size_t size;
};
/** Writes the parts one after another, just as atomically. */
void write_file(const std::string& path, const std::vector<Bytes>& parts);

}  // namespace repotune
