// One connection to a gateway over TCP: connect, read in turns, close. No thread of its own. Who may do what:
// reading is for the holder of the reader lock, sending for any thread, everything else for the owner (the
// event loop's thread).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/reader_lock.hpp"
#include "net/send_queue.hpp"
#include "net/socket.hpp"
#include "net/stream_reader.hpp"

namespace ibkr {

/// Why a connection ends although its stream has not. `error` 0: whatever the socket will say.
struct Ending {
  CloseReason reason = CloseReason::SocketError;
  int error = 0;
};

class Connection {
 public:
  Connection(Ring ring, FullPolicy policy) : stream_(ring, policy), send_queue_(socket_) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// 0, or the errno; then wait for writability and call finish_connect().
  int begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options);
  /// 0: connected, and "API\0" with the versions offered has been sent.
  int finish_connect(std::string_view versions);

  /// How a turn of reading ended.
  enum class Turn : std::uint8_t {
    Idle,     ///< nothing more to read now
    More,     ///< the read came back full, there is more
    Blocked,  ///< the ring is full: read again after JavaScript has drained it
    Ended,    ///< a Closed record was written
  };
  /// Reads once (at most one buffer), decodes every whole frame and publishes. Only with the reader lock.
  Turn read_once();

  /// As read_once() for a connection that is lost or given up: reads what the system had when it was given
  /// up, then writes a Closed record. Every turn but a Blocked one brings the end nearer. Only with the
  /// reader lock.
  Turn read_rest(const Ending& ending);

  ReaderLock& reader_lock() { return lock_; }
  StreamReader& stream() { return stream_; }
  SendQueue& send_queue() { return send_queue_; }

  int fd() const { return socket_.fd(); }
  EffectiveOptions effective() const { return socket_.effective(); }
  /// Both directions end, and whoever waits for the socket wakes up.
  void shut_down() { socket_.shut_down(); }
  /// Only when no other thread reads or sends any more.
  void close_socket() { socket_.close(); }

  /// A backlog is read in growing pieces: every read has one arrival stamp, that of its newest byte, so the
  /// ticks of a short backlog keep their times, and a long one costs few reads.
  static constexpr std::size_t kSmallestRead = 1u << 10;

 private:
  /// What a full ring or an end left behind comes first. Nothing: the socket may be read.
  std::optional<Turn> finish_last_read();
  static Turn turn_of(StreamReader::Progress progress);

  Socket socket_;
  ReaderLock lock_;
  StreamReader stream_;
  SendQueue send_queue_;
  // With the reader lock:
  std::size_t read_size_ = kSmallestRead;
  std::optional<std::size_t> rest_;  // bytes that the system still has for read_rest()
};

}  // namespace ibkr
