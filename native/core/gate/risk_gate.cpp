#include "gate/risk_gate.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "gate/order_names.hpp"
#include "net/socket.hpp"

namespace ibkr {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double epoch_ms() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::uint64_t hash_of(std::string_view payload) { return FieldHash().text(payload).value(); }

double shown(double value) { return value == kUnset ? kNone : value; }

/// In one unit of what the book counts per instrument.
constexpr std::uint32_t kUnknown = 0xffffffff;

}  // namespace

RiskGate::RiskGate(std::shared_ptr<SharedRisk> shared)
    : shared_(std::move(shared)), slot_count_(RiskCapacity{}.instruments) {
  slots_ = std::make_unique<std::atomic<std::uint32_t>[]>(slot_count_);
  for (std::size_t i = 0; i < slot_count_; ++i)
    slots_[i].store(kNoSlot, std::memory_order_relaxed);  // relaxed: nobody else knows it yet
  approved_.reserve(kMostApproved);
  shared_->add(this);
}

RiskGate::~RiskGate() { shared_->remove(this); }

void RiskGate::set_board(std::optional<Board> board) {
  board_ = board;
  has_board_.store(board_.has_value(), std::memory_order_release);  // release: pairs with quote_of()
}

void RiskGate::set_quote_slot(std::uint32_t instrument, std::uint32_t slot) {
  // relaxed: the board's own words order what is read there.
  if (instrument < slot_count_) slots_[instrument].store(slot, std::memory_order_relaxed);
}

RiskQuote RiskGate::quote_of(std::uint32_t instrument) const {
  RiskQuote out;
  if (instrument >= slot_count_) return out;
  double micros = 0;
  const std::uint32_t slot = slots_[instrument].load(std::memory_order_relaxed);  // relaxed: as above
  if (slot != kNoSlot && has_board_.load(std::memory_order_acquire)) {  // acquire: the board is there
    std::array<double, static_cast<std::size_t>(BoardValue::UpdatedMicros)> values;
    if (!board_->read(slot, values)) return out;
    const auto value = [&values](BoardValue at) { return values[static_cast<std::size_t>(at)]; };
    out.bid = value(BoardValue::Bid);
    out.ask = value(BoardValue::Ask);
    out.last = value(BoardValue::Last);
    micros = std::fmax(std::fmax(value(BoardValue::BidMicros), value(BoardValue::AskMicros)),
                       value(BoardValue::LastMicros));
  } else if (instrument < plain_quotes_.size()) {
    // relaxed: each value stands for itself; a bid and an ask of two moments is what a market shows as well.
    auto& quote = const_cast<PlainQuote&>(plain_quotes_[instrument]);
    const auto read = [](double& value) { return std::atomic_ref(value).load(std::memory_order_relaxed); };
    micros = read(quote.micros);
    out.bid = read(quote.bid);
    out.ask = read(quote.ask);
    out.last = read(quote.last);
  }
  if (micros > 0) out.age_ms = std::fmax(0, (monotonic_micros() - micros) / 1e3);
  return out;
}

void RiskGate::mark_all() {
  const auto count = static_cast<std::uint32_t>(std::min(slot_count_, book().instruments()));
  for (std::uint32_t i = 0; i < count; ++i) {
    const RiskQuote quote = quote_of(i);
    const double mid = (quote.bid + quote.ask) / 2;
    book().mark_at(i, std::isfinite(mid) ? mid : quote.last);
  }
}

std::optional<ReadOrder> RiskGate::read(std::string_view payload) const {
  const OutgoingFrame frame = read_outgoing(payload);
  if (frame.id != OutgoingId::PlaceOrder) return std::nullopt;
  if (frame.is_protobuf) return read_protobuf_order(frame.body);
  // relaxed: stands for itself.
  const std::int32_t version = server_version_.load(std::memory_order_relaxed);
  return frame.is_text && version > 0 ? read_text_order(frame.body, version) : std::nullopt;
}

std::optional<std::int32_t> RiskGate::order_id_of(std::string_view payload) const {
  const auto order = read(payload);
  return order ? std::optional(order->id) : std::nullopt;
}

