// What JavaScript does with prepared orders on one connection.
#include <cmath>

#include "session_object.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {
constexpr const char* kType = "ERR_INVALID_ARG_TYPE";
constexpr double kMicrosPerMs = 1000;
/// There is no such armed order.
constexpr double kUnknown = -1;
/// The connection is not open.
constexpr double kCannotArm = 0;
/// There is no frame for such numbers.
constexpr double kNoFrame = -1;
/// The gate before orders refused it.
constexpr double kDenied = -2;
/// Nobody but JavaScript's thread can write to the connection.
constexpr double kNoSocket = -3;

/// As src/broker/order-template.ts calls them; empty for what no order waits for.
std::string_view name_of(BoardValue value) {
  switch (value) {
    case BoardValue::Bid:
      return "bid";
    case BoardValue::Ask:
      return "ask";
    case BoardValue::Last:
      return "last";
    case BoardValue::BidSize:
      return "bidSize";
    case BoardValue::AskSize:
      return "askSize";
    case BoardValue::LastSize:
      return "lastSize";
    case BoardValue::Volume:
      return "volume";
    case BoardValue::Open:
      return "open";
    case BoardValue::High:
      return "high";
    case BoardValue::Low:
      return "low";
    case BoardValue::Close:
      return "close";
    case BoardValue::Mark:
      return "mark";
    case BoardValue::Vwap:
      return "vwap";
    default:
      return {};
  }
}

std::string_view name_of(ArmedOp op) {
  static constexpr std::string_view kNames[] = {"<", "<=", ">", ">="};
  return kNames[static_cast<std::size_t>(op)];
}
}  // namespace

napi_value SessionObject::open_orders(std::span<const napi_value> arguments) {
  const auto ids = bytes_of(env_, arguments[0]);
  const auto sheet = bytes_of(env_, arguments[1]);
  const auto fits = [](const auto& bytes, std::size_t size) {
    return bytes && bytes->size() >= size &&
           reinterpret_cast<std::uintptr_t>(bytes->data()) % alignof(double) == 0;
  };
  if (!fits(ids, kOrderIdsBytes) || !fits(sheet, kTemplateSheetBytes))
    return throw_with_code(env_, kType, "openOrders: expected two Uint8Arrays, aligned and large enough");
  if (loop_session_ == nullptr || id_memory_ != nullptr) return nullptr;
  if (napi_create_reference(env_, arguments[0], 1, &id_memory_) != napi_ok ||
      napi_create_reference(env_, arguments[1], 1, &template_memory_) != napi_ok)
    return nullptr;
  loop_session_->outlet().set_ids(OrderIds(ids->first<kOrderIdsBytes>()));
  template_sheet_ = reinterpret_cast<TemplateSheet*>(sheet->data());
  armed_.emplace(loop_session_->connection().stream().desk(), loop_session_->outlet());
  return nullptr;
}

/// Of what the order sheet holds. Its handle, or 0 where the general path has to make each of its frames.
napi_value SessionObject::prepare_order(std::span<const napi_value>) {
  if (loop_session_ == nullptr || !order_sheet_) return number(env_, 0);
  order_sheet_->read();
  std::optional<OrderTemplate> prepared = order_encoder_.prepare(order_sheet_->fields());
  if (!prepared) return number(env_, 0);
  std::size_t at = 0;
  while (at < templates_.size() && templates_[at]) ++at;
  if (at == templates_.size()) templates_.emplace_back();
  templates_[at] = std::move(prepared);
  return number(env_, static_cast<double>(at + 1));
}

OrderTemplate* SessionObject::template_of(double handle) {
  if (!(handle >= 1 && handle <= static_cast<double>(templates_.size()))) return nullptr;
  auto& found = templates_[static_cast<std::size_t>(handle) - 1];
  return found ? &*found : nullptr;
}

napi_value SessionObject::drop_template(std::span<const napi_value> arguments) {
  const auto handle = number_of(env_, arguments[0]);
  if (handle && template_of(*handle) != nullptr) templates_[static_cast<std::size_t>(*handle) - 1].reset();
  return nullptr;
}

napi_value SessionObject::send_template(std::span<const napi_value>) {
  TemplateSheet* const sheet = template_sheet_;
  if (loop_session_ == nullptr || sheet == nullptr) return sent(Sent::No);
  OrderTemplate* const prepared = template_of(sheet->handle);
  if (prepared == nullptr) return sent(Sent::TakeGeneralPath);
  const OrderChange change = sheet->change();
  OutgoingOrder order{.id = -1,
                      .source = OrderSource::Template,
                      .handle = static_cast<std::uint32_t>(sheet->handle),
                      .quantity = sheet->quantity,
                      .limit_price = sheet->limit_price,
                      .order_ref = change.order_ref,
                      .intent = &prepared->intent()};
  const Sent result = loop_session_->send_next_order(
      order, sheet->written_micros, [&](std::int32_t id) { return prepared->fill(id, change); });
  sheet->encoded_micros = order.encoded_micros;
  if (order.id >= 0) sheet->order_id = order.id;
  return sent(result);
}

