// What stands before an order's bytes: the journal, the risk gate.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/send_queue.hpp"

namespace ibkr {

enum class OrderSource : std::uint8_t {
  Call,      ///< placeOrder()
  Template,  ///< a prepared order, sent by JavaScript
  Armed,     ///< a prepared order, sent by whoever reads the socket
};

/// An order whose bytes are about to leave. The texts are valid during the call.
struct OutgoingOrder {
  std::int32_t id = 0;
  OrderSource source = OrderSource::Call;
  /// The template's, or the armed order's; 0 where there is none.
  std::uint32_t handle = 0;
  std::string_view payload{};
  double quantity = 0;     ///< NaN: as prepared, or none
  double limit_price = 0;  ///< NaN: as prepared, or none
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

 protected:
  SendGate() = default;
  ~SendGate() = default;
};

}  // namespace ibkr