/// What stands in the frame, as the book counts it. Denied where the book has no words for it.
Decision RiskGate::make_intent(const ReadOrder& order, OrderIntent& out, std::uint32_t& instrument) {
  out.key = key_of(order.id);
  out.quantity = order.quantity;
  out.limit_price = order.limit_price;
  out.aux_price = order.aux_price;
  out.type = order_type_of(order.order_type);
  out.tif = time_in_force_of(order.time_in_force);
  out.now_ms = epoch_ms();
  out.guard = guard_.load(std::memory_order_relaxed);  // relaxed: stands for itself
  out.instrument = instrument_key(order);
  const auto place = book().place_of(out.instrument);
  if (place) {
    instrument = *place;
    out.quote = quote_of(*place);
  }
  const auto side = side_of(order.action);
  if (!side || order.attaches) return deny(DenyCode::OrderUnreadable);
  out.side = *side;
  // How much that is in units is not known before it has executed.
  if (order.cash_quantity != kUnset && order.cash_quantity > 0)
    return deny(DenyCode::QuantityInvalid, order.cash_quantity);
  // It may execute that much beyond its limit.
  if (order.discretionary != kUnset && order.discretionary != 0 && order.limit_price != kUnset)
    out.limit_price += (*side == OrderSide::Buy ? 1 : -1) * std::fabs(order.discretionary);
  // An advisor's group is an account that nobody has given.
  out.account = order.allocation.empty() ? name_key(order.account)
                                         : FieldHash().text("group").text(order.allocation).value();
  const std::uint64_t strategy = name_key(prefix_of(order.order_ref));
  out.strategy = shared_->has_strategy(strategy) ? strategy : 0;
  out.ref = name_key(order.order_ref);
  out.exchange = shared_->exchange_bit(order.exchange);
  return {};
}

bool RiskGate::before_send(const OutgoingOrder& outgoing) {
  const bool is_loop = outgoing.source != OrderSource::Armed;
  JudgedOrder& way = outgoing.judged;
  way = {};
  OrderIntent intent;
  std::uint32_t instrument = kUnknown;
  Decision decision;
  const auto order = read(outgoing.payload);
  if (order && order->what_if) return true;  // a question
  const bool flattens = is_loop && flattening_;
  StopLatch& latch = book().latch();
  way.is_inside = flattens ? latch.pass() : latch.try_pass();
  if (!way.is_inside) {
    decision = deny(DenyCode::Stopped, 1, 0);
  } else if (!order || order->id != outgoing.id) {
    decision = deny(DenyCode::OrderUnreadable);
  } else if (is_loop && take_approved(order->id, outgoing.payload)) {
    way.is_reserved = true;
    way.key = key_of(order->id);
    return true;
  }
  if (order) {
    intent.reduce_only = intent.flattens = flattens;
    const Decision no = make_intent(*order, intent, instrument);
    if (decision) decision = no;
  }
  if (decision) decision = book().check_and_reserve(intent);
  DecisionRecord record;
  note(record, decision, static_cast<double>(outgoing.source), intent, outgoing.id, instrument, is_loop);
  if (decision) {
    way.is_reserved = true;
    way.is_change = decision.is_change;
    way.key = intent.key;
    return true;
  }
  if (way.is_inside) latch.leave();
  way = {};
  return false;
}

void RiskGate::after_send(const OutgoingOrder& outgoing, const SendResult& result) {
  JudgedOrder& way = outgoing.judged;
  if (way.is_reserved && result.disposition == Disposition::Unsent) {
    if (way.is_change) {
      book().settle_change(way.key, false);
    } else {
      book().release(way.key, ReleaseReason::Unsent);
    }
  }
  if (way.is_inside) book().latch().leave();
  way = {};
}

std::optional<std::int32_t> RiskGate::before_arm(const ArmingOrder&) {
  return book().latch().stopped() ? std::nullopt : std::optional(0);
}

