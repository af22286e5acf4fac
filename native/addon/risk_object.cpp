#include "risk_object.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "gate/order_names.hpp"
#include "object_class.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {

constexpr const char* kType = "ERR_INVALID_ARG_TYPE";

/// The doubles of a Float64Array, to be written to.
std::span<double> written_of(napi_env env, napi_value value) {
  const auto doubles = doubles_of(env, value);
  return doubles ? std::span(const_cast<double*>(doubles->data()), doubles->size()) : std::span<double>();
}

std::uint64_t instrument_of(double con_id) { return instrument_key(static_cast<std::int32_t>(con_id)); }

std::string name_of(napi_env env, napi_value value) { return text_of(env, value).value_or(std::string()); }

}  // namespace

napi_value RiskObject::define(napi_env env) {
  using Self = RiskObject;
  const napi_property_descriptor methods[] = {
      method_entry("setClient", object_method<Self, &Self::set_client, 1>),
      method_entry("setUp", object_method<Self, &Self::set_up, 0>),
      method_entry("setLimits", object_method<Self, &Self::set_limits, 1>),
      method_entry("limits", object_method<Self, &Self::limits, 1>),
      method_entry("setScope", object_method<Self, &Self::set_scope, 5>),
      method_entry("scopeName", object_method<Self, &Self::scope_name, 1>),
      method_entry("listExchanges", object_method<Self, &Self::list_exchanges, 1>),
      method_entry("setInstrument", object_method<Self, &Self::set_instrument, 2>),
      method_entry("addAlias", object_method<Self, &Self::add_alias, 3>),
      method_entry("setQuoteSlot", object_method<Self, &Self::set_quote_slot, 2>),
      method_entry("setPlainQuotes", object_method<Self, &Self::set_plain_quotes, 1>),
      method_entry("mark", object_method<Self, &Self::mark, 2>),
      method_entry("markAll", object_method<Self, &Self::mark_all, 0>),
      method_entry("setPosition", object_method<Self, &Self::set_position, 4>),
      method_entry("setAccountValues", object_method<Self, &Self::set_account_values, 4>),
      method_entry("setGuard", object_method<Self, &Self::set_guard, 1>),
      method_entry("setServerVersion", object_method<Self, &Self::set_server_version, 1>),
      method_entry("setFlattening", object_method<Self, &Self::set_flattening, 1>),
      method_entry("execute", object_method<Self, &Self::execute, 8>),
      method_entry("correct", object_method<Self, &Self::correct, 10>),
      method_entry("charge", object_method<Self, &Self::charge, 8>),
      method_entry("adopt", object_method<Self, &Self::adopt, 6>),
      method_entry("confirmChange", object_method<Self, &Self::confirm_change, 3>),
      method_entry("settleChange", object_method<Self, &Self::settle_change, 2>),
      method_entry("finish", object_method<Self, &Self::finish, 2>),
      method_entry("release", object_method<Self, &Self::release, 2>),
      method_entry("working", object_method<Self, &Self::working, 1>),
      method_entry("judgeUnit", object_method<Self, &Self::judge_unit, 2>),
      method_entry("withdrawApproved", object_method<Self, &Self::withdraw_approved, 1>),
      method_entry("stop", object_method<Self, &Self::stop, 1>),
      method_entry("resume", object_method<Self, &Self::resume, 0>),
      method_entry("stopReason", object_method<Self, &Self::stop_reason, 0>),
      method_entry("setState", object_method<Self, &Self::set_state, 2>),
      method_entry("dayEnds", object_method<Self, &Self::day_ends, 1>),
      method_entry("beginDay", object_method<Self, &Self::begin_day, 1>),
      method_entry("snapshot", object_method<Self, &Self::snapshot, 2>),
      method_entry("line", object_method<Self, &Self::line, 3>),
      method_entry("lastDecision", object_method<Self, &Self::last_decision, 1>),
      method_entry("drain", object_method<Self, &Self::drain, 1>),
      method_entry("day", object_method<Self, &Self::day, 2>),
      method_entry("restoreDay", object_method<Self, &Self::restore_day, 2>),
      method_entry("rememberExecution", object_method<Self, &Self::remember_execution, 2>),
      method_entry("watchLatch", object_method<Self, &Self::watch_latch, 1>),
      method_entry("alive", object_method<Self, &Self::alive, 1>),
  };
  napi_value constructor = nullptr;
  const napi_status status = napi_define_class(env, "RiskGate", NAPI_AUTO_LENGTH, &Self::construct, nullptr,
                                               std::size(methods), methods, &constructor);
  return status == napi_ok ? constructor : nullptr;
}

