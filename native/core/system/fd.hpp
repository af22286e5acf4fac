// File descriptors that are owned. POSIX only.
#pragma once

#include <utility>

namespace ibkr {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// Wakes a thread that polls its reading end. No child process inherits it, and nobody waits for it.
class WakePipe {
 public:
  /// 0, or the errno.
  int open();
  /// For the thread that is to be woken: to be polled for POLLIN.
  int fd() const { return read_.get(); }
  /// For any thread. A full pipe means that the thread has enough wakes already.
  void wake() const;
  /// Takes the wakes that there are.
  void drain() const;

 private:
  Fd read_, write_;
};

}  // namespace ibkr
