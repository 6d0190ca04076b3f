#include "common/gguf_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <system_error>
#include <thread>

#include "common/errors.h"
#include "common/paths.h"

#ifdef _WIN32
#include <io.h>
#include <process.h>
#else
#include <unistd.h>
#endif
#ifdef __APPLE__
#include <fcntl.h>
#endif

namespace repotune {

namespace {

constexpr size_t kAlignment = 64;

struct CloseFile {
  void operator()(FILE* f) const { fclose(f); }
};
using File = std::unique_ptr<FILE, CloseFile>;

[[noreturn]] void fail_reading(const std::string& what, const std::string& path) {
  throw UserError(ErrorCode::file_unreadable,
                  format("Reading %s from %s failed: the file changed or the disk failed.", what.c_str(), path.c_str()));
}

int seek64(FILE* f, uint64_t offset) {
#ifdef _WIN32
  return _fseeki64(f, (int64_t)offset, SEEK_SET);
#else
  return fseeko(f, (off_t)offset, SEEK_SET);
#endif
}

int process_id() {
#ifdef _WIN32
  return _getpid();
#else
  return getpid();
#endif
}

double scalar(const void* data, gguf_type type, size_t i) {
  switch (type) {
    case GGUF_TYPE_UINT8: return ((const uint8_t*)data)[i];
    case GGUF_TYPE_INT8: return ((const int8_t*)data)[i];
    case GGUF_TYPE_UINT16: return ((const uint16_t*)data)[i];
    case GGUF_TYPE_INT16: return ((const int16_t*)data)[i];
    case GGUF_TYPE_UINT32: return ((const uint32_t*)data)[i];
    case GGUF_TYPE_INT32: return ((const int32_t*)data)[i];
    case GGUF_TYPE_FLOAT32: return ((const float*)data)[i];
    case GGUF_TYPE_BOOL: return ((const int8_t*)data)[i];
    case GGUF_TYPE_UINT64: return (double)((const uint64_t*)data)[i];
    case GGUF_TYPE_INT64: return (double)((const int64_t*)data)[i];
    case GGUF_TYPE_FLOAT64: return ((const double*)data)[i];
    default: return 0;
  }
}

bool is_number(gguf_type type) { return type != GGUF_TYPE_STRING && type != GGUF_TYPE_ARRAY && type < GGUF_TYPE_COUNT; }

}  // namespace

AlignedBytes::AlignedBytes(size_t size) : size_(size) {
  data_.reset((uint8_t*)::operator new(size + kAlignment, std::align_val_t(kAlignment)));
}
void AlignedBytes::Free::operator()(uint8_t* p) const { ::operator delete(p, std::align_val_t(kAlignment)); }

void OpenFile::Close::operator()(FILE* f) const { fclose(f); }

OpenFile::OpenFile(const std::string& path) : path_(path), file_(open_file(path, "rb")) {
  if (!file_) fail_reading("anything", path);
}

void OpenFile::read(uint64_t offset, size_t size, void* to, const std::string& what) const {
  if (seek64(file_.get(), offset) != 0 || fread(to, 1, size, file_.get()) != size) fail_reading(what, path_);
}

GgufFile::GgufFile(const std::string& path, const std::string& what) : path_(path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_of(path), error))
    throw UserError(ErrorCode::file_unreadable, "The " + what + " file " + path + " is missing: choose another one, or put it back.");
  const uint64_t size = std::filesystem::file_size(path_of(path), error);
  File file(error ? nullptr : open_file(path, "rb"));
  if (!file) throw UserError(ErrorCode::file_unreadable, "The " + what + " file " + path + " cannot be read: check its permissions.");
  char magic[4] = {};
  if (fread(magic, 1, 4, file.get()) != 4 || memcmp(magic, "GGUF", 4) != 0)
    throw UserError(ErrorCode::wrong_kind, path + " is not a GGUF file: choose a model in llama.cpp's GGUF format.");
  file.reset();

  const std::string damaged = "The " + what + " file " + path + " is damaged or incomplete: download or make it again.";
  context_.reset(gguf_init_from_file(path.c_str(), {/*no_alloc*/ true, /*ctx*/ nullptr}));
  if (!context_) throw UserError(ErrorCode::file_damaged, damaged);
  const uint64_t data = gguf_get_data_offset(context_.get());
  const int64_t count = gguf_get_n_tensors(context_.get());
  for (int64_t i = 0; i < count; i++) {
    GgufTensor t{};
    t.name = gguf_get_tensor_name(context_.get(), i);
    t.type = gguf_get_tensor_type(context_.get(), i);
    memcpy(t.ne, gguf_get_tensor_ne(context_.get(), i), sizeof t.ne);
    t.bytes = gguf_get_tensor_size(context_.get(), i);
    t.offset = data + gguf_get_tensor_offset(context_.get(), i);
    if (t.offset > size || t.bytes > size - t.offset) throw UserError(ErrorCode::file_damaged, damaged);
    tensors_.push_back(std::move(t));
  }
}

