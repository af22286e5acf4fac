#include "journal/journal_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "journal/journal_reader.hpp"
#include "journal/journal_record.hpp"

namespace ibkr {

namespace {
/// Reserved at a time, and half of it ahead of use.
constexpr std::size_t kRoomBytes = 1u << 20;
/// Kept ready for what comes until the next prepare(). No more: whatever is ready goes to the disk with each
/// sync.
constexpr std::size_t kReadyBytes = 32u << 10;

std::size_t up_to_page(std::size_t bytes) {
  const std::size_t page = FileMapping::page_bytes();
  return (bytes + page - 1) / page * page;
}

bool is_want_of_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }
}  // namespace

void JournalFile::swap(JournalFile& other) noexcept {
  std::swap(fd_, other.fd_);
  mapping_.swap(other.mapping_);
  // relaxed: nobody else is at them.
  const std::size_t reserved = reserved_.load(std::memory_order_relaxed);
  reserved_.store(other.reserved_.exchange(reserved, std::memory_order_relaxed), std::memory_order_relaxed);
  std::swap(number_, other.number_);
  std::swap(seed_, other.seed_);
  std::swap(sequence_, other.sequence_);
  std::swap(bytes_, other.bytes_);
  std::swap(stores_, other.stores_);
  std::swap(broken_, other.broken_);
  std::swap(path_, other.path_);
  std::swap(prepared_at_, other.prepared_at_);
  std::swap(let_go_, other.let_go_);
}

int JournalFile::create(const std::string& path, const JournalFileHead& head, std::size_t mapped_bytes) {
  JournalFile made;
  made.fd_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made.fd_.valid()) return errno;
  made.path_ = path;
  made.number_ = head.number;
  made.seed_ = checksum_seed(head.kind, head.number);
  const auto heads = sealed_journal_heads(head);
  int error = made.write_all(std::as_bytes(std::span(heads)), 0);
  made.bytes_ = kJournalRecordsOffset;
  const std::size_t bytes = up_to_page(mapped_bytes);
  if (error == 0 && bytes != 0) {
    // A small disk is not filled up before it has to be.
    error = made.reserve_to(0, std::min(kRoomBytes, bytes));
    if (is_want_of_room(error)) error = made.reserve_to(0, up_to_page(made.bytes_));
    // What cannot be mapped can be written.
    if (error == 0 && made.mapping_.map(made.fd_.get(), bytes) != 0)
      error = ftruncate(made.fd_.get(), static_cast<off_t>(made.bytes_)) == 0 ? 0 : errno;
    else if (error == 0)
      made.prepare(made.bytes_);
    else if (error == ENOTSUP)
      error = 0;
  }
  if (error != 0) {
    unlink(path.c_str());
    return error;
  }
  swap(made);
  return 0;
}

int JournalFile::write_all(std::span<const std::byte> bytes, std::size_t at) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    // Not all of it: the next call says why.
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    at += static_cast<std::size_t>(written);
  }
  return 0;
}

int JournalFile::append(std::span<std::byte> record) {
  if (!fd_.valid()) return EBADF;
  if (broken_) return EIO;
  seal_journal_record(record, seed_, sequence_);
  stores_ = stores_ && bytes_ + record.size() <= mapping_.size();
  if (const int error = stores_ ? store(record) : write(record)) return error;
  bytes_ += record.size();
  ++sequence_;
  return 0;
}

int JournalFile::store(std::span<const std::byte> record) {
  if (const int error = reserve(bytes_ + record.size())) return error;
  std::byte* const at = mapping_.data() + bytes_;
  constexpr std::size_t kFirst = offsetof(JournalHead, sequence);
  static_assert(kFirst == sizeof(std::uint64_t) && kJournalRecordsOffset % kJournalAlignment == 0);
  std::memcpy(at + kFirst, record.data() + kFirst, record.size() - kFirst);
  std::uint64_t first = 0;
  std::memcpy(&first, record.data(), sizeof first);
  // release: a process that is killed at any instruction leaves a whole record, or none.
  std::atomic_ref(*reinterpret_cast<std::uint64_t*>(at)).store(first, std::memory_order_release);
  broken_ = mapping_.is_lost();
  return broken_ ? EIO : 0;
}

int JournalFile::write(std::span<const std::byte> record) {
  const int error = write_all(record, bytes_);
  // What was written of it would hide every later record from the reader.
  if (error != 0) broken_ = ftruncate(fd_.get(), static_cast<off_t>(bytes_)) != 0;
  return error;
}

/// So that an append up to `end` does not fail for want of room any more: as much as there is of what would
/// be good to have.
int JournalFile::reserve(std::size_t end) {
  // relaxed, here and below: the system knows of the room; who has asked for it does not matter.
  const std::size_t reserved = reserved_.load(std::memory_order_relaxed);
  if (end <= reserved) return 0;
  const std::size_t least = up_to_page(end);
  for (std::size_t more = kRoomBytes;; more /= 2) {
    const std::size_t to = std::min(std::max(reserved + more, least), mapping_.size());
    const int error = reserve_to(reserved, to);
    if (!is_want_of_room(error) || to == least) return error;
  }
}

int JournalFile::reserve_to(std::size_t from, std::size_t end) {
  if (const int error = reserve_blocks(fd_.get(), from, end - from)) return error;
  std::size_t reserved = reserved_.load(std::memory_order_relaxed);
  while (reserved < end && !reserved_.compare_exchange_weak(reserved, end, std::memory_order_relaxed)) {
  }
  return 0;
}

void JournalFile::prepare(std::size_t bytes) {
  if (bytes == prepared_at_ || bytes >= mapping_.size()) return;
  prepared_at_ = bytes;
  std::size_t reserved = reserved_.load(std::memory_order_relaxed);
  if (bytes + kRoomBytes / 2 > reserved && reserved < mapping_.size()) {
    // Without it an append asks for what it needs, and says what is wrong.
    static_cast<void>(reserve_to(reserved, std::min(reserved + kRoomBytes, mapping_.size())));
    reserved = reserved_.load(std::memory_order_relaxed);
  }
  if (reserved > bytes) mapping_.make_ready(bytes, std::min(kReadyBytes, reserved - bytes));
  const std::size_t behind = bytes / FileMapping::page_bytes() * FileMapping::page_bytes();
  if (behind - let_go_ < kRoomBytes) return;
  mapping_.let_go(let_go_, behind - let_go_);
  let_go_ = behind;
}

bool JournalFile::is_whole(std::size_t bytes) const {
  const off_t end = lseek(fd_.get(), 0, SEEK_END);
  return end < 0 || static_cast<std::size_t>(end) >= bytes;
}

void JournalFile::finish() {
  // Where it cannot be cut, zeros stay, which say nothing.
  if (is_mapped() && is_whole(bytes_)) static_cast<void>(ftruncate(fd_.get(), static_cast<off_t>(bytes_)));
  mapping_.unmap();
}

int JournalFile::sync() const {
#if defined(__APPLE__)
  return fcntl(fd_.get(), F_FULLFSYNC) == 0 || fsync(fd_.get()) == 0 ? 0 : errno;
#else
  return fdatasync(fd_.get()) == 0 ? 0 : errno;
#endif
}

}  // namespace ibkr
