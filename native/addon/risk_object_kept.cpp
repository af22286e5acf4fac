// The risk gate over the end of a process: what it has counted, and what stops it from outside.
#include <array>
#include <cstring>

#include "gate/order_names.hpp"
#include "risk_object.hpp"
#include "values.hpp"

namespace ibkr::addon {

/// (text): that of the first who said so.
napi_value RiskObject::day_ends(Arguments arguments) {
  const auto boundary = text_of(env_, arguments[0]);
  if (!boundary) return refuse("dayEnds: expected a text");
  return text(env_, gate_->shared().day_ends(*boundary));
}

/// (ms since 1970): 1 where a day before it is over.
napi_value RiskObject::begin_day(Arguments arguments) {
  const auto start_ms = number_of(env_, arguments[0]);
  if (!start_ms) return refuse("beginDay: expected a number");
  return number(env_, gate_->shared().begin_day(*start_ms) ? 1 : 0);
}

/// (scope, Float64Array of RISK_DAY_COUNT).
napi_value RiskObject::day(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  const auto out = doubles_of(env_, arguments[1]);
  if (!scope || !out || out->size() < kDayDoubles) return refuse("day: expected (number, Float64Array)");
  const ScopeDay day = gate_->book().day(static_cast<std::uint16_t>(*scope));
  const std::array<double, kDayDoubles> values = {static_cast<double>(day.state),
                                                  static_cast<double>(day.cause),
                                                  static_cast<double>(day.orders),
                                                  static_cast<double>(day.trades),
                                                  day.volume,
                                                  day.realized,
                                                  day.profit,
                                                  day.highest_profit};
  std::memcpy(const_cast<double*>(out->data()), values.data(), sizeof values);
  return nullptr;
}

/// The same the other way; 0: there is no such scope.
napi_value RiskObject::restore_day(Arguments arguments) {
  const auto scope = number_of(env_, arguments[0]);
  const auto from = doubles_of(env_, arguments[1]);
  if (!scope || !from || from->size() < kDayDoubles)
    return refuse("restoreDay: expected (number, Float64Array)");
  const double* const at = from->data();
  // Whole numbers that a double counts; src/risk has checked them, this only guards the conversion.
  const auto whole = [](double value) {
    return value > 0 && value < 9e15 ? static_cast<std::uint64_t>(value) : std::uint64_t{0};
  };
  ScopeDay day{.state = static_cast<RiskState>(whole(at[0])),
               .cause = static_cast<DenyCode>(whole(at[1])),
               .orders = whole(at[2]),
               .trades = whole(at[3]),
               .volume = at[4],
               .realized = at[5],
               .profit = at[6],
               .highest_profit = at[7]};
  if (day.state > RiskState::Halted || day.cause >= DenyCode::Count)
    return refuse("restoreDay: there is no such state, or no such code");
  return number(env_, gate_->book().restore_day(static_cast<std::uint16_t>(*scope), day) ? 1 : 0);
}

/// (execId, now in ms): it was counted before.
napi_value RiskObject::remember_execution(Arguments arguments) {
  const auto id = text_of(env_, arguments[0]);
  const auto now_ms = number_of(env_, arguments[1]);
  if (!id || !now_ms) return refuse("rememberExecution: expected (string, number)");
  gate_->book().remember_execution(name_key(*id), *now_ms);
  return nullptr;
}

/// (path, or "": not any more): 0, or an errno.
napi_value RiskObject::watch_latch(Arguments arguments) {
  const auto path = text_of(env_, arguments[0]);
  if (!path) return refuse("watchLatch: expected a path");
  if (!path->empty()) return number(env_, gate_->shared().watch_latch(*path));
  gate_->shared().unwatch_latch();
  return number(env_, 0);
}

/// (ms; 0: it need not say so any more).
napi_value RiskObject::alive(Arguments arguments) {
  const auto timeout_ms = number_of(env_, arguments[0]);
  if (!timeout_ms) return refuse("alive: expected a number");
  gate_->shared().watcher().alive(*timeout_ms);
  return nullptr;
}

}  // namespace ibkr::addon