napi_value RiskObject::construct(napi_env env, napi_callback_info info) {
  napi_value arguments[1] = {};
  std::size_t count = 1;
  napi_value self = nullptr;
  if (napi_get_cb_info(env, info, &count, arguments, &self, nullptr) != napi_ok) return nullptr;
  napi_value target = nullptr;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr)
    return throw_with_code(env, kType, "RiskGate: a constructor, to be called with new");
  const auto name = text_of(env, arguments[0]);
  if (!name) return throw_with_code(env, kType, "RiskGate: expected a text");
  std::unique_ptr<RiskObject> object(
      new RiskObject(env, std::make_shared<RiskGate>(SharedRisk::attach(*name))));
  if (napi_wrap(env, self, object.get(), &RiskObject::finalize, nullptr, nullptr) != napi_ok)
    return throw_with_code(env, "ERR_INVALID_ARG_VALUE", "RiskGate: the object cannot be wrapped");
  static_cast<void>(object.release());  // the finalizer's now
  return napi_type_tag_object(env, self, &kTypeTag) == napi_ok ? self : nullptr;
}

void RiskObject::finalize(napi_env, void* data, void*) {
  const std::unique_ptr<RiskObject> gone(static_cast<RiskObject*>(data));
}

RiskObject::~RiskObject() {
  gate_->set_plain_quotes({});
  // A failure means that the environment is dying, and takes the reference along.
  if (plain_memory_ != nullptr) static_cast<void>(napi_delete_reference(env_, plain_memory_));
}

RiskObject* RiskObject::of(napi_env env, napi_value object) {
  bool ours = false;
  void* data = nullptr;
  if (object == nullptr || napi_check_object_type_tag(env, object, &kTypeTag, &ours) != napi_ok || !ours ||
      napi_unwrap(env, object, &data) != napi_ok)
    return nullptr;
  return static_cast<RiskObject*>(data);
}

napi_value RiskObject::refuse(const char* what) const { return throw_with_code(env_, kType, what); }

/// Two clients of a gateway never have the same text; the numbers of two texts are the same once in 2^32
/// pairs.
napi_value RiskObject::set_client(Arguments arguments) {
  const auto client = text_of(env_, arguments[0]);
  if (!client) return refuse("setClient: expected a text");
  gate_->set_client(static_cast<std::uint32_t>(name_key(*client) >> 32));
  return nullptr;
}

napi_value RiskObject::set_up(Arguments) { return number(env_, gate_->shared().is_to_be_set_up() ? 1 : 0); }

napi_value RiskObject::set_limits(Arguments arguments) {
  const auto doubles = doubles_of(env_, arguments[0]);
  if (!doubles || doubles->size_bytes() != sizeof(RiskLimits))
    return refuse("setLimits: expected a Float64Array of RISK_LIMIT_COUNT");
  RiskLimits limits;
  std::memcpy(static_cast<void*>(&limits), doubles->data(), sizeof limits);
  gate_->book().set_limits(limits);
  return nullptr;
}

napi_value RiskObject::limits(Arguments arguments) {
  const std::span<double> out = written_of(env_, arguments[0]);
  if (out.size_bytes() != sizeof(RiskLimits))
    return refuse("limits: expected a Float64Array of RISK_LIMIT_COUNT");
  const RiskLimits limits = gate_->book().limits();
  std::memcpy(out.data(), &limits, sizeof limits);
  return nullptr;
}

/// (kind, name, limits, paper, listing): its number; -1: no room.
napi_value RiskObject::set_scope(Arguments arguments) {
  const auto kind = number_of(env_, arguments[0]);
  const auto name = text_of(env_, arguments[1]);
  const auto doubles = doubles_of(env_, arguments[2]);
  const auto paper = flag_of(env_, arguments[3]);
  const auto listing = number_of(env_, arguments[4]);
  if (!kind || !name || !doubles || doubles->size_bytes() != sizeof(ScopeLimits) || !paper || !listing)
    return refuse("setScope: expected (number, string, Float64Array, boolean, number)");
  ScopeLimits limits;
  std::memcpy(static_cast<void*>(&limits), doubles->data(), sizeof limits);
  const auto scope = gate_->shared().set_scope(static_cast<ScopeKind>(static_cast<int>(*kind)), *name, limits,
                                               *paper, static_cast<Listing>(static_cast<int>(*listing)));
  return number(env_, scope ? *scope : -1.0);
}

