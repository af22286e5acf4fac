// One connection to a gateway: connect, handshake, read and decode into the channel, send. No thread of its
// own: `read_*` is called by whoever holds the reader lock, everything else by the owner (the event loop's
// thread).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/reader_lock.hpp"
#include "net/socket.hpp"
#include "ring/channel.hpp"
#include "wire/framer.hpp"

namespace ibkr {

/// Totals since construction, for any thread; written by the holder of the reader lock.
struct SessionCounters {
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<std::uint64_t> frames{0};
  std::atomic<std::uint64_t> hot{0};
  std::atomic<std::uint64_t> cold{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> trailing{0};
  std::atomic<std::uint64_t> full_ring_stops{0};  ///< times reading stopped because the ring was full
  std::atomic<double> last_read_micros{0};        ///< CLOCK_MONOTONIC of the newest bytes
};

class Session {
 public:
  Session(Ring ring, FullPolicy policy) : channel_(ring, policy), framer_(kReadBuffer) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// 0, or the errno; then wait for writability and call finish_connect().
  int begin_connect(const std::string& address, std::uint16_t port, const SocketOptions& options);
  /// 0: connected, and "API\0" with the versions offered has been sent.
  int finish_connect(std::string_view versions);

  /// How a turn of reading ended.
  enum class Turn : std::uint8_t {
    Idle,     ///< nothing more to read now
    More,     ///< the read came back full, there is more
    Flood,    ///< and it was one of the largest size
    Blocked,  ///< the ring is full: read again after JavaScript has drained it
    Ended,    ///< a Closed record was written
  };
  /// Reads once (at most one buffer), decodes every whole frame and publishes. Only with the reader lock.
  Turn read_once();

  /// Sends a frame of `payload`, after whatever still waits. Never blocks. False: the limit of unsent bytes
  /// is passed or the socket failed (an errno in `error`), nothing of this frame was sent.
  bool send_frame(std::string_view payload, int& error);
  /// Sends what waits, when the socket is writable. 0 or an errno.
  int flush();
  bool has_unsent() const { return unsent_at_ < unsent_.size(); }
  std::size_t unsent_bytes() const { return unsent_.size() - unsent_at_; }

  /// Writes a Closed record and publishes it. Only with the reader lock; once.
  void end(CloseReason reason, int error, std::string_view detail);
  /// For any thread: a Closed record has been written.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  /// Only with the reader lock.
  bool handshaken() const { return server_version_ > 0; }

  void close_socket() { socket_.close(); }
  void shut_down() { socket_.shut_down(); }
  int fd() const { return socket_.fd(); }
  EffectiveOptions effective() const { return socket_.effective(); }
  Channel& channel() { return channel_; }
  ReaderLock& reader_lock() { return lock_; }
  const SessionCounters& counters() const { return counters_; }

  /// While true, the payload of every hot message precedes its record as a Raw record.
  void set_raw(bool on) {
    raw_.store(on, std::memory_order_relaxed);
  }  // relaxed: takes effect some frames later
  /// For any thread: the ring was full, so read_once() has work to do as soon as JavaScript has drained it.
  bool wants_room() const { return blocked() || channel_.overflowing(); }
  bool blocked() const { return blocked_.load(std::memory_order_acquire); }

  static constexpr std::size_t kReadBuffer = 64u << 10;
  /// A backlog is read in growing pieces: every read has one arrival stamp, that of its newest byte, so the
  /// ticks of a short backlog keep their times, and a long one costs few reads.
  static constexpr std::size_t kSmallestRead = 1u << 10;
  static constexpr std::size_t kMaxUnsent = 64u << 20;

 private:
  using FastTick = bool (*)(const char*, std::uint32_t, double, Record*);
  FastTick fast_path() const;
  Turn decode_buffered();
  void take_frame(std::string_view payload);
  bool take_handshake(std::string_view payload);

  Socket socket_;
  ReaderLock lock_;
  Channel channel_;
  SessionCounters counters_;
  std::atomic<bool> raw_{false};
  std::atomic<bool> blocked_{false};  // set by the reader, seen by the loop after a drain
  // Reader's:
  Framer framer_;
  std::int32_t server_version_ = 0;
  double received_micros_ = 0;
  std::size_t read_size_ = kSmallestRead;
  std::atomic<bool> ended_{false};  // written with the reader lock; read by anyone
  // Owner's:
  std::string frame_;   // the frame being sent: kept, so that its memory is reused
  std::string unsent_;  // what the socket would not take, in order
  std::size_t unsent_at_ = 0;
};

}  // namespace ibkr