/// Its handle from 1 on, kCannotArm, kNoFrame, kDenied or kNoSocket.
napi_value SessionObject::arm_template(std::span<const napi_value>) {
  const TemplateSheet* const sheet = template_sheet_;
  if (loop_session_ == nullptr || !armed_ || loop_session_->state() != SessionState::Open)
    return number(env_, kCannotArm);
  if (loop_session_->is_fed()) return number(env_, kNoSocket);
  const OrderTemplate* const prepared = template_of(sheet->handle);
  std::optional<OrderTemplate> order =
      prepared != nullptr ? prepared->changed(sheet->change()) : std::nullopt;
  if (!order) return number(env_, kNoFrame);
  const ArmedCondition condition{static_cast<std::uint32_t>(sheet->slot),
                                 static_cast<BoardValue>(static_cast<int>(sheet->field)),
                                 static_cast<ArmedOp>(static_cast<int>(sheet->op)), sheet->price};
  std::int32_t arm_id = 0;
  if (gate_ != nullptr) {
    const auto on_record = gate_->before_arm({.intent = order->intent(),
                                              .field = name_of(condition.field),
                                              .op = name_of(condition.op),
                                              .price = condition.price,
                                              .expires_ms = sheet->expires_ms});
    if (!on_record) return number(env_, kDenied);
    arm_id = *on_record;
  }
  const std::uint32_t handle = armed_->arm(std::move(*order), condition,
                                           monotonic_micros() + sheet->expires_ms * kMicrosPerMs, arm_id);
  loop_session_->take_desk_commands();
  return number(env_, handle);
}

/// (handle, for it has expired): ARMED_STATE_… as it is now.
napi_value SessionObject::disarm(std::span<const napi_value> arguments) {
  const auto handle = number_of(env_, arguments[0]);
  const auto expired = flag_of(env_, arguments[1]);
  if (!handle || !expired) return throw_with_code(env_, kType, "disarm: expected (number, boolean)");
  if (!armed_) return number(env_, kUnknown);
  const auto state = armed_->disarm(static_cast<std::uint32_t>(*handle),
                                    *expired ? ArmedState::Expired : ArmedState::Disarmed);
  if (loop_session_ != nullptr) loop_session_->take_desk_commands();
  return number(env_, state ? static_cast<double>(*state) : kUnknown);
}

/// ARMED_END_…, and the rest in the sheet; -1 where it has not fired.
napi_value SessionObject::armed_outcome(std::span<const napi_value> arguments) {
  const auto handle = number_of(env_, arguments[0]);
  if (!handle || !armed_) return number(env_, kUnknown);
  const auto outcome = armed_->outcome(static_cast<std::uint32_t>(*handle));
  if (!outcome) return number(env_, kUnknown);
  template_sheet_->order_id = outcome->order_id;
  template_sheet_->received_micros = outcome->received_micros;
  template_sheet_->encoded_micros = outcome->encoded_micros;
  template_sheet_->written_micros = outcome->written_micros;
  template_sheet_->value = outcome->value;
  return number(env_, static_cast<double>(outcome->end));
}

napi_value SessionObject::forget_armed(std::span<const napi_value> arguments) {
  const auto handle = number_of(env_, arguments[0]);
  if (handle && armed_) armed_->forget(static_cast<std::uint32_t>(*handle));
  return nullptr;
}

/// The way of an order and of a prepared one up to the system call, so that it lies in the caches: with the
/// order that was sent last.
napi_value SessionObject::rehearse(std::span<const napi_value>) {
  if (loop_session_ == nullptr || loop_session_->state() != SessionState::Open || !order_sheet_)
    return nullptr;
  if (const auto payload = order_encoder_.place(order_sheet_->id(), order_sheet_->fields()))
    loop_session_->outlet().rehearse(*payload);
  if (template_sheet_ == nullptr) return nullptr;
  if (OrderTemplate* const prepared = template_of(template_sheet_->handle)) {
    if (const auto payload = prepared->fill(order_sheet_->id(), template_sheet_->change()))
      loop_session_->outlet().rehearse(*payload);
  }
  return nullptr;
}

}  // namespace ibkr::addon