napi_value RiskObject::scope_name(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  return text(env_, scope ? gate_->shared().scope_name(static_cast<std::uint16_t>(*scope)) : std::string());
}

napi_value RiskObject::list_exchanges(Arguments arguments) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < length_of(env_, arguments[0]).value_or(0); ++i)
    names.push_back(name_of(env_, element_of(env_, arguments[0], i)));
  gate_->shared().list_exchanges(std::move(names));
  return nullptr;
}

/// (conId, facts): its number; -1: no room, or numbers that are none.
napi_value RiskObject::set_instrument(Arguments arguments) {
  const auto con_id = number_of(env_, arguments[0]);
  const auto doubles = doubles_of(env_, arguments[1]);
  if (!con_id || !doubles || doubles->size() != kFactDoubles)
    return refuse("setInstrument: expected (number, Float64Array of RISK_FACTS_COUNT)");
  const std::span<const double> from = *doubles;
  InstrumentFacts facts;
  facts.type = static_cast<SecurityType>(static_cast<int>(from[0]));
  facts.listing = static_cast<Listing>(static_cast<int>(from[1]));
  facts.negative_prices = from[2] != 0;
  facts.multiplier = from[3];
  facts.rate = from[4];
  facts.max_quantity = from[5];
  facts.max_position = from[6];
  facts.shortable_shares = from[7];
  for (std::size_t i = 0; i < InstrumentFacts::kBands; ++i)
    facts.bands[i] = {from[kFactBands + 2 * i], from[kFactBands + 2 * i + 1]};
  const std::uint64_t key = instrument_of(*con_id);
  if (!gate_->book().set_instrument(key, facts)) return number(env_, -1);
  std::optional<std::uint32_t> place;
  while (!place) place = gate_->book().place_of(key);  // the lock alone can be missing
  return number(env_, *place);
}

/// (conId, ten texts, strike): what an order without a contract id says of the instrument.
napi_value RiskObject::add_alias(Arguments arguments) {
  const auto con_id = number_of(env_, arguments[0]);
  const auto strike = number_of(env_, arguments[2]);
  std::array<std::string, 10> texts;
  if (!con_id || !strike || length_of(env_, arguments[1]) != texts.size())
    return refuse("addAlias: expected (number, ten strings, number)");
  for (std::uint32_t i = 0; i < texts.size(); ++i)
    texts[i] = name_of(env_, element_of(env_, arguments[1], i));
  ReadOrder order;
  order.symbol = texts[0];
  order.sec_type = texts[1];
  order.last_trade_date = texts[2];
  order.right = texts[3];
  order.exchange = texts[4];
  order.primary_exchange = texts[5];
  order.currency = texts[6];
  order.local_symbol = texts[7];
  order.trading_class = texts[8];
  order.security_id = texts[9];
  order.strike = *strike;
  return number(env_, gate_->book().add_alias(instrument_key(order), instrument_of(*con_id)) ? 1 : 0);
}

napi_value RiskObject::set_quote_slot(Arguments arguments) {
  const auto instrument = number_of(env_, arguments[0]);
  const auto slot = number_of(env_, arguments[1]);
  if (!instrument || !slot) return refuse("setQuoteSlot: expected two numbers");
  gate_->set_quote_slot(static_cast<std::uint32_t>(*instrument),
                        *slot < 0 ? RiskGate::kNoSlot : static_cast<std::uint32_t>(*slot));
  return nullptr;
}

napi_value RiskObject::set_plain_quotes(Arguments arguments) {
  const auto doubles = doubles_of(env_, arguments[0]);
  if (!doubles || plain_memory_ != nullptr) return refuse("setPlainQuotes: expected a Float64Array, once");
  if (napi_create_reference(env_, arguments[0], 1, &plain_memory_) != napi_ok) return nullptr;
  gate_->set_plain_quotes({reinterpret_cast<const PlainQuote*>(doubles->data()), doubles->size() / 4});
  return nullptr;
}