void RiskGate::note(DecisionRecord& record, const Decision& decision, double source,
                    const OrderIntent& intent, std::int32_t order_id, std::uint32_t instrument,
                    bool is_loop) {
  record.time_ms = intent.now_ms == 0 ? epoch_ms() : intent.now_ms;
  record.source = source;
  record.order_id = order_id;
  record.code = static_cast<double>(decision.code);
  record.scope = decision.scope;
  record.measured = decision.measured;
  record.limit = decision.limit;
  record.side = static_cast<double>(intent.side);
  record.quantity = shown(intent.quantity);
  record.limit_price = shown(intent.limit_price);
  record.aux_price = shown(intent.aux_price);
  record.bid = intent.quote.bid;
  record.ask = intent.quote.ask;
  record.instrument = instrument == kUnknown ? -1 : instrument;
  record.is_change = decision.is_change ? 1 : 0;
  record.limits_version = book().limits_version();
  decisions_.push(record);
  if (is_loop) last_ = record;
}

RiskGate::Plain RiskGate::judge_plain(std::string_view payload) {
  const OutgoingFrame frame = read_outgoing(payload);
  switch (frame.id) {
    case OutgoingId::PlaceOrder:
      return Plain::IsOrder;
    case OutgoingId::ExerciseOptions:
      break;
    case OutgoingId::CancelOrder:
    case OutgoingId::GlobalCancel:
      book().count_cancel(0, epoch_ms());
      return Plain::Passes;
    default:
      return Plain::Passes;
  }
  Decision decision;
  if (book().latch().stopped()) {
    decision = deny(DenyCode::Stopped, 1, 0);
  } else if (book().limits().allow_exercise == 0) {
    decision = deny(DenyCode::ExerciseDenied, 1, 0);
  }
  DecisionRecord record;
  note(record, decision, static_cast<double>(DecisionSource::Exercise), {}, 0, kUnknown, true);
  return decision ? Plain::Passes : Plain::Denied;
}

Decision RiskGate::judge_unit(std::span<const std::string_view> payloads, UnitKind kind) {
  std::array<OrderIntent, WorkingOrder::kMostParts> intents;
  std::uint32_t instrument = kUnknown;
  Decision decision;
  std::size_t made = 0;
  if (payloads.size() > intents.size() || approved_.size() + payloads.size() > kMostApproved)
    decision = deny(DenyCode::UnitInvalid, static_cast<double>(payloads.size()), WorkingOrder::kMostParts);
  for (const std::string_view payload : payloads) {
    if (!decision) break;
    const auto order = read(payload);
    decision = order ? make_intent(*order, intents[made], instrument) : deny(DenyCode::OrderUnreadable);
    decision.part = static_cast<std::uint8_t>(made);
    if (decision) ++made;
  }
  const std::span<const OrderIntent> parts(intents.data(), made);
  if (decision) {
    const bool is_one = std::all_of(parts.begin(), parts.end(), [&](const OrderIntent& part) {
      return part.instrument == parts[0].instrument && part.account == parts[0].account;
    });
    if (is_one) {
      decision = book().check_unit(parts, kind);
    } else {
      // Of several instruments: each whole, and all or none.
      for (std::size_t i = 0; i < made && decision; ++i) {
        decision = book().check_and_reserve(parts[i]);
        if (decision) continue;
        for (std::size_t j = 0; j < i; ++j) book().release(parts[j].key, ReleaseReason::Unsent);
      }
    }
  }
  const std::size_t shown_part = std::min<std::size_t>(decision.part, made == 0 ? 0 : made - 1);
  DecisionRecord record;
  note(record, decision, static_cast<double>(DecisionSource::Unit), intents[shown_part],
       static_cast<std::int32_t>(intents[shown_part].key & 0xffffffff), instrument, true);
  if (decision)
    for (std::size_t i = 0; i < payloads.size(); ++i)
      approved_.push_back({static_cast<std::int32_t>(intents[i].key & 0xffffffff), hash_of(payloads[i])});
  return decision;
}

/// Judged before, and not otherwise since: but for the stop, which its sender has entered by now.
bool RiskGate::take_approved(std::int32_t order_id, std::string_view payload) {
  for (std::size_t i = 0; i < approved_.size(); ++i) {
    if (approved_[i].order_id != order_id || approved_[i].payload != hash_of(payload)) continue;
    approved_.erase(approved_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

void RiskGate::withdraw_approved(std::int32_t order_id) {
  const auto gone =
      std::erase_if(approved_, [order_id](const Approved& one) { return one.order_id == order_id; });
  if (gone > 0) book().release(key_of(order_id), ReleaseReason::Unsent);
}

void RiskGate::withdraw_orders() {}

}  // namespace ibkr
