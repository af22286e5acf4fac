// The bytes of a connection that somebody else carries: TLS, a tunnel. He feeds what has arrived, and is
// handed what is to go.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "net/byte_stream.hpp"

namespace ibkr {

/// For one thread, its owner's: no other may read or write, for the carrier could not be asked there.
///
/// One write at a time is with the carrier. What comes meanwhile stays in the SendQueue, where it is certain
/// that no byte of it has left.
class FedStream final : public ByteStream {
 public:
  /// What the carrier did with bytes. It takes all of them or none.
  enum class Carried : std::uint8_t {
    Written,  ///< the system has them
    Pending,  ///< it has taken them, and says delivered() when the system has them
    Failed,   ///< the stream has ended, or it cannot write
  };
  /// The bytes are valid during the call.
  using Carry = std::function<Carried(std::span<const char>)>;

  explicit FedStream(Carry carry) : carry_(std::move(carry)) {}

  /// These bytes have arrived, behind those that were fed before. Valid until keep() returns.
  void feed(std::string_view bytes, double received_micros);
  /// What has not been read of them is copied. True: nothing is left.
  bool keep();
  /// Behind what was fed nothing more comes. `error`: an errno; 0: the other side has ended it in good order.
  void end(int error);
  /// The system has what was pending: the next write may come.
  void delivered() { pending_bytes_ = 0; }
  /// Nothing is handed over any more.
  void close() { closed_ = true; }

  /// read() has something to tell: bytes, or the end behind them.
  bool readable() const { return ended_ || unread_bytes() > 0; }
  /// Bytes that the carrier has taken, and of which it has not said more.
  std::size_t pending_bytes() const { return pending_bytes_; }

  IoResult read(std::span<char> into, double& received_micros) override;
  IoResult write(std::span<const char> bytes) override;
  bool confirmed() const override { return pending_bytes_ == 0; }
  std::size_t unread_bytes() const override { return kept_.size() - kept_at_ + fresh_.size(); }

 private:
  Carry carry_;
  std::string_view fresh_;  // of feed(), until keep()
  std::string kept_;        // what was fed before, from kept_at_ on
  std::size_t kept_at_ = 0;
  double received_micros_ = 0;
  std::size_t pending_bytes_ = 0;
  int error_ = 0;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace ibkr