napi_value RiskObject::mark(Arguments arguments) {
  const auto con_id = number_of(env_, arguments[0]);
  const auto price = number_of(env_, arguments[1]);
  if (con_id && price) gate_->book().mark(instrument_of(*con_id), *price);
  return nullptr;
}

napi_value RiskObject::mark_all(Arguments) {
  gate_->mark_all();
  return nullptr;
}

/// (conId, account, quantity, average price): 0 where the book does not know the one or the other.
napi_value RiskObject::set_position(Arguments arguments) {
  const auto con_id = number_of(env_, arguments[0]);
  const auto quantity = number_of(env_, arguments[2]);
  const auto price = number_of(env_, arguments[3]);
  if (!con_id || !quantity || !price) return refuse("setPosition: expected (number, string, number, number)");
  const std::uint64_t account = name_key(name_of(env_, arguments[1]));
  return number(env_, gate_->book().set_position(instrument_of(*con_id), account, *quantity, *price) ? 1 : 0);
}

napi_value RiskObject::set_account_values(Arguments arguments) {
  std::array<double, 4> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = number_of(env_, arguments[i]).value_or(NAN);
  if (!(values[0] >= 0)) return refuse("setAccountValues: expected four numbers");
  gate_->book().set_account_values(static_cast<std::uint16_t>(values[0]), {values[1], values[2], values[3]});
  return nullptr;
}

napi_value RiskObject::set_guard(Arguments arguments) {
  gate_->set_guard(static_cast<std::uint8_t>(number_of(env_, arguments[0]).value_or(kAllGuards)));
  return nullptr;
}

napi_value RiskObject::set_server_version(Arguments arguments) {
  gate_->set_server_version(static_cast<std::int32_t>(number_of(env_, arguments[0]).value_or(0)));
  return nullptr;
}

napi_value RiskObject::set_flattening(Arguments arguments) {
  gate_->set_flattening(flag_of(env_, arguments[0]).value_or(false));
  return nullptr;
}

// --- what became of orders ---------------------------------------------------------------------------------

/// (orderId, conId, account, strategy, execution id, Float64Array [side, quantity, price, fee, now]).
bool RiskObject::read_execution(Arguments arguments, RiskExecution& out) {
  const auto order_id = number_of(env_, arguments[0]);
  const auto con_id = number_of(env_, arguments[1]);
  const auto doubles = doubles_of(env_, arguments[5]);
  if (!order_id || !con_id || !doubles || doubles->size() < 5) return false;
  const std::uint64_t strategy = name_key(prefix_of(name_of(env_, arguments[3])));
  out.key = *order_id > 0 ? gate_->key_of(static_cast<std::int32_t>(*order_id)) : 0;
  out.instrument = instrument_of(*con_id);
  out.account = name_key(name_of(env_, arguments[2]));
  out.strategy = gate_->shared().has_strategy(strategy) ? strategy : 0;
  out.id = name_key(name_of(env_, arguments[4]));
  out.side = (*doubles)[0] == 0 ? OrderSide::Buy : OrderSide::Sell;
  out.quantity = (*doubles)[1];
  out.price = (*doubles)[2];
  out.fee = (*doubles)[3];
  out.now_ms = (*doubles)[4];
  return true;
}

napi_value RiskObject::execute(Arguments arguments) {
  RiskExecution execution;
  if (!read_execution(arguments, execution)) return refuse("execute: arguments are not as expected");
  return number(env_, static_cast<double>(gate_->book().execute(execution)));
}

/// As execute(); the doubles of what was executed before stand behind those of now.
napi_value RiskObject::correct(Arguments arguments) {
  RiskExecution now;
  const auto doubles = doubles_of(env_, arguments[5]);
  if (!read_execution(arguments, now) || doubles->size() < 8)
    return refuse("correct: arguments are not as expected");
  RiskExecution before = now;
  before.side = (*doubles)[5] == 0 ? OrderSide::Buy : OrderSide::Sell;
  before.quantity = (*doubles)[6];
  before.price = (*doubles)[7];
  return number(env_, static_cast<double>(gate_->book().correct(before, now)));
}

napi_value RiskObject::charge(Arguments arguments) {
  RiskExecution execution;
  if (!read_execution(arguments, execution)) return refuse("charge: arguments are not as expected");
  gate_->book().charge(execution);
  return nullptr;
}

