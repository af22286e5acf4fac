// One connection to a gateway, over TCP or over what somebody else carries: connect, read in turns, close. No
// thread of its own. Who may do what: reading is for the holder of the reader lock, sending for any thread,
// everything else for the owner (the event loop's thread).
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/fed_stream.hpp"
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
  Connection(Ring ring, FullPolicy policy) : Connection(ring, policy, nullptr) {}
  /// Over what `fed` carries, which outlives it: there is no socket, and the owner's is the only thread.
  /// nullptr: over a socket.
  Connection(Ring ring, FullPolicy policy, FedStream* fed)
      : bytes_(fed != nullptr ? static_cast<ByteStream&>(*fed) : socket_),
        stream_(ring, policy),
        send_queue_(bytes_) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// 0, or the errno; then wait for writability and call finish_connect().
  int begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options);
  /// 0: connected, and "API\0" with the versions offered has been sent.
  int finish_connect(std::string_view versions);
  /// The same where somebody else has connected.
  int greet(std::string_view versions);

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

  /// What the event loop wants done by a reader.
  enum class Wish : std::uint8_t {
    Commands = 1,  ///< the desk's
    Flush = 2,     ///< what is due at the desk
  };
  /// Does it now; or it will be done by the thread that reads at this moment, as soon as that lets go of the
  /// lock. True if it has been done. Never waits.
  bool wish(Wish wish);
  /// How early a flush may be for what is due, in microseconds. For the owner.
  void set_flush_early(double micros) {
    flush_early_micros_.store(micros, std::memory_order_relaxed);  // relaxed: holds for later flushes
  }
  /// To be called by a thread that has just let go of the reader lock.
  bool serve_wishes();

  ReaderLock& reader_lock() { return lock_; }
  StreamReader& stream() { return stream_; }
  SendQueue& send_queue() { return send_queue_; }

  /// -1: there is no socket.
  int fd() const { return socket_.fd(); }
  EffectiveOptions effective() const { return socket_.effective(); }
  std::optional<TcpState> tcp_state() const { return socket_.tcp_state(); }
  /// Bytes that have arrived, and that nobody has read.
  std::size_t unread_bytes() const { return bytes_.unread_bytes(); }
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
  ByteStream& bytes_;  // socket_, or another's
  ReaderLock lock_;
  std::atomic<std::uint8_t> wishes_{0};
  std::atomic<double> flush_early_micros_{0};
  StreamReader stream_;
  SendQueue send_queue_;
  // With the reader lock:
  std::size_t read_size_ = kSmallestRead;
  std::optional<std::size_t> rest_;  // bytes that the system still has for read_rest()
};

}  // namespace ibkr
