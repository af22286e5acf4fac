// Where the bytes of a connection come from and go to: a socket of the core's own, or a stream that somebody
// else carries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ibkr {

/// Result of a non-blocking read or write: bytes moved (0: none now), or the end, or an errno.
struct IoResult {
  enum class Kind : std::uint8_t { Moved, WouldBlock, End, Error } kind;
  std::size_t bytes = 0;
  int error = 0;
};

class ByteStream {
 public:
  /// Reads once. `received_micros` becomes the arrival of the newest byte, CLOCK_MONOTONIC in µs.
  virtual IoResult read(std::span<char> into, double& received_micros) = 0;
  virtual IoResult write(std::span<const char> bytes) = 0;
  /// Everything that write() has taken is with the system. Otherwise nobody can say whether it has left.
  virtual bool confirmed() const { return true; }
  /// Bytes that have arrived and were not read yet.
  virtual std::size_t unread_bytes() const = 0;

 protected:
  ByteStream() = default;
  ByteStream(const ByteStream&) = default;
  ByteStream& operator=(const ByteStream&) = default;
  ~ByteStream() = default;
};

}  // namespace ibkr