/// (conId, account, orderRef, order type, time in force, Float64Array [order id, side, quantity, filled,
/// limit price, auxiliary price]).
napi_value RiskObject::adopt(Arguments arguments) {
  const auto con_id = number_of(env_, arguments[0]);
  const auto doubles = doubles_of(env_, arguments[5]);
  if (!con_id || !doubles || doubles->size() < 6) return refuse("adopt: arguments are not as expected");
  const std::span<const double> from = *doubles;
  const std::string order_ref = name_of(env_, arguments[2]);
  const std::uint64_t strategy = name_key(prefix_of(order_ref));
  OrderIntent order;
  order.key = gate_->key_of(static_cast<std::int32_t>(from[0]));
  order.instrument = instrument_of(*con_id);
  order.account = name_key(name_of(env_, arguments[1]));
  order.strategy = gate_->shared().has_strategy(strategy) ? strategy : 0;
  order.ref = name_key(order_ref);
  order.side = from[1] == 0 ? OrderSide::Buy : OrderSide::Sell;
  order.type = order_type_of(name_of(env_, arguments[3]));
  order.tif = time_in_force_of(name_of(env_, arguments[4]));
  order.quantity = from[2];
  order.limit_price = std::isnan(from[4]) ? kUnset : from[4];
  order.aux_price = std::isnan(from[5]) ? kUnset : from[5];
  return number(env_, gate_->book().adopt(order, from[3]) ? 1 : 0);
}

napi_value RiskObject::confirm_change(Arguments arguments) {
  const auto order_id = number_of(env_, arguments[0]);
  const auto quantity = number_of(env_, arguments[1]);
  const auto price = number_of(env_, arguments[2]);
  if (!order_id || !quantity || !price) return refuse("confirmChange: expected three numbers");
  gate_->book().confirm_change(gate_->key_of(static_cast<std::int32_t>(*order_id)), *quantity, *price);
  return nullptr;
}

napi_value RiskObject::settle_change(Arguments arguments) {
  const auto order_id = number_of(env_, arguments[0]);
  const auto accepted = flag_of(env_, arguments[1]);
  if (!order_id || !accepted) return refuse("settleChange: expected (number, boolean)");
  gate_->book().settle_change(gate_->key_of(static_cast<std::int32_t>(*order_id)), *accepted);
  return nullptr;
}

napi_value RiskObject::finish(Arguments arguments) {
  const auto order_id = number_of(env_, arguments[0]);
  const auto filled = number_of(env_, arguments[1]);
  if (!order_id || !filled) return refuse("finish: expected two numbers");
  gate_->book().finish(gate_->key_of(static_cast<std::int32_t>(*order_id)), *filled);
  return nullptr;
}

/// (order id, whether no byte of it left).
napi_value RiskObject::release(Arguments arguments) {
  const auto order_id = number_of(env_, arguments[0]);
  const auto unsent = flag_of(env_, arguments[1]);
  if (!order_id || !unsent) return refuse("release: expected (number, boolean)");
  gate_->book().release(gate_->key_of(static_cast<std::int32_t>(*order_id)),
                        *unsent ? ReleaseReason::Unsent : ReleaseReason::Ended);
  return nullptr;
}

/// (Float64Array): order ids of this session's working orders, as many as fit; how many there are.
napi_value RiskObject::working(Arguments arguments) {
  const std::span<double> out = written_of(env_, arguments[0]);
  std::vector<std::uint64_t> keys(out.size());
  const std::size_t count = gate_->book().working(gate_->client(), keys);
  for (std::size_t i = 0; i < std::min(count, keys.size()); ++i)
    out[i] = static_cast<double>(static_cast<std::int32_t>(keys[i] & 0xffffffff));
  return number(env_, static_cast<double>(count));
}

// --- units -------------------------------------------------------------------------------------------------

