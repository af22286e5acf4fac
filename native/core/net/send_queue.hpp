// The sending side of a connection: frames of any thread, whole and in order, and nobody ever waits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/byte_stream.hpp"

namespace ibkr {

/// What is known of a frame when send() returns.
enum class Disposition : std::uint8_t {
  Unsent,   ///< no byte of it left, and none will
  Written,  ///< every byte is with the system
  Queued,   ///< taken, and goes out later, behind what waits; some bytes may be with the system already, and
            ///< where a carrier of others has taken them all (FedStream), perhaps all of them
};

struct SendResult {
  Disposition disposition = Disposition::Unsent;
  /// 0, or an errno: why the frame is unsent (EMSGSIZE: empty or too long; EPERM: read_only(); ENOBUFS: the
  /// limit of unsent bytes; otherwise the socket's), or what the socket failed with while it took other
  /// threads' frames.
  int error = 0;
  /// Bytes of the frame, with its four bytes of length, that are known to have been taken by the stream.
  std::size_t written = 0;
};

/// Who sends numbered frames. Of each there is one thread at a time, and whoever follows it sees what it did.
enum class NumberedSender : std::uint8_t { Loop, Reader };

/// A thread that finds the queue taken leaves its frame with the holder, who sends it before letting go.
/// Frames of one thread keep their order, none is torn. Once the socket has failed, everything is unsent with
/// its errno.
///
/// Numbered frames leave in the order of their numbers, whoever sends them: a number and its place are one
/// step, since who is about to take a number claims its place before. A frame whose number is above one that
/// is claimed is left here, and leaves with that one: its sender does not wait, and says Queued.
class SendQueue {
 public:
  /// `stream` outlives the queue, and is not closed while a thread may send.
  explicit SendQueue(ByteStream& stream) : stream_(stream) {}
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  ~SendQueue();

  /// For any thread. Sends a frame of `payload` behind whatever still waits.
  SendResult send(std::string_view payload);
  /// The sender is about to take a number that is `lowest` or higher, and to send a frame under it with
  /// send_numbered(); or none, with withdraw(). Soon: what others number meanwhile waits for it.
  void claim(NumberedSender sender, std::uint32_t lowest) {
    // seq_cst: also stands before what a caller reads next to find out whether a number is still above all
    // others; lowest_claim() is the other half.
    claims_[index_of(sender)].store(lowest, std::memory_order_seq_cst);
  }
  /// Sends the frame that was claimed, behind those of smaller numbers. Ends the claim.
  SendResult send_numbered(NumberedSender sender, std::uint32_t number, std::string_view payload);
  /// No frame follows. Ends the claim.
  void withdraw(NumberedSender sender);
  /// Before the first frame: only what reads leaves from now on (ReadingIds), whoever sends it. Anything else
  /// is Unsent with EPERM, and the connection is fine.
  void read_only() { is_read_only_ = true; }
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
  /// Totals since construction; for any thread. Bytes that the stream has taken, with their four bytes of
  /// length, and frames that were taken here, those that wait among them.
  std::uint64_t sent_bytes() const { return sent_bytes_.load(std::memory_order_relaxed); }    // relaxed: a
  std::uint64_t sent_frames() const { return sent_frames_.load(std::memory_order_relaxed); }  // statistic
  /// Bytes that went to the stream past the queue, before the first frame.
  void note_sent(std::size_t bytes) { add(sent_bytes_, bytes); }
  /// 0, or the errno the socket failed with; for any thread.
  int error() const { return error_.load(std::memory_order_relaxed); }  // relaxed: it stands for itself

  /// More than this is refused: the gateway has stopped reading. Frames that several threads bring at the
  /// same moment may pass it.
  static constexpr std::size_t kMaxUnsent = 64u << 20;

 private:
  /// A frame left by a thread that found the queue taken.
  struct Left {
    std::string frame;
    std::uint32_t number = kPlain;
    Left* next = nullptr;
  };
  /// A frame without a number, and a claim that there is not: above all numbers.
  static constexpr std::uint32_t kPlain = 0xffffffff;
  static constexpr std::size_t index_of(NumberedSender sender) { return static_cast<std::size_t>(sender); }

  bool try_take();
  void let_go();
  SendResult send_as_holder(std::string_view payload);
  SendResult send_numbered_as_holder(std::uint32_t number, std::string_view payload);
  SendResult write_or_keep(std::string_view payload);
  SendResult leave(std::string_view payload);
  /// 0, or why a frame of this payload is refused.
  int refusal(std::string_view payload) const;
  void push_left(std::string_view payload, std::uint32_t number);
  void end_claim(NumberedSender sender);
  std::uint32_t lowest_claim() const;
  /// Sends what others have left, as far as no smaller number is claimed.
  void sort_out();
  void take_left();
  void put_behind(Left* left);
  bool release_behind(std::uint32_t newest, std::uint32_t claimed);
  void keep(std::string_view bytes);
  void write_waiting();
  bool idle() const { return waiting_at_ == waiting_.size(); }

  IoResult write(std::string_view bytes);
  /// Of a frame that the stream has taken whole.
  Disposition taken_whole() const { return stream_.confirmed() ? Disposition::Written : Disposition::Queued; }
  // A load and a store, relaxed: the holder alone writes, and readers want a number, not an order.
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
    counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  ByteStream& stream_;
  bool is_read_only_ = false;
  std::atomic<bool> taken_{false};
  std::atomic<Left*> left_{nullptr};  // the newest first
  std::atomic<std::size_t> unsent_bytes_{0};
  std::atomic<int> error_{0};
  std::atomic<std::uint64_t> sent_bytes_{0};
  std::atomic<std::uint64_t> sent_frames_{0};
  std::array<std::atomic<std::uint32_t>, 2> claims_{kPlain, kPlain};  // the smallest number each may send
  std::atomic<bool> again_{false};  // a claim has ended: what waited for it may go
  // The holder's:
  std::string frame_;    // the frame being sent: kept, so that its memory is reused
  std::string waiting_;  // what the socket would not take, in order
  std::size_t waiting_at_ = 0;
  Left* behind_ = nullptr;       // frames that wait for smaller numbers, in order
  Left* behind_last_ = nullptr;  // the last of them
};

}  // namespace ibkr
