// The receiving side of a connection, without its socket: bytes in, records out.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "market/decoder.hpp"
#include "market/fast_ticks.hpp"
#include "ring/channel.hpp"
#include "stream/stream_desk.hpp"
#include "wire/framer.hpp"

namespace ibkr {

/// Totals since construction, for any thread; each has one writer at a time, whoever feeds the reader.
struct ReadCounters {
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

/// Frames, handshake and decoding of one stream, into its channel. Whatever is not marked otherwise is for
/// the holder of the reader lock.
class StreamReader {
 public:
  /// `buffer`: bytes of the stream that are held at once, at most; more only for a frame that is larger.
  StreamReader(Ring ring, FullPolicy policy, std::size_t buffer = kReadBuffer)
      : channel_(ring, policy), framer_(buffer) {}
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  /// How far it came.
  enum class Progress : std::uint8_t {
    Done,     ///< every whole frame was decoded and published
    Blocked,  ///< the ring is full: resume() after JavaScript has drained it
    Ended,    ///< a Closed record was written
  };

  /// Takes bytes of the stream that arrived at `received_micros` (CLOCK_MONOTONIC), decodes every whole frame
  /// and publishes. Returns how many bytes it took: fewer than there are if the ring is full (feed the rest
  /// after a drain) or the stream has ended.
  std::size_t feed(std::string_view bytes, double received_micros);

  /// The same without a copy: the next bytes go to space(), which is never empty, then filled() is told.
  std::span<char> space() { return framer_.space(); }
  Progress filled(std::size_t size, double received_micros);
  /// Goes on with what a full ring left behind; Done at once if nothing was.
  Progress resume();

  /// Bars that have ended by the clock are closed, though nothing has come.
  void close_bars();
  /// Shows the consumer what waited outside a full ring, as far as there is room now.
  void move_up() {
    desk_.flush_starved();
    desk_.notify();
    channel_.publish();
  }

  /// Tells the desk what the system's clock shows, where it wants to know.
  void look_at_clock();

  /// Writes a record about the connection itself and publishes it; `error` is an errno.
  void note(RecordKind kind, int error);
  /// Writes a Closed record and publishes it; once.
  void end(CloseReason reason, int error, std::string_view detail);
  /// For any thread: a Closed record has been written.
  bool ended() const { return ended_.load(std::memory_order_acquire); }  // acquire: pairs with end()
  bool handshaken() const { return server_version_ > 0; }

  /// For any thread: while true, the payload of every hot message precedes its record as a Raw record.
  void set_raw(bool on) {
    raw_.store(on, std::memory_order_relaxed);  // relaxed: takes effect some frames later
  }
  /// For any thread: the ring was full, so there is work to do as soon as JavaScript has drained it.
  bool wants_room() const { return blocked() || channel_.overflowing() || desk_.starved(); }
  bool blocked() const {
    return blocked_.load(std::memory_order_acquire);  // acquire: pairs with decode()
  }
  Channel& channel() { return channel_; }
  /// What is done to the records of subscriptions.
  StreamDesk& desk() { return desk_; }
  /// Bytes of memory the stream's buffer takes now: its usual size, or up to twice what has come of a larger
  /// frame.
  std::size_t buffer_bytes() const { return framer_.capacity(); }
  /// For any thread.
  const ReadCounters& counters() const { return counters_; }

  static constexpr std::size_t kReadBuffer = 256u << 10;

 private:
  bool raw() const { return raw_.load(std::memory_order_relaxed); }  // relaxed: as in set_raw()
  void take_fast_ticks();
  Progress decode();
  bool is_full(std::size_t payload);
  bool take_at_full_ring(std::string_view payload);
  void take_frame(std::string_view payload);
  void take_error(const FrameHead& head, std::string_view payload);
  void count_decoded(Decoded decoded, std::int32_t id, std::string_view payload);
  bool take_handshake(std::string_view payload);

  Channel channel_;
  StreamDesk desk_{channel_};
  ReadCounters counters_;
  std::atomic<bool> raw_{false};
  std::atomic<bool> blocked_{false};  // set by the reader, seen by the loop after a drain
  std::atomic<bool> ended_{false};
  Framer framer_;
  std::int32_t server_version_ = 0;
  FastTicks fast_ticks_ = nullptr;  // of the dialect, once that is known
  double received_micros_ = 0;      // of the bytes being decoded
};

}  // namespace ibkr
