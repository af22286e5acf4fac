#include "system/file_mapping.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>

namespace ibkr {

std::size_t FileMapping::page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

#if defined(__linux__)

namespace {

/// What a signal handler may look at: mappings that there are.
struct Slot {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};  // 0: free
  std::atomic<bool> lost{false};
};
// As many journals may be open in a process; those beyond do without.
std::array<Slot, 64> slots;

std::mutex slots_mutex;  // of making and ending mappings: the handler takes none
std::size_t mapped = 0;
std::size_t handler_page_bytes = 0;
struct sigaction before {};

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    // relaxed: whoever stores to a mapping has seen it made, on this very thread.
    if (at < slot.begin.load(std::memory_order_relaxed) || at >= slot.end.load(std::memory_order_relaxed))
      continue;
    const int error = errno;
    void* const page = reinterpret_cast<void*>(at / handler_page_bytes * handler_page_bytes);
    const void* const memory = mmap(page, handler_page_bytes, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    errno = error;
    if (memory == MAP_FAILED) break;
    slot.lost.store(true, std::memory_order_relaxed);  // relaxed: read by this thread, or a moment later
    return;
  }
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
  } else {
    // The instruction is tried again, and ends the process as it would have without us.
    ::signal(signal, SIG_DFL);
  }
}

/// With slots_mutex held.
int install_handler() {
  if (mapped++ > 0) return 0;
  handler_page_bytes = FileMapping::page_bytes();
  struct sigaction ours {};
  ours.sa_sigaction = &on_bus_error;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  if (sigaction(SIGBUS, &ours, &before) == 0) return 0;
  --mapped;
  return errno;
}

/// With slots_mutex held. Where somebody else's handler stands before ours by now it stays: that one calls
/// it.
void remove_handler() {
  if (--mapped > 0) return;
  struct sigaction now {};
  if (sigaction(SIGBUS, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
      now.sa_sigaction == &on_bus_error)
    sigaction(SIGBUS, &before, nullptr);
}

/// Linux 5.14's, which headers may not have.
constexpr int kPopulateWrite = 23;

}  // namespace

int FileMapping::map(int fd, std::size_t bytes) {
  unmap();
  const std::lock_guard lock(slots_mutex);
  std::size_t slot = 0;
  while (slot < slots.size() && slots[slot].end.load(std::memory_order_relaxed) != 0) ++slot;
  if (slot == slots.size()) return EMFILE;
  if (const int error = install_handler()) return error;
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) {
    const int error = errno;
    remove_handler();
    return error;
  }
  data_ = static_cast<std::byte*>(memory);
  size_ = bytes;
  slot_ = slot;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  // relaxed: see the handler.
  slots[slot].lost.store(false, std::memory_order_relaxed);
  slots[slot].begin.store(begin, std::memory_order_relaxed);
  slots[slot].end.store(begin + bytes, std::memory_order_relaxed);
  return 0;
}

void FileMapping::unmap() {
  if (size_ == 0) return;
  const std::lock_guard lock(slots_mutex);
  munmap(data_, size_);
  slots[slot_].end.store(0, std::memory_order_relaxed);  // relaxed: nobody stores to it any more
  remove_handler();
  data_ = nullptr;
  size_ = 0;
}

bool FileMapping::is_lost() const {
  // The handler runs within the store: neither compiler nor processor may look before it.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  return size_ != 0 && slots[slot_].lost.load(std::memory_order_relaxed);  // relaxed: see the handler
}

void FileMapping::make_ready(std::size_t from, std::size_t bytes) const {
  const std::size_t begin = from / page_bytes() * page_bytes();
  // A failure costs a page fault later, or is one that the store finds.
  if (from + bytes <= size_) static_cast<void>(madvise(data_ + begin, from + bytes - begin, kPopulateWrite));
}

void FileMapping::let_go(std::size_t from, std::size_t bytes) const {
  if (from + bytes <= size_) static_cast<void>(madvise(data_ + from, bytes, MADV_DONTNEED));
}

int reserve_blocks(int fd, std::size_t from, std::size_t bytes) {
  while (fallocate(fd, 0, static_cast<off_t>(from), static_cast<off_t>(bytes)) != 0) {
    if (errno == EINTR) continue;
    const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    const bool is_other = errno == EIO || errno == EBADF;
    return is_full || is_other ? errno : ENOTSUP;
  }
  return 0;
}

#else

int FileMapping::map(int, std::size_t) { return ENOTSUP; }
void FileMapping::unmap() {}
bool FileMapping::is_lost() const { return false; }
void FileMapping::make_ready(std::size_t, std::size_t) const {}
void FileMapping::let_go(std::size_t, std::size_t) const {}
int reserve_blocks(int, std::size_t, std::size_t) { return ENOTSUP; }

#endif

void FileMapping::swap(FileMapping& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(slot_, other.slot_);
}

}  // namespace ibkr
