// Prepared orders that wait for a quote: sent by whoever reads the socket, also while JavaScript is stalled.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "orders/order_outlet.hpp"
#include "orders/order_template.hpp"
#include "stream/quote_watch.hpp"
#include "stream/stream_desk.hpp"

namespace ibkr {

enum class ArmedOp : std::uint8_t { Less, LessOrEqual, Greater, GreaterOrEqual };

/// Of one value of a quote. What has no value meets no condition.
struct ArmedCondition {
  std::uint32_t slot = 0;  ///< of the board
  BoardValue field = BoardValue::Bid;
  ArmedOp op = ArmedOp::LessOrEqual;
  double price = 0;
};

enum class ArmedState : std::uint8_t {
  Armed,
  Firing,    ///< its moment has come; it is on its way to the socket
  Fired,     ///< and here is what became of it
  Disarmed,  ///< it never fires
  Expired,   ///< as well
};

/// How it ended, as its record says.
enum class ArmedEnd : std::uint8_t {
  Expired,
  Unsent,  ///< no byte of it left
  Written,
  Queued,
  Denied,  ///< by the gate: no byte of it left
};

struct ArmedOutcome {
  std::int32_t order_id = 0;
  ArmedEnd end = ArmedEnd::Unsent;
  double received_micros = 0;  ///< of the quote
  double encoded_micros = 0;
  double written_micros = 0;
  double value = 0;  ///< of the quote
};

/// Each fires once. That it fires, is disarmed or expires is decided by one exchange of its state, so that
/// there is never more than one answer.
class ArmedOrders final : public QuoteWatch {
 public:
  /// Its orders take their numbers from the outlet.
  ArmedOrders(StreamDesk& desk, OrderOutlet& outlet) : desk_(desk), outlet_(outlet) {}

  static constexpr double kNever = std::numeric_limits<double>::infinity();

  // For one thread, the one that JavaScript runs on; it waits for nobody. The desk's commands have to be
  // taken afterwards (Connection::wish).
  /// Judged with each record of the slot from now on. `expires_micros`: CLOCK_MONOTONIC. `arm_id`: the
  /// gate's. Returns its handle.
  std::uint32_t arm(OrderTemplate order, const ArmedCondition& condition, double expires_micros = kNever,
                    std::int32_t arm_id = 0);
  /// What it is now: Disarmed (or `to` = Expired) if it was armed until now, and then it never fires.
  /// Otherwise what it had become. Nothing if there is no such order.
  std::optional<ArmedState> disarm(std::uint32_t handle, ArmedState to = ArmedState::Disarmed);
  std::optional<ArmedState> state(std::uint32_t handle) const;
  /// What became of one that has Fired.
  std::optional<ArmedOutcome> outcome(std::uint32_t handle) const;
  /// Nobody asks for it again.
  void forget(std::uint32_t handle) { known_.erase(handle); }

  // QuoteWatch
  bool watch(std::shared_ptr<Subject> subject) override;
  void quoted(const Board& board, std::uint32_t slot, double received_micros) override;
  bool report(Channel& channel) override;

 private:
  struct Armed final : Subject {
    Armed(std::uint32_t number, OrderTemplate&& prepared, const ArmedCondition& when, double until,
          std::int32_t gate_id)
        : handle(number),
          order(std::move(prepared)),
          condition(when),
          expires_micros(until),
          arm_id(gate_id) {}
    const std::uint32_t handle;
    OrderTemplate order;  // the reader's
    const ArmedCondition condition;
    const double expires_micros;
    const std::int32_t arm_id;
    std::atomic<ArmedState> state{ArmedState::Armed};
    ArmedOutcome outcome;  // written before Fired
  };
  static bool holds(const ArmedCondition& condition, double value);
  static bool change(Armed& armed, ArmedState to);
  bool judge(Armed& armed, double value, double received_micros);
  void fire(Armed& armed);
  void tell_gate(const Armed& armed, ArmedState ended);

  StreamDesk& desk_;
  OrderOutlet& outlet_;
  // JavaScript's thread:
  std::unordered_map<std::uint32_t, std::shared_ptr<Armed>> known_;
  std::uint32_t last_handle_ = 0;
  // The reader's:
  std::vector<std::vector<std::shared_ptr<Armed>>> by_slot_;
  std::vector<std::shared_ptr<Armed>> ended_;  // and not reported
  std::size_t watched_ = 0;
};

}  // namespace ibkr
