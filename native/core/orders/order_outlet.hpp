// The last steps of every order, on whichever thread: the gate, then the connection's queue.
#pragma once

#include <atomic>

#include "net/send_queue.hpp"
#include "net/socket.hpp"
#include "orders/send_gate.hpp"

namespace ibkr {

struct OrderSent {
  SendResult result{};
  /// The gate said no: unsent.
  bool denied = false;
  /// When the system had it, or send() had failed: CLOCK_MONOTONIC in µs.
  double written_micros = 0;
};

class OrderOutlet {
 public:
  explicit OrderOutlet(SendQueue& queue) : queue_(queue) {}

  /// For any thread; nullptr: there is none. The gate outlives the outlet.
  void set_gate(SendGate* gate) {
    gate_.store(gate, std::memory_order_release);  // release: who sees it sees the gate as it was made
  }

  SendGate* gate() const { return gate_.load(std::memory_order_acquire); }  // acquire: pairs with set_gate()

  /// For any thread.
  OrderSent send(const OutgoingOrder& order) {
    SendGate* const gate = this->gate();
    OrderSent sent;
    sent.denied = gate != nullptr && !gate->before_send(order);
    if (!sent.denied) sent.result = queue_.send(order.payload);
    sent.written_micros = monotonic_micros();
    if (gate != nullptr && !sent.denied) gate->after_send(order, sent.result);
    return sent;
  }

  /// The same with neither gate nor system call: the code and its memory are in the caches afterwards.
  void rehearse(std::string_view payload) { queue_.rehearse(payload); }

 private:
  SendQueue& queue_;
  std::atomic<SendGate*> gate_{nullptr};
};

}  // namespace ibkr
