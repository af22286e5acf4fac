#include "risk/latch_watcher.hpp"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#if defined(__linux__)
#include <sys/inotify.h>
#endif

namespace ibkr {

namespace {

std::int64_t monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Readable when a file comes into the folder; not valid where the system cannot, or has no watch left.
Fd watch_of([[maybe_unused]] const std::string& path) {
#if defined(__linux__)
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Fd out(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (out.valid() && inotify_add_watch(out.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO) >= 0) return out;
#endif
  return Fd();
}

void drain(int fd) {
  char drop[4096];
  while (::read(fd, drop, sizeof drop) > 0) {
  }
}

}  // namespace

int LatchWatcher::start(std::string path, StopLatch& latch, Notice notice, void* context) {
  if (started()) return EBUSY;
  path_ = std::move(path);
  latch_ = &latch;
  notice_ = notice;
  context_ = context;
  if (const int error = wake_.open()) return error;
  folder_ = watch_of(path_);
  ending_.store(false, std::memory_order_relaxed);
  look();
  const int error = thread_.start<&LatchWatcher::run>(this);
  if (error != 0) folder_.reset();
  return error;
}

void LatchWatcher::stop() {
  if (!started()) return;
  ending_.store(true, std::memory_order_relaxed);  // the pipe orders it
  wake_.wake();
  thread_.join();
  folder_.reset();
}

void LatchWatcher::alive(double timeout_ms) {
  const auto ns = static_cast<std::int64_t>(std::min(timeout_ms, 1e12) * 1e6);
  deadline_ns_.store(ns > 0 ? monotonic_ns() + ns : 0, std::memory_order_relaxed);
}

bool LatchWatcher::resume() {
  const std::lock_guard held(looking_);
  if (latch_ == nullptr || there()) return false;
  seen_ = false;
  cause_.store(LatchCause::None, std::memory_order_relaxed);
  latch_->resume();
  return true;
}

void LatchWatcher::run() {
  for (;;) {
    pollfd fds[2] = {{wake_.fd(), POLLIN, 0}, {folder_.get(), POLLIN, 0}};  // one below 0 is left out
    poll(fds, 2, look());
    if (ending_.load(std::memory_order_relaxed)) return;
    if (fds[0].revents != 0) wake_.drain();
    if (fds[1].revents != 0) drain(folder_.get());
  }
}

int LatchWatcher::look() {
  const std::lock_guard held(looking_);
  if (there()) {
    // Again each time: somebody may have taken it back without resume().
    latch_->set();
    if (!std::exchange(seen_, true)) pull(LatchCause::File);
  }
  std::int64_t deadline = deadline_ns_.load(std::memory_order_relaxed);
  if (deadline == 0) return kLookMs;
  const std::int64_t left = deadline - monotonic_ns();
  if (left > 0) return static_cast<int>(std::min<std::int64_t>(kLookMs, left / 1'000'000 + 1));
  // An alive() in between wins.
  if (deadline_ns_.compare_exchange_strong(deadline, 0, std::memory_order_relaxed)) pull(LatchCause::Silence);
  return kLookMs;
}

bool LatchWatcher::there() {
  const bool out = access(path_.c_str(), F_OK) == 0;
  const int error = out || errno == ENOENT ? 0 : errno;
  error_.store(error, std::memory_order_relaxed);
  return out;
}

void LatchWatcher::pull(LatchCause cause) {
  latch_->set();
  LatchCause none = LatchCause::None;
  cause_.compare_exchange_strong(none, cause, std::memory_order_relaxed);  // the first is the cause
  if (notice_ != nullptr) notice_(context_, cause);
}

}  // namespace ibkr
