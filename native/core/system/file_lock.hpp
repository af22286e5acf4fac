// A file that one process at a time has. POSIX only.
#pragma once

#include <cstdint>
#include <string>

#include "system/fd.hpp"

namespace ibkr {

/// Held until it is released or destroyed, or the process ends, however it does. A second one of the same
/// process is refused, too.
class FileLock {
 public:
  struct Refusal {
    int error = 0;                ///< errno; EWOULDBLOCK: somebody else has it
    std::int64_t process_id = 0;  ///< who, where it is known
    explicit operator bool() const { return error != 0; }
  };

  /// Makes the file where there is none, and writes the process's id into it.
  [[nodiscard]] Refusal take(const std::string& path);
  bool held() const { return fd_.valid(); }
  /// The file stays: who removed it might remove one that another process has locked in the meantime.
  void release() { fd_.reset(); }

 private:
  Fd fd_;
};

}  // namespace ibkr
