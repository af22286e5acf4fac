// The sending side of a connection: frames of any thread, whole and in order, and nobody ever waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/socket.hpp"

namespace ibkr {

/// What is known of a frame when send() returns.
enum class Disposition : std::uint8_t {
  Unsent,   ///< no byte of it left, and none will
  Written,  ///< every byte is with the system
  Queued,   ///< taken, and goes out later, behind what waits; some bytes may be with the system already
};

struct SendResult {
  Disposition disposition = Disposition::Unsent;
  /// 0, or an errno: why the frame is unsent (EMSGSIZE: empty or too long; ENOBUFS: the limit of unsent
  /// bytes; otherwise the socket's), or what the socket failed with while it took other threads' frames.
  int error = 0;
  /// Bytes of the frame, with its four bytes of length, that are known to be with the system.
  std::size_t written = 0;
};

/// A thread that finds the queue taken leaves its frame with the holder, who sends it before letting go.
/// Frames of one thread keep their order, none is torn. Once the socket has failed, everything is unsent with
/// its errno.
class SendQueue {
 public:
  /// `socket` outlives the queue, and is not closed while a thread may send.
  explicit SendQueue(Socket& socket) : socket_(socket) {}
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  ~SendQueue();

  /// For any thread. Sends a frame of `payload` behind whatever still waits.
  SendResult send(std::string_view payload);
  /// For any thread. The way of send() without its system call: nothing is sent, and nothing changes.
  void rehearse(std::string_view payload);
  /// For any thread, when the socket is writable: sends what waits. 0, or the errno the socket failed with.
  /// If another thread is sending at the moment it does nothing: has_unsent() tells whether to come again.
  int flush();

  /// Bytes taken and not yet with the system; for any thread.
  std::size_t unsent_bytes() const {
    // relaxed: a level. A thread sees what it left itself, and is woken for what others left.
    return unsent_bytes_.load(std::memory_order_relaxed);
  }
  bool has_unsent() const { return unsent_bytes() != 0; }
  /// 0, or the errno the socket failed with; for any thread.
  int error() const { return error_.load(std::memory_order_relaxed); }  // relaxed: it stands for itself

  /// More than this is refused: the gateway has stopped reading. Frames that several threads bring at the
  /// same moment may pass it.
  static constexpr std::size_t kMaxUnsent = 64u << 20;

 private:
  /// A frame left by a thread that found the queue taken.
  struct Left {
    std::string frame;
    Left* next = nullptr;
  };

  bool try_take();
  void let_go();
  SendResult send_as_holder(std::string_view payload);
  SendResult leave(std::string_view payload);
  void take_left();
  void keep(std::string_view bytes);
  void write_waiting();
  bool idle() const { return waiting_at_ == waiting_.size(); }

  Socket& socket_;
  std::atomic<bool> taken_{false};
  std::atomic<Left*> left_{nullptr};  // the newest first
  std::atomic<std::size_t> unsent_bytes_{0};
  std::atomic<int> error_{0};
  // The holder's:
  std::string frame_;    // the frame being sent: kept, so that its memory is reused
  std::string waiting_;  // what the socket would not take, in order
  std::size_t waiting_at_ = 0;
};

}  // namespace ibkr
