// The class JavaScript sees: the risk gate of one session, which outlives its connections.
#pragma once

#include <node_api.h>

#include <memory>
#include <span>

#include "gate/risk_gate.hpp"

namespace ibkr::addon {

/// Of an instrument: type, listing, negative prices, multiplier, rate, maximum quantity, maximum position,
/// shares to be borrowed; then its bands.
inline constexpr std::size_t kFactBands = 8;
inline constexpr std::size_t kFactDoubles = kFactBands + 2 * InstrumentFacts::kBands;
/// Of a scope: as ScopeSnapshot has them, its state first.
inline constexpr std::size_t kSnapshotDoubles = 16;

/// Of a scope's day, as ScopeDay has it: state, cause, orders, trades, volume, realised, profit, highest
/// profit.
inline constexpr std::size_t kDayDoubles = 8;

/// `new RiskGate(name)`; src/risk/native-risk.ts has the meaning of every argument. Life: JavaScript's object
/// owns this one, and a session holds the gate itself as long as it may send.
class RiskObject {
 public:
  /// Tells our objects from those of other addons: a pointer is only taken out of an object that carries it.
  static constexpr napi_type_tag kTypeTag{0x6962'6b72'5269'736b, 0x5d20'9c4e'1ab3'66f1};
  static constexpr const char* kForeignThis = "RiskGate: called on something else";

  /// The constructor function, or nullptr in a dying environment.
  static napi_value define(napi_env env);
  RiskObject(const RiskObject&) = delete;
  RiskObject& operator=(const RiskObject&) = delete;
  ~RiskObject();

  /// nullptr for what is no gate of ours; valid as long as JavaScript's object lives.
  static RiskObject* of(napi_env env, napi_value object);
  const std::shared_ptr<RiskGate>& gate() const { return gate_; }

 private:
  using Arguments = std::span<const napi_value>;

  RiskObject(napi_env env, std::shared_ptr<RiskGate> gate) : env_(env), gate_(std::move(gate)) {}

  static napi_value construct(napi_env env, napi_callback_info info);
  static void finalize(napi_env env, void* data, void* hint);

  napi_value set_client(Arguments arguments);
  napi_value set_up(Arguments arguments);
  napi_value set_limits(Arguments arguments);
  napi_value limits(Arguments arguments);
  napi_value set_scope(Arguments arguments);
  napi_value scope_name(Arguments arguments);
  napi_value list_exchanges(Arguments arguments);
  napi_value set_instrument(Arguments arguments);
  napi_value add_alias(Arguments arguments);
  napi_value set_quote_slot(Arguments arguments);
  napi_value set_plain_quotes(Arguments arguments);
  napi_value mark(Arguments arguments);
  napi_value mark_all(Arguments arguments);
  napi_value set_position(Arguments arguments);
  napi_value set_account_values(Arguments arguments);
  napi_value set_guard(Arguments arguments);
  napi_value set_server_version(Arguments arguments);
  napi_value set_flattening(Arguments arguments);
  // What became of orders
  napi_value execute(Arguments arguments);
  napi_value correct(Arguments arguments);
  napi_value charge(Arguments arguments);
  napi_value adopt(Arguments arguments);
  napi_value confirm_change(Arguments arguments);
  napi_value settle_change(Arguments arguments);
  napi_value finish(Arguments arguments);
  napi_value release(Arguments arguments);
  napi_value working(Arguments arguments);
  // Units
  napi_value judge_unit(Arguments arguments);
  napi_value withdraw_approved(Arguments arguments);
  // States
  napi_value stop(Arguments arguments);
  napi_value resume(Arguments arguments);
  napi_value stop_reason(Arguments arguments);
  napi_value set_state(Arguments arguments);
  napi_value snapshot(Arguments arguments);
  napi_value line(Arguments arguments);
  napi_value last_decision(Arguments arguments);
  napi_value drain(Arguments arguments);
  // Days, and over the end of a process: risk_object_kept.cpp
  napi_value day_ends(Arguments arguments);
  napi_value begin_day(Arguments arguments);
  napi_value day(Arguments arguments);
  napi_value restore_day(Arguments arguments);
  napi_value remember_execution(Arguments arguments);
  napi_value watch_latch(Arguments arguments);
  napi_value alive(Arguments arguments);

  bool read_execution(Arguments arguments, RiskExecution& out);
  napi_value refuse(const char* what) const;

  napi_env env_;
  std::shared_ptr<RiskGate> gate_;
  napi_ref plain_memory_ = nullptr;
};

}  // namespace ibkr::addon
