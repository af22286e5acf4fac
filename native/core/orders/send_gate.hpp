// What stands before an order's bytes: the journal, the risk gate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/send_queue.hpp"
#include "orders/order_intent.hpp"

namespace ibkr {

enum class OrderSource : std::uint8_t {
  Call,      ///< placeOrder()
  Template,  ///< a prepared order, sent by JavaScript
  Armed,     ///< a prepared order, sent by whoever reads the socket
};

/// What a judge keeps of an order between before_send() and after_send(): on the sender's stack, for there
/// may be several.
struct JudgedOrder {
  bool is_inside = false;  ///< counted among those on their way
  bool is_reserved = false;
  bool is_change = false;
  std::uint64_t key = 0;
};

/// An order whose bytes are about to leave. The texts are valid during the call.
struct OutgoingOrder {
  std::int32_t id = 0;
  OrderSource source = OrderSource::Call;
  /// Its number is that of an order which was sent before. The outlet says so.
  bool is_change = false;
  /// The template's, or the armed order's; 0 where there is none.
  std::uint32_t handle = 0;
  std::string_view payload{};
  double quantity = 0;     ///< NaN: as prepared, or none
  double limit_price = 0;  ///< NaN: as prepared, or none
  /// What it says otherwise than the one that was prepared; nothing: the same.
  std::optional<std::string_view> order_ref{};
  /// As it was called or prepared; nullptr where its record is made already, or nobody asks.
  const IntentValues* intent = nullptr;
  /// A journal's record of it, made by JavaScript, for it knows the fields that the core does not.
  std::span<std::byte> record{};
  std::int32_t arm_id = 0;       ///< what before_arm() gave it
  double value = 0;              ///< of the quote that fired it
  double encoded_micros = 0;     ///< CLOCK_MONOTONIC: its frame was made
  mutable JudgedOrder judged{};  ///< of the judge alone
};

/// An order that is about to be armed.
struct ArmingOrder {
  const IntentValues& intent;
  std::string_view field;
  std::string_view op;
  double price = 0;
  double expires_ms = 0;  ///< from now on; infinity: never
};

/// Called on the thread that sends: JavaScript's and the one that reads the socket, at the same time. So it
/// waits for nobody, and allocates nothing.
class SendGate {
 public:
  SendGate(const SendGate&) = delete;
  SendGate& operator=(const SendGate&) = delete;

  /// False: it is not sent. What must be on record before the bytes leave is written when this returns.
  virtual bool before_send(const OutgoingOrder& order) = 0;
  /// What became of it, at once behind before_send() on the same thread, unless that said no.
  virtual void after_send(const OutgoingOrder& order, const SendResult& result) = 0;
  /// The number under which it is known, 0 where it has none; nothing: it may not be armed.
  virtual std::optional<std::int32_t> before_arm(const ArmingOrder&) { return 0; }
  /// An armed order has been disarmed, or has expired.
  virtual void never_fires(std::int32_t /*arm_id*/, std::string_view /*reason*/) {}

 protected:
  SendGate() = default;
  ~SendGate() = default;
};

}  // namespace ibkr
