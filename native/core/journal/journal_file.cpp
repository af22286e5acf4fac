#include "journal/journal_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "journal/journal_reader.hpp"
#include "journal/journal_record.hpp"

namespace ibkr {

void JournalFile::swap(JournalFile& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(number_, other.number_);
  std::swap(seed_, other.seed_);
  std::swap(sequence_, other.sequence_);
  std::swap(bytes_, other.bytes_);
  std::swap(broken_, other.broken_);
  std::swap(path_, other.path_);
}

int JournalFile::create(const std::string& path, const JournalFileHead& head) {
  JournalFile made;
  made.fd_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!made.fd_.valid()) return errno;
  made.path_ = path;
  made.number_ = head.number;
  made.seed_ = checksum_seed(head.kind, head.number);
  made.bytes_ = kJournalRecordsOffset;
  const auto heads = sealed_journal_heads(head);
  if (const int error = made.write_all(std::as_bytes(std::span(heads)))) {
    unlink(path.c_str());
    return error;
  }
  swap(made);
  return 0;
}

int JournalFile::write_all(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    // Not all of it: the next call says why.
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int JournalFile::append(std::span<std::byte> record) {
  if (!fd_.valid()) return EBADF;
  if (broken_) return EIO;
  seal_journal_record(record, seed_, sequence_);
  if (const int error = write_all(record)) {
    // What was written of it would hide every later record from the reader.
    broken_ = ftruncate(fd_.get(), static_cast<off_t>(bytes_)) != 0;
    return error;
  }
  bytes_ += record.size();
  ++sequence_;
  return 0;
}

int JournalFile::sync() const {
#if defined(__APPLE__)
  return fcntl(fd_.get(), F_FULLFSYNC) == 0 || fsync(fd_.get()) == 0 ? 0 : errno;
#else
  return fdatasync(fd_.get()) == 0 ? 0 : errno;
#endif
}

}  // namespace ibkr