/// (payloads, RISK_UNIT_…): the code that denies; 0: all of them may leave.
napi_value RiskObject::judge_unit(Arguments arguments) {
  const auto kind = number_of(env_, arguments[1]);
  const std::uint32_t length = length_of(env_, arguments[0]).value_or(0);
  std::vector<std::string> memory;
  for (std::uint32_t i = 0; i < length; ++i) {
    const napi_value payload = element_of(env_, arguments[0], i);
    if (const auto bytes = bytes_of(env_, payload)) {
      memory.emplace_back(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    } else if (auto texts = text_of(env_, payload)) {
      memory.push_back(std::move(*texts));
    }
  }
  if (!kind || length == 0 || memory.size() != length)
    return refuse("judgeUnit: expected (payloads, number)");
  const std::vector<std::string_view> payloads(memory.begin(), memory.end());
  return number(env_, static_cast<double>(
                          gate_->judge_unit(payloads, static_cast<UnitKind>(static_cast<int>(*kind))).code));
}

napi_value RiskObject::withdraw_approved(Arguments arguments) {
  if (const auto order_id = number_of(env_, arguments[0]))
    gate_->withdraw_approved(static_cast<std::int32_t>(*order_id));
  return nullptr;
}

// --- states ------------------------------------------------------------------------------------------------

/// (reason): 0 where a sender is still on its way.
napi_value RiskObject::stop(Arguments arguments) {
  return number(env_, gate_->shared().stop(name_of(env_, arguments[0])) ? 1 : 0);
}

/// 0 where the latch file is there.
napi_value RiskObject::resume(Arguments) { return number(env_, gate_->shared().resume() ? 1 : 0); }

/// Undefined: it is not stopped.
napi_value RiskObject::stop_reason(Arguments) {
  return gate_->book().latch().stopped() ? text(env_, gate_->shared().stop_reason()) : nullptr;
}

napi_value RiskObject::set_state(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  const auto state = number_of(env_, arguments[1]);
  if (!scope || !state) return refuse("setState: expected two numbers");
  gate_->book().set_state(static_cast<std::uint16_t>(*scope),
                          static_cast<RiskState>(static_cast<int>(*state)));
  return nullptr;
}

/// (scope, Float64Array of RISK_SNAPSHOT_COUNT).
napi_value RiskObject::snapshot(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  const std::span<double> out = written_of(env_, arguments[1]);
  if (!scope || out.size() < kSnapshotDoubles) return refuse("snapshot: expected (number, Float64Array)");
  const ScopeSnapshot at = gate_->book().snapshot(static_cast<std::uint16_t>(*scope));
  const double values[kSnapshotDoubles] = {static_cast<double>(at.state),
                                           static_cast<double>(at.cause.code),
                                           at.cause.measured,
                                           at.cause.limit,
                                           at.gross_exposure,
                                           at.net_exposure,
                                           at.profit,
                                           at.realized,
                                           at.drawdown,
                                           at.margin,
                                           at.volume_today,
                                           static_cast<double>(at.open_orders),
                                           static_cast<double>(at.orders_today),
                                           static_cast<double>(at.trades_today),
                                           gate_->book().latch().stopped() ? 1.0 : 0.0,
                                           static_cast<double>(gate_->decisions().lost())};
  std::memcpy(out.data(), values, sizeof values);
  return nullptr;
}

/// (scope, conId, Float64Array of 4): position, working purchases, working sales, orders.
napi_value RiskObject::line(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  const auto con_id = number_of(env_, arguments[1]);
  const std::span<double> out = written_of(env_, arguments[2]);
  if (!scope || !con_id || out.size() < 4) return refuse("line: expected (number, number, Float64Array)");
  const LineSnapshot at = gate_->book().line(static_cast<std::uint16_t>(*scope), instrument_of(*con_id));
  out[0] = at.position;
  out[1] = at.working_buys;
  out[2] = at.working_sales;
  out[3] = static_cast<double>(at.orders);
  return nullptr;
}

napi_value RiskObject::last_decision(Arguments arguments) {
  const std::span<double> out = written_of(env_, arguments[0]);
  if (out.size() < kDecisionDoubles) return refuse("lastDecision: expected a Float64Array");
  std::memcpy(out.data(), &gate_->last_decision(), sizeof(DecisionRecord));
  return nullptr;
}

/// (Float64Array): decisions one behind the other; how many.
napi_value RiskObject::drain(Arguments arguments) {
  const std::span<double> out = written_of(env_, arguments[0]);
  std::size_t count = 0;
  DecisionRecord record;
  while ((count + 1) * kDecisionDoubles <= out.size() && gate_->decisions().pop(record)) {
    std::memcpy(out.data() + count * kDecisionDoubles, &record, sizeof record);
    ++count;
  }
  return number(env_, static_cast<double>(count));
}

}  // namespace ibkr::addon
