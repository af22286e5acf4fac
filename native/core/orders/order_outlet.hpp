// The last steps of every order, on whichever thread: its number, the gate, the connection's queue.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/send_queue.hpp"
#include "net/socket.hpp"
#include "orders/order_ids.hpp"
#include "orders/send_gate.hpp"

namespace ibkr {

enum class OrderOutcome : std::uint8_t {
  Sent,       ///< `result` says how far
  Denied,     ///< by the gate: unsent
  Overtaken,  ///< an armed order has taken a higher number meanwhile: unsent, the gateway would refuse it
  NoNumber,   ///< the last one has been used
  NoFrame,    ///< there is none for it; the number is taken
};

struct OrderSent {
  SendResult result{};
  OrderOutcome outcome = OrderOutcome::Sent;
  /// When the system had it, or send() had failed: CLOCK_MONOTONIC in µs.
  double written_micros = 0;
};

/// The gateway takes new orders only in the order of their numbers. So a number and a place in the queue are
/// one step: the place is claimed, then the number taken, then the frame made, and what others number
/// meanwhile leaves behind it. A number that was taken long before is looked at when its order is sent.
class OrderOutlet {
 public:
  explicit OrderOutlet(SendQueue& queue) : queue_(queue) {}

  /// For any thread; nullptr: there is none. The gate outlives the outlet.
  void set_gate(SendGate* gate) {
    gate_.store(gate, std::memory_order_release);  // release: who sees it sees the gate as it was made
  }

  /// For any thread, as set_gate(): the gate that judges, before the one that writes down. Nothing goes past
  /// it.
  void set_judge(SendGate* judge) {
    judge_.store(judge, std::memory_order_release);  // release: as set_gate()
  }
  SendGate* judge() const {
    return judge_.load(std::memory_order_acquire);
  }  // acquire: pairs with set_judge()

  SendGate* gate() const { return gate_.load(std::memory_order_acquire); }  // acquire: pairs with set_gate()

  /// The session's, before anything is armed; until then it counts for itself.
  void set_ids(OrderIds ids) { ids_ = ids; }
  OrderIds ids() const { return ids_; }

  /// For JavaScript's thread: an order or a change under a number of the caller's.
  OrderSent send(OutgoingOrder order) { return send_numbered(order, gate()); }
  /// The same past the gate, but not past the judge: what is no order of the journal's, but is numbered as
  /// one.
  OrderSent send_past_gate(OutgoingOrder order) { return send_numbered(order, nullptr); }

  /// For JavaScript's thread, and for the one that reads where the order's source is Armed: takes the next
  /// number. `fill`: (number) → the payload, or nothing. Stamps `order` when it is encoded.
  template <typename Fill>
  OrderSent send_next(OutgoingOrder& order, Fill&& fill) {
    const auto sender = order.source == OrderSource::Armed ? NumberedSender::Reader : NumberedSender::Loop;
    queue_.claim(sender, ids_.next());
    const auto give_up = [&](OrderOutcome why) {
      queue_.withdraw(sender);
      return OrderSent{.outcome = why};
    };
    const std::optional<std::int32_t> id = ids_.take();
    if (!id) return give_up(OrderOutcome::NoNumber);
    order.id = *id;
    if (sender == NumberedSender::Reader) ids_.fired(*id);
    const std::optional<std::string_view> payload = fill(*id);
    if (!payload) return give_up(OrderOutcome::NoFrame);
    order.payload = *payload;
    order.encoded_micros = monotonic_micros();
    return send_claimed(order, sender, gate());
  }

  /// The same with neither gate nor system call: the code and its memory are in the caches afterwards.
  void rehearse(std::string_view payload) { queue_.rehearse(payload); }

 private:
  OrderSent send_numbered(OutgoingOrder& order, SendGate* gate) {
    order.is_change = ids_.is_change(order.id);
    if (order.is_change) {
      SendGate* const judge = this->judge();
      if (!may_leave(order, judge, gate)) return {.outcome = OrderOutcome::Denied};
      return finish(order, judge, gate, queue_.send(order.payload));
    }
    const auto number = static_cast<std::uint32_t>(order.id);
    queue_.claim(NumberedSender::Loop, number);
    // Behind the claim: an armed order that takes its number from now on waits for this one.
    if (const std::uint32_t fired = ids_.newest_fired(); fired != 0 && fired >= number) {
      queue_.withdraw(NumberedSender::Loop);
      return {.outcome = OrderOutcome::Overtaken};
    }
    return send_claimed(order, NumberedSender::Loop, gate);
  }

  OrderSent send_claimed(const OutgoingOrder& order, NumberedSender sender, SendGate* gate) {
    SendGate* const judge = this->judge();
    if (!may_leave(order, judge, gate)) {
      queue_.withdraw(sender);
      return {.outcome = OrderOutcome::Denied, .written_micros = monotonic_micros()};
    }
    if (sender == NumberedSender::Loop) ids_.sent(order.id);
    return finish(order, judge, gate,
                  queue_.send_numbered(sender, static_cast<std::uint32_t>(order.id), order.payload));
  }

  /// What is judged and cannot be written down does not leave either, and is not reserved.
  static bool may_leave(const OutgoingOrder& order, SendGate* judge, SendGate* gate) {
    if (judge != nullptr && !judge->before_send(order)) return false;
    if (gate == nullptr || gate->before_send(order)) return true;
    if (judge != nullptr) judge->after_send(order, {});
    return false;
  }

  static OrderSent finish(const OutgoingOrder& order, SendGate* judge, SendGate* gate,
                          const SendResult& result) {
    const OrderSent sent{.result = result, .written_micros = monotonic_micros()};
    if (judge != nullptr) judge->after_send(order, result);
    if (gate != nullptr) gate->after_send(order, result);
    return sent;
  }

  SendQueue& queue_;
  std::atomic<SendGate*> judge_{nullptr};
  std::atomic<SendGate*> gate_{nullptr};
  alignas(std::uint32_t) std::array<std::byte, kOrderIdsBytes> own_ids_{};
  OrderIds ids_{own_ids_};
};

}  // namespace ibkr
