#include "system/fd.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

namespace ibkr {

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

int WakePipe::open() {
  int ends[2] = {-1, -1};
#if defined(__linux__)
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
#else
  if (pipe(ends) != 0) return errno;
  for (const int fd : ends) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
#endif
  read_.reset(ends[0]);
  write_.reset(ends[1]);
  return 0;
}

void WakePipe::wake() const {
  while (::write(write_.get(), "", 1) < 0 && errno == EINTR) {
  }
}

void WakePipe::drain() const {
  char drop[64];
  while (::read(read_.get(), drop, sizeof drop) == static_cast<ssize_t>(sizeof drop)) {
  }
}

}  // namespace ibkr
