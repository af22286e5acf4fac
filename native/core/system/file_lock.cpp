#include "system/file_lock.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace ibkr {

FileLock::Refusal FileLock::take(const std::string& path) {
  Fd taken(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const int fd = taken.get();
  if (fd < 0) return {errno, 0};
  char text[32] = {};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const ssize_t size = error == EWOULDBLOCK ? pread(fd, text, sizeof text - 1, 0) : -1;
    return {error, size > 0 ? std::strtoll(text, nullptr, 10) : 0};
  }
  fd_ = std::move(taken);
  const int size = std::snprintf(text, sizeof text, "%lld\n", static_cast<long long>(getpid()));
  // For a message only; a full disk is found out where it matters.
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text, static_cast<std::size_t>(size), 0) != size) return {};
  return {};
}

}  // namespace ibkr
