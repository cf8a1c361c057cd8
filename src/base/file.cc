#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace starling::base {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

Error failure(const std::string& doing, const std::string& path, int number) {
  auto code = number == ENOENT ? Error::Code::kNotFound : Error::Code::kUnavailable;
  return Error{code, "cannot " + doing + " " + path + ": " + errno_text(number)};
}

// Calls again when a signal came in between.
template <class Call>
auto retried(Call call) {
  auto out = call();
  while (out < 0 && errno == EINTR) out = call();
  return out;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

int open_file(const std::string& path, int flags) {
  return retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0644); });
}

Result<void> write_all(int descriptor, const std::string& path, const std::byte* data,
                       size_t size) {
  while (size > 0) {
    ssize_t written = retried([&] { return ::write(descriptor, data, size); });
    if (written < 0) return failure("write", path, errno);
    data += written;
    size -= written;
  }
  return {};
}

std::string folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  Descriptor file(open_file(path, O_RDONLY));
  if (file.get() < 0) return failure("read", path, errno);
  std::string out;
  struct stat status;
  if (::fstat(file.get(), &status) == 0 && status.st_size > 0) out.reserve(status.st_size);
  char block[65536];
  while (true) {
    ssize_t count = retried([&] { return ::read(file.get(), block, sizeof block); });
    if (count < 0) return failure("read", path, errno);
    if (count == 0) return out;
    out.append(block, count);
  }
}

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".new";
  {
    auto writer = TRY(FileWriter::create(temporary));
    TRY(writer->append(bytes));
    TRY(writer->sync());
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("replace", path, errno);
  return sync_folder(folder_of(path));
}

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failure("make the folder", path, error.value());
  if (!std::filesystem::is_directory(path, error)) return failure("make the folder", path, ENOTDIR);
  return {};
}

Result<void> sync_folder(const std::string& path) {
  Descriptor folder(open_file(path, O_RDONLY | O_DIRECTORY));
  if (folder.get() < 0) return failure("open the folder", path, errno);
  if (retried([&] { return ::fsync(folder.get()); }) != 0)
    return failure("sync the folder", path, errno);
  return {};
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator at(path, error), end;
  while (!error && at != end) {
    names.push_back(at->path().filename().string());
    at.increment(error);
  }
  if (error) return failure("list the folder", path, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure("remove", path, errno);
  return {};
}

bool file_exists(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0;
}

FileWriter::FileWriter(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

Result<std::unique_ptr<FileWriter>> FileWriter::create(const std::string& path) {
  int descriptor = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (descriptor < 0) return failure("write", path, errno);
  return std::unique_ptr<FileWriter>(new FileWriter(path, descriptor));
}

FileWriter::~FileWriter() { ::close(descriptor_); }

Result<void> FileWriter::append(std::span<const std::byte> bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() >= kBufferBytes) {
    TRY(flush());
    if (bytes.size() >= kBufferBytes)
      return write_all(descriptor_, path_, bytes.data(), bytes.size());
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<void> FileWriter::append(std::string_view bytes) {
  return append(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

Result<void> FileWriter::flush() {
  TRY(write_all(descriptor_, path_, buffer_.data(), buffer_.size()));
  buffer_.clear();
  return {};
}

Result<void> FileWriter::sync() {
  TRY(flush());
  if (retried([&] { return ::fsync(descriptor_); }) != 0) return failure("sync", path_, errno);
  return {};
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  Descriptor file(open_file(path, O_RDONLY));
  if (file.get() < 0) return failure("read", path, errno);
  struct stat status;
  if (::fstat(file.get(), &status) != 0) return failure("read", path, errno);
  size_t size = status.st_size;
  const std::byte* data = nullptr;
  // An empty file has nothing to map.
  if (size > 0) {
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return failure("map", path, errno);
    data = static_cast<const std::byte*>(memory);
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(data, size));
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

Result<std::unique_ptr<FileLock>> FileLock::acquire(const std::string& path) {
  Descriptor file(open_file(path, O_RDWR | O_CREAT));
  if (file.get() < 0) return failure("lock", path, errno);
  if (retried([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) return failure("lock", path, errno);
    return Error{Error::Code::kConflict, path + " is locked by another process"};
  }
  return std::unique_ptr<FileLock>(new FileLock(file.release()));
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace starling::base
