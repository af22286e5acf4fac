// A non-blocking TCP socket. POSIX only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "net/arrival_clock.hpp"
#include "net/byte_stream.hpp"
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

/// What the system knows of the way to the other side.
struct TcpState {
  std::uint32_t rtt_micros = 0;  ///< smoothed
  std::uint32_t rtt_variance_micros = 0;
  std::uint32_t retransmits = 0;  ///< segments sent again, since it was connected
  std::uint32_t unacked_segments = 0;
  std::uint32_t congestion_window = 0;  ///< segments
  std::uint32_t segment_bytes = 0;      ///< of those that are sent, at most
  std::size_t unacked_bytes = 0;        ///< with the system, and not yet acknowledged
};

class Socket final : public ByteStream {
 public:
  /// Opens a socket and begins to connect to a numeric IPv4 or IPv6 address. 0, or an errno.
  int begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options);
  /// 0 once connected, EINPROGRESS, or the errno the connect ended with. Call when the socket is writable.
  int connect_result() const;

  /// The arrival is the kernel's stamp where there is one, otherwise the time after the read.
  IoResult read(std::span<char> into, double& received_micros) override;
  IoResult write(std::span<const char> bytes) override;
  std::size_t unread_bytes() const override;

  EffectiveOptions effective() const;
  /// Nothing where the system does not say, or there is no connection.
  std::optional<TcpState> tcp_state() const;
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
