#include "orders/armed_orders.hpp"

#include <cmath>
#include <utility>

namespace ibkr {

namespace {
constexpr std::int32_t kLongestId = 0x7fffffff;

ArmedEnd end_of(const OrderSent& sent) {
  if (sent.outcome == OrderOutcome::Denied) return ArmedEnd::Denied;
  if (sent.outcome != OrderOutcome::Sent) return ArmedEnd::Unsent;
  switch (sent.result.disposition) {
    case Disposition::Written:
      return ArmedEnd::Written;
    case Disposition::Queued:
      return ArmedEnd::Queued;
    case Disposition::Unsent:
      break;
  }
  return ArmedEnd::Unsent;
}
}  // namespace

// --- JavaScript's thread -----------------------------------------------------------------------------------

std::uint32_t ArmedOrders::arm(OrderTemplate order, const ArmedCondition& condition, double expires_micros,
                               std::int32_t arm_id) {
  order.fill(kLongestId);  // its memory is allocated here, not when it fires
  auto armed = std::make_shared<Armed>(++last_handle_, std::move(order), condition, expires_micros, arm_id);
  known_.emplace(last_handle_, armed);
  desk_.watch(*this, std::move(armed));
  return last_handle_;
}

std::optional<ArmedState> ArmedOrders::disarm(std::uint32_t handle, ArmedState to) {
  const auto found = known_.find(handle);
  if (found == known_.end()) return std::nullopt;
  const std::shared_ptr<Armed> armed = found->second;
  if (!change(*armed, to)) return state(handle);
  known_.erase(found);
  desk_.watch(*this, nullptr);
  tell_gate(*armed, to);
  return to;
}

std::optional<ArmedState> ArmedOrders::state(std::uint32_t handle) const {
  const auto found = known_.find(handle);
  if (found == known_.end()) return std::nullopt;
  return found->second->state.load(std::memory_order_acquire);  // acquire: pairs with fire()
}

std::optional<ArmedOutcome> ArmedOrders::outcome(std::uint32_t handle) const {
  if (state(handle) != ArmedState::Fired) return std::nullopt;
  return known_.find(handle)->second->outcome;
}

// --- the reader --------------------------------------------------------------------------------------------

bool ArmedOrders::watch(std::shared_ptr<Subject> subject) {
  if (subject != nullptr) {
    auto armed = std::static_pointer_cast<Armed>(std::move(subject));
    const std::size_t slot = armed->condition.slot;
    if (slot >= by_slot_.size()) by_slot_.resize(slot + 1);
    by_slot_[slot].push_back(std::move(armed));
    ++watched_;
    ended_.reserve(watched_);  // not when it fires
  } else {
    for (auto& armed_here : by_slot_) {
      watched_ -= std::erase_if(armed_here, [](const auto& armed) {
        // relaxed: what is being changed at this moment is swept the next time.
        const ArmedState state = armed->state.load(std::memory_order_relaxed);
        return state == ArmedState::Disarmed || state == ArmedState::Expired;
      });
    }
  }
  return watched_ != 0;
}

bool ArmedOrders::holds(const ArmedCondition& condition, double value) {
  switch (condition.op) {
    case ArmedOp::Less:
      return value < condition.price;
    case ArmedOp::LessOrEqual:
      return value <= condition.price;
    case ArmedOp::Greater:
      return value > condition.price;
    case ArmedOp::GreaterOrEqual:
      return value >= condition.price;
  }
  return false;
}

void ArmedOrders::quoted(const Board& board, std::uint32_t slot, double received_micros) {
  if (slot >= by_slot_.size()) return;
  for (const std::shared_ptr<Armed>& armed : by_slot_[slot]) {
    const double value = board.value(slot, armed->condition.field);
    if (!holds(armed->condition, value)) continue;
    // relaxed: a first look; the exchange decides.
    if (armed->state.load(std::memory_order_relaxed) != ArmedState::Armed) continue;
    if (judge(*armed, value, received_micros)) ended_.push_back(armed);
  }
}

bool ArmedOrders::change(Armed& armed, ArmedState to) {
  ArmedState before = ArmedState::Armed;
  // relaxed: nothing travels with it; that only one thread changes what is armed, the exchange does.
  return armed.state.compare_exchange_strong(before, to, std::memory_order_relaxed);
}

/// False: it has just been disarmed.
bool ArmedOrders::judge(Armed& armed, double value, double received_micros) {
  const bool expired = std::isfinite(armed.expires_micros) && monotonic_micros() >= armed.expires_micros;
  if (!change(armed, expired ? ArmedState::Expired : ArmedState::Firing)) return false;
  armed.outcome.received_micros = received_micros;
  armed.outcome.value = value;
  if (expired) {
    armed.outcome.end = ArmedEnd::Expired;
    tell_gate(armed, ArmedState::Expired);
  } else {
    fire(armed);
  }
  return true;
}

void ArmedOrders::tell_gate(const Armed& armed, ArmedState ended) {
  if (SendGate* const gate = outlet_.gate())
    gate->never_fires(armed.arm_id, ended == ArmedState::Expired ? "expired" : "disarmed");
}

void ArmedOrders::fire(Armed& armed) {
  ArmedOutcome& outcome = armed.outcome;
  OutgoingOrder order{.source = OrderSource::Armed,
                      .handle = armed.handle,
                      .quantity = std::nan(""),
                      .limit_price = std::nan(""),
                      .intent = &armed.order.intent(),
                      .arm_id = armed.arm_id,
                      .value = outcome.value};
  // It was filled when it was armed; but for the id nothing has changed.
  const OrderSent sent = outlet_.send_next(order, [&](std::int32_t id) { return armed.order.fill(id); });
  outcome.order_id = order.id;
  outcome.end = end_of(sent);
  outcome.encoded_micros = order.encoded_micros;
  outcome.written_micros = sent.written_micros;
  armed.state.store(ArmedState::Fired, std::memory_order_release);  // release: the outcome is there
}

bool ArmedOrders::report(Channel& channel) {
  for (const std::shared_ptr<Armed>& armed : ended_) {
    const ArmedOutcome& outcome = armed->outcome;
    Record* const record = channel.begin(1);
    *record = {RecordKind::Armed,
               0,
               1,
               outcome.order_id,
               static_cast<std::int32_t>(armed->handle),
               static_cast<std::int32_t>(outcome.end),
               outcome.received_micros,
               {outcome.written_micros, outcome.value, outcome.encoded_micros}};
    channel.commit(record);
    watched_ -= std::erase(by_slot_[armed->condition.slot], armed);
  }
  ended_.clear();
  return watched_ != 0;
}

}  // namespace ibkr