const GgufTensor* GgufFile::find(const std::string& name) const {
  const int64_t i = gguf_find_tensor(context_.get(), name.c_str());
  return i < 0 ? nullptr : &tensors_[(size_t)i];
}

AlignedBytes GgufFile::read(const GgufTensor& tensor) const {
  AlignedBytes bytes(tensor.bytes);
  OpenFile(path_).read(tensor.offset, tensor.bytes, bytes.data(), tensor.name);
  return bytes;
}

std::string GgufFile::text(const std::string& key) const {
  const int64_t i = gguf_find_key(context_.get(), key.c_str());
  return i >= 0 && gguf_get_kv_type(context_.get(), i) == GGUF_TYPE_STRING ? gguf_get_val_str(context_.get(), i) : "";
}

std::optional<double> GgufFile::number(const std::string& key) const {
  const int64_t i = gguf_find_key(context_.get(), key.c_str());
  if (i < 0 || !is_number(gguf_get_kv_type(context_.get(), i))) return std::nullopt;
  return scalar(gguf_get_val_data(context_.get(), i), gguf_get_kv_type(context_.get(), i), 0);
}

std::vector<double> GgufFile::numbers(const std::string& key) const {
  std::vector<double> values;
  const int64_t i = gguf_find_key(context_.get(), key.c_str());
  if (i < 0) return values;
  if (gguf_get_kv_type(context_.get(), i) != GGUF_TYPE_ARRAY) {
    if (auto one = number(key)) values.push_back(*one);
    return values;
  }
  const gguf_type type = gguf_get_arr_type(context_.get(), i);
  if (!is_number(type)) return values;
  for (size_t j = 0; j < gguf_get_arr_n(context_.get(), i); j++) values.push_back(scalar(gguf_get_arr_data(context_.get(), i), type, j));
  return values;
}

namespace {

/** Windows refuses it while a scanner or an indexer looks at what was just written: then it is tried again for a moment. */
std::error_code rename_over(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
#ifdef _WIN32
  for (int ms = 10; error && ms < 2000; ms *= 2) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    std::filesystem::rename(from, to, error);
  }
#endif
  return error;
}

/** Writes the file to the disk itself; false, with errno set, if that fails. */
bool reach_disk(FILE* f) {
#ifdef _WIN32
  return _commit(_fileno(f)) == 0;
#else
#ifdef __APPLE__
  // fsync leaves the bytes in the disk's cache there; a network's disk may know nothing else.
  if (fcntl(fileno(f), F_FULLFSYNC) == 0) return true;
#endif
  return fsync(fileno(f)) == 0;
#endif
}

/** Runs `write` on a temporary file beside `path`, then makes it durable and renames it over. */
template <typename Write>
void write_aside(const std::string& path, Write write) {
  // Two processes may write the same file.
  const std::string temporary = path + ".part" + std::to_string(process_id());
  std::error_code error;
  File file(open_file(temporary, "wb"));
  const auto discard = [&] {
    file.reset();  // Windows cannot remove an open file
    std::filesystem::remove(path_of(temporary), error);
  };
  const auto fail = [&](const char* what, const std::string& reason) {
    discard();
    throw UserError(ErrorCode::write_failed,
                    format("%s %s failed (%s): is the disk full or the folder read-only?", what, path.c_str(), reason.c_str()));
  };
  bool written = false;
  try {
    written = file && write(file.get());
  } catch (...) {  // the data could not be produced
    discard();
    throw;
  }
  if (!written || fflush(file.get()) != 0 || !reach_disk(file.get())) fail("Writing", strerror(errno));
  file.reset();
  // In the system's own words: its numbers are not errno's on Windows.
  if (const std::error_code refused = rename_over(path_of(temporary), path_of(path))) fail("Replacing", refused.message());
}

}  // namespace

void write_gguf(const gguf_context* context, const std::string& path) {
  write_aside(path, [&](FILE* f) { return gguf_write_to_file_ptr(context, f, false); });
}

void write_gguf(const gguf_context* context, const std::string& path, const std::function<AlignedBytes(int64_t)>& data) {
  write_aside(path, [&](FILE* f) {
    if (!gguf_write_to_file_ptr(context, f, /*only_meta=*/true)) return false;
    const size_t alignment = gguf_get_alignment(context);
    const std::vector<uint8_t> padding(alignment);
    for (int64_t i = 0; i < gguf_get_n_tensors(context); i++) {
      const AlignedBytes bytes = data(i);
      const size_t rest = (alignment - bytes.size() % alignment) % alignment;
      if (fwrite(bytes.data(), 1, bytes.size(), f) != bytes.size() || fwrite(padding.data(), 1, rest, f) != rest) return false;
    }
    return true;
  });
}

void write_file(const std::string& path, const std::vector<Bytes>& parts) {
  write_aside(path, [&](FILE* f) {
    return std::all_of(parts.begin(), parts.end(), [&](const Bytes& part) { return fwrite(part.data, 1, part.size, f) == part.size; });
  });
}

}  // namespace repotune
