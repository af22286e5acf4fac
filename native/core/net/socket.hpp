// A non-blocking TCP socket. POSIX only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "net/arrival_clock.hpp"
#include "system/fd.hpp"

namespace ibkr {

struct SocketOptions {
  int receive_buffer = 0;  ///< SO_RCVBUF in bytes; 0 leaves the system's
  int send_buffer = 0;     ///< SO_SNDBUF in bytes; 0 leaves the system's
};

/// What the system made of the options (Linux doubles the buffers it is asked for).
struct EffectiveOptions {
  int receive_buffer = 0;
  int send_buffer = 0;
  bool no_delay = false;
  bool keep_alive = false;
  bool kernel_stamps = false;  ///< SO_TIMESTAMPNS: arrival stamps from the kernel
};

/// Result of a non-blocking read or write: bytes moved (0: none now), or the end, or an errno.
struct IoResult {
  enum class Kind : std::uint8_t { Moved, WouldBlock, End, Error } kind;
  std::size_t bytes = 0;
  int error = 0;
};

class Socket {
 public:
  /// Opens a socket and begins to connect to a numeric IPv4 or IPv6 address. 0, or an errno.
  int begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options);
  /// 0 once connected, EINPROGRESS, or the errno the connect ended with. Call when the socket is writable.
  int connect_result() const;

  /// Reads once. `received_micros` becomes the arrival of the newest byte, CLOCK_MONOTONIC in µs: the
  /// kernel's stamp where there is one, otherwise the time after the read.
  IoResult read(std::span<char> into, double& received_micros);
  IoResult write(std::span<const char> bytes);

  /// Bytes that have arrived and were not read yet.
  std::size_t unread_bytes() const;

  EffectiveOptions effective() const;
  int fd() const { return fd_.get(); }
  void close() { fd_.reset(); }
  /// Both directions end; another thread that waits on the socket wakes up.
  void shut_down();

 private:
  Fd fd_;
  bool kernel_stamps_ = false;
  ArrivalClock arrivals_;  // the reader's
};

/// CLOCK_MONOTONIC in microseconds, the clock of process.hrtime().
double monotonic_micros();

}  // namespace ibkr
