// What the book is given, and what it shows.
#include <algorithm>
#include <cmath>
#include <utility>

#include "risk/risk_book.hpp"

namespace ibkr {

RiskBook::RiskBook(const RiskCapacity& capacity)
    : instrument_index_(capacity.instruments * 4),  // with their other keys
      line_index_(capacity.lines),
      account_index_(capacity.scopes),
      strategy_index_(capacity.scopes),
      refs_(capacity.refs),
      orders_(capacity.orders),
      recent_(capacity.recent),
      executions_(capacity.executions) {
  // All memory from here on: nothing below grows beyond it.
  instruments_.reserve(capacity.instruments);
  lines_.reserve(capacity.lines);
  scopes_.reserve(std::max<std::size_t>(1, capacity.scopes));
  scopes_.emplace_back();
  scopes_[kAll].limits = limits_.all;
}

void RiskBook::set_limits(const RiskLimits& limits) {
  const RiskLock::Held held = lock_.take();
  limits_ = limits;
  version_.store(limits.version, std::memory_order_relaxed);  // relaxed: as in limits_version()
  scopes_[kAll].limits = limits.all;
  scopes_[kAll].watch();
}

RiskLimits RiskBook::limits() {
  const RiskLock::Held held = lock_.take();
  return limits_;
}

bool RiskBook::set_instrument(std::uint64_t key, const InstrumentFacts& facts) {
  const bool positive =
      facts.multiplier > 0 && std::isfinite(facts.multiplier) && facts.rate > 0 && std::isfinite(facts.rate);
  if (key == 0 || !positive) return false;
  const RiskLock::Held held = lock_.take();
  if (const auto at = instrument_index_.find(key)) {
    Instrument& known = instruments_[*at];
    known.facts = facts;
    for (std::uint32_t line = known.first_line; line != kNone; line = lines_[line].next_of_instrument)
      scopes_[lines_[line].scope].revalue(lines_[line], known.mark_value());
    return true;
  }
  if (instruments_.size() == instruments_.capacity() ||
      !instrument_index_.add(key, static_cast<std::uint32_t>(instruments_.size())))
    return false;
  instruments_.push_back({.key = key, .facts = facts});
  return true;
}

bool RiskBook::add_alias(std::uint64_t alias, std::uint64_t key) {
  const RiskLock::Held held = lock_.take();
  const auto place = instrument_index_.find(key);
  if (alias == 0 || !place) return false;
  if (const auto known = instrument_index_.find(alias)) return *known == *place;
  return instrument_index_.add(alias, *place);
}

std::optional<std::uint32_t> RiskBook::place_of(std::uint64_t instrument) {
  const RiskLock::Held held = lock_.try_take();
  return held ? instrument_index_.find(instrument) : std::nullopt;
}

std::optional<std::uint16_t> RiskBook::set_scope(ScopeKind kind, std::uint64_t key, const ScopeLimits& limits,
                                                 bool paper, Listing listing) {
  const RiskLock::Held held = lock_.take();
  std::optional<std::uint16_t> at = scope_of(kind, key);
  if (!at) {
    if (key == 0 || scopes_.size() == scopes_.capacity()) return std::nullopt;
    at = static_cast<std::uint16_t>(scopes_.size());
    FlatIndex& index = kind == ScopeKind::Account ? account_index_ : strategy_index_;
    if (!index.add(key, *at)) return std::nullopt;
    scopes_.emplace_back();
  }
  Scope& scope = scopes_[*at];
  scope.key = key;
  scope.kind = kind;
  scope.limits = limits;
  scope.paper = paper;
  scope.listing = listing;
  scope.watch();
  return at;
}

std::optional<std::uint16_t> RiskBook::scope_of(ScopeKind kind, std::uint64_t key) const {
  if (kind == ScopeKind::All) return kAll;
  const auto at = (kind == ScopeKind::Account ? account_index_ : strategy_index_).find(key);
  return at ? std::optional(static_cast<std::uint16_t>(*at)) : std::nullopt;
}

Decision RiskBook::find_scopes(std::uint64_t account, std::uint64_t strategy, OrderScopes& out) const {
  out = {.count = 1};
  std::optional<std::uint16_t> of_account = scope_of(ScopeKind::Account, account);
  // Where no account is named the order goes to the only one.
  if (account == 0 && account_index_.size() == 1)
    for (std::uint16_t i = 1; i < scopes_.size() && !of_account; ++i)
      if (scopes_[i].kind == ScopeKind::Account) of_account = i;
  if (!of_account && (account != 0 || account_index_.size() > 0)) return deny(DenyCode::AccountUnknown);
  if (of_account) {
    out.account = out.count;
    out.scope[out.count++] = *of_account;
  }
  if (strategy == 0) return {};
  const auto of_strategy = scope_of(ScopeKind::Strategy, strategy);
  if (!of_strategy) return deny(DenyCode::StrategyUnknown);
  out.scope[out.count++] = *of_strategy;
  return {};
}

bool RiskBook::ensure_lines(std::uint32_t instrument, OrderScopes& scopes) {
  for (std::uint8_t i = 0; i < scopes.count; ++i) {
    const std::uint64_t key = (static_cast<std::uint64_t>(scopes.scope[i]) << 32 | instrument) + 1;
    if (const auto at = line_index_.find(key)) {
      scopes.line[i] = *at;
      continue;
    }
    const auto at = static_cast<std::uint32_t>(lines_.size());
    if (!line_index_.add(key, at)) return false;
    lines_.push_back({.instrument = instrument,
                      .scope = scopes.scope[i],
                      .next_of_instrument = instruments_[instrument].first_line});
    instruments_[instrument].first_line = at;
    scopes.line[i] = at;
  }
  return true;
}

void RiskBook::set_account_values(std::uint16_t scope, const AccountValues& values) {
  const RiskLock::Held held = lock_.take();
  if (scope < scopes_.size()) scopes_[scope].values = values;
}

void RiskBook::set_state(std::uint16_t scope, RiskState state) {
  const RiskLock::Held held = lock_.take();
  if (scope >= scopes_.size()) return;
  scopes_[scope].state = state;
  scopes_[scope].cause = {};
  if (state == RiskState::Active) return;
  scopes_[scope].cause =
      deny(state == RiskState::Halted ? DenyCode::Halted : DenyCode::Reducing, static_cast<double>(state), 0);
}

void RiskBook::roll_day() {
  FlatIndex fresh(refs_.capacity());  // and the old one goes behind the lock: neither takes its time
  const RiskLock::Held held = lock_.take();
  std::swap(refs_, fresh);
  // Orders that work on into the next day keep theirs. Once a day, so it may be a walk.
  orders_.each([this](const WorkingOrder& order) {
    if (order.ref != 0 && !refs_.find(order.ref)) static_cast<void>(refs_.add(order.ref, 0));
  });
  for (Scope& scope : scopes_) scope.roll_day();
}

ScopeSnapshot RiskBook::snapshot(std::uint16_t at) {
  const RiskLock::Held held = lock_.take();
  if (at >= scopes_.size()) return {};
  const Scope& scope = scopes_[at];
  return {.state = scope.state,
          .cause = scope.cause,
          .gross_exposure = amount_of(scope.gross),
          .net_exposure = amount_of(std::max(size_of(scope.upper), size_of(scope.lower))),
          .profit = amount_of(scope.profit()),
          .realized = amount_of(scope.realized_today),
          .drawdown = amount_of(scope.highest_profit - scope.profit()),
          .margin = amount_of(scope.margin),
          .volume_today = units_of(scope.volume_today),
          .open_orders = scope.open_orders,
          .orders_today = scope.orders_today,
          .trades_today = scope.trades_today};
}

LineSnapshot RiskBook::line(std::uint16_t scope, std::uint64_t instrument) {
  const RiskLock::Held held = lock_.take();
  const auto place = instrument_index_.find(instrument);
  if (!place) return {};
  const auto at = line_index_.find((static_cast<std::uint64_t>(scope) << 32 | *place) + 1);
  if (!at) return {};
  const RiskLine& line = lines_[*at];
  return {units_of(line.position), units_of(line.working.buy), units_of(line.working.sell),
          line.working.orders};
}

}  // namespace ibkr
