#include "risk/risk_book.hpp"

#include <bit>
#include <cmath>

namespace ibkr {

std::uint64_t print_of(const OrderIntent& order, const OrderScopes& scopes) {
  std::uint64_t out = order.instrument * 0x9E3779B97F4A7C15u + 1;
  const auto mix = [&out](std::uint64_t value) {
    out = (out ^ value) * 0xBF58476D1CE4E5B9u;
    out ^= out >> 29;
  };
  for (std::uint8_t i = 1; i < scopes.count; ++i) mix(scopes.scope[i]);
  mix(static_cast<std::uint64_t>(order.side) << 8 | static_cast<std::uint64_t>(order.type));
  for (const double value : {order.quantity, order.limit_price, order.aux_price})
    mix(std::bit_cast<std::uint64_t>(value + 0.0));  // −0 is 0
  return out == 0 ? 1 : out;
}

Decision RiskBook::check_unit(std::span<const OrderIntent> parts, UnitKind kind) {
  if (parts.empty() || parts.size() > WorkingOrder::kMostParts ||
      (kind == UnitKind::Single && parts.size() != 1))
    return deny(DenyCode::UnitInvalid, static_cast<double>(parts.size()), WorkingOrder::kMostParts);
  const RiskLock::Held held = lock_.try_take();
  if (!held) return deny(DenyCode::Busy, RiskLock::kAttempts, RiskLock::kAttempts);
  Found found;
  if (const Decision no = find(parts[0], found); !no) return no;
  const auto known = kind == UnitKind::Single ? orders_.find(parts[0].key) : std::nullopt;
  if (known && !is_change_of(orders_[*known], parts[0], found)) return deny(DenyCode::IdentityChanged);
  std::array<OrderTerms, WorkingOrder::kMostParts> terms;
  if (const Decision no = judge_parts(parts, kind, found, terms); !no) return no;
  if (known) {
    Decision decision = judge_change(parts[0], *known, found, terms[0]);
    decision.is_change = true;
    return decision;
  }
  return judge_new(parts, kind, found, std::span(terms).first(parts.size()));
}

bool RiskBook::is_change_of(const WorkingOrder& known, const OrderIntent& order, const Found& found) {
  return known.instrument == found.instrument && known.side == order.side && known.scopes == found.scopes;
}

Decision RiskBook::find(const OrderIntent& order, Found& out) {
  const auto instrument = instrument_index_.find(order.instrument);
  if (!instrument) return deny(DenyCode::InstrumentUnknown);
  out.instrument = *instrument;
  if (const Decision no = find_scopes(order.account, order.strategy, out.scopes); !no) return no;
  if (!ensure_lines(*instrument, out.scopes))
    return deny(DenyCode::TableFull, static_cast<double>(lines_.size()) + 1,
                static_cast<double>(line_index_.capacity()));
  return {};
}

Decision RiskBook::judge_parts(std::span<const OrderIntent> parts, UnitKind kind, const Found& found,
                               std::span<OrderTerms> terms) {
  for (std::uint8_t i = 0; i < parts.size(); ++i) {
    const OrderIntent& part = parts[i];
    Decision no{};
    if (part.key == 0) no = deny(DenyCode::UnitInvalid);
    if (kind != UnitKind::Single) {
      const bool fits = part.instrument == parts[0].instrument && part.account == parts[0].account &&
                        part.strategy == parts[0].strategy && !orders_.find(part.key);
      if (!fits) no = deny(DenyCode::UnitInvalid, i + 1.0, WorkingOrder::kMostParts);
      for (std::uint8_t j = 0; j < i; ++j)
        if (parts[j].key == part.key) no = deny(DenyCode::UnitInvalid, i + 1.0, WorkingOrder::kMostParts);
    }
    if (no) no = judge_alone(part, found, terms[i]);
    if (no) continue;
    no.part = i;
    return no;
  }
  return {};
}

Decision RiskBook::judge_alone(const OrderIntent& order, const Found& found, OrderTerms& terms) {
  // Under the lock: a stop that has returned is seen by whoever takes the lock after it.
  if (latch_.stopped() && !order.flattens) return deny(DenyCode::Stopped, 1, 0);
  if (const auto guard = order.guard & static_cast<std::uint8_t>(limits_.deny_while);
      guard != 0 && !order.flattens) {
    if ((guard & kGuardReconciling) != 0) return deny(DenyCode::Reconciling, order.guard, limits_.deny_while);
    if ((guard & kGuardUpstreamLost) != 0)
      return deny(DenyCode::UpstreamLost, order.guard, limits_.deny_while);
    return deny(DenyCode::DataStale, order.guard, limits_.deny_while);
  }
  const Scope& account = scopes_[found.scopes.scope[found.scopes.account]];
  if (account.kind == ScopeKind::Account) {
    const auto environment = account.paper ? RiskEnvironment::Paper : RiskEnvironment::Live;
    const auto wanted = static_cast<RiskEnvironment>(limits_.environment);
    if (wanted != RiskEnvironment::Any && wanted != environment)
      return deny(DenyCode::AccountEnvironment, static_cast<double>(environment), limits_.environment);
    if (account.listing == Listing::Denied) return deny(DenyCode::AccountDenied);
  }
  const Instrument& instrument = instruments_[found.instrument];
  if (const Decision no = check_order(order, instrument.facts, instrument.mark, limits_, terms); !no)
    return no;
  if (std::isnan(terms.margin)) terms.margin = terms.unit_value * account.limits.margin_percent / 100;
  if (limits_.prevent_self_trade == 0) return {};
  if (order.side == OrderSide::Buy ? terms.price >= instrument.best_sell : terms.price <= instrument.best_buy)
    return deny(DenyCode::SelfTrade,
                order.side == OrderSide::Buy ? instrument.best_sell : instrument.best_buy, terms.price);
  return {};
}

Decision RiskBook::judge_doubles(std::span<const OrderIntent> parts, const Found& found) const {
  const double window = limits_.duplicate_window_ms;
  for (std::uint8_t i = 0; i < parts.size(); ++i) {
    const OrderIntent& part = parts[i];
    Decision no{};
    if (window > 0 && !part.flattens)
      if (const auto last = recent_.last(print_of(part, found.scopes)); last && now_ms_ - *last < window)
        no = deny(DenyCode::DuplicateOrder, now_ms_ - *last, window);
    if (no && limits_.unique_refs != 0 && part.ref != 0) {
      bool taken = refs_.find(part.ref).has_value();
      for (std::uint8_t j = 0; j < i; ++j) taken = taken || parts[j].ref == part.ref;
      if (taken) no = deny(DenyCode::DuplicateRef, 2, 1);
    }
    if (no) continue;
    no.part = i;
    return no;
  }
  if (window > 0 && !recent_.has_room(now_ms_, window, parts.size()))
    return deny(DenyCode::TableFull, static_cast<double>(recent_.capacity() + parts.size()),
                static_cast<double>(recent_.capacity()));
  if (limits_.unique_refs != 0 && refs_.size() + parts.size() > refs_.capacity())
    return deny(DenyCode::TableFull, static_cast<double>(refs_.size() + parts.size()),
                static_cast<double>(refs_.capacity()));
  return {};
}

Decision RiskBook::judge_new(std::span<const OrderIntent> parts, UnitKind kind, const Found& found,
                             std::span<const OrderTerms> terms) {
  const double now_ms = std::fmax(now_ms_, parts[0].now_ms);
  now_ms_ = now_ms;
  if (const Decision no = judge_doubles(parts, found); !no) return no;
  if (orders_.taken() + parts.size() > orders_.capacity())
    return deny(DenyCode::TableFull, static_cast<double>(orders_.taken() + parts.size()),
                static_cast<double>(orders_.capacity()));
  // Entered first, so that what it adds is reckoned from what will be there; taken out again where denied.
  std::array<std::uint32_t, WorkingOrder::kMostParts> at{};
  bool reduce_only = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    at[i] = orders_.add(parts[i].key);
    WorkingOrder& order = orders_[at[i]];
    order.ref = parts[i].ref;
    order.instrument = found.instrument;
    order.side = parts[i].side;
    order.kind = kind;
    order.scopes = found.scopes;
    order.settled = order.newest = order.worst = terms[i];
    order.leader = at[0];
    if (i > 0) orders_[at[i - 1]].next_part = at[i];
    reduce_only =
        reduce_only || ((parts[i].reduce_only || parts[i].flattens) && (i == 0 || kind != UnitKind::Bracket));
  }
  const Contribution more = orders_.contribution_of(at[0]);
  const Decision decision = judge_unit(parts[0], found, more, parts.size(), 0, now_ms, reduce_only);
  if (!decision) {
    for (std::size_t i = 0; i < parts.size(); ++i) orders_.end(at[i]);
    return decision;
  }
  apply(at[0]);
  count(found.scopes, parts.size(), 0, now_ms);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    link(at[i]);
    remember(parts[i], found.scopes, now_ms);
  }
  return {};
}

Decision RiskBook::judge_change(const OrderIntent& change, std::uint32_t at, const Found& found,
                                const OrderTerms& terms) {
  WorkingOrder& order = orders_[at];
  const double now_ms = std::fmax(now_ms_, change.now_ms);
  now_ms_ = now_ms;
  const OrderTerms before = order.worst;
  order.worst = worse_of(order.worst, terms, order.side);
  const Contribution more = orders_.contribution_of(order.leader) - orders_[order.leader].applied;
  const Decision decision =
      judge_unit(change, found, more, 0, 1, now_ms, change.reduce_only || change.flattens);
  if (!decision) {
    order.worst = before;
    return decision;
  }
  order.newest = terms;
  ++order.unsettled_changes;
  apply(order.leader);
  count(order.scopes, 0, 1, now_ms);
  // What it may rest at has become worse or is as it was: no walk over the others.
  extend_best(order);
  return {};
}

Decision RiskBook::judge_unit(const OrderIntent& first, const Found& found, const Contribution& more,
                              std::size_t orders, std::size_t changes, double now_ms, bool reduce_only) {
  if (const Decision no = judge_sides(first, found, more, reduce_only); !no) return no;
  const Instrument& instrument = instruments_[found.instrument];
  ProposedOrder proposed{
      .more = more, .now_ms = now_ms, .orders = orders, .changes = changes, .flattens = first.flattens};
  for (std::uint8_t i = 0; i < found.scopes.count; ++i) {
    const RiskLine& line = lines_[found.scopes.line[i]];
    proposed.only_reduces = line.only_reduces(more);
    proposed.symbol_limit = i == 0 ? instrument.facts.max_position : kNoLimit;
    // What only closes needs no funds.
    proposed.more.margin = proposed.only_reduces ? 0 : more.margin;
    Decision no = scopes_[found.scopes.scope[i]].judge(line, proposed);
    if (no) continue;
    no.scope = found.scopes.scope[i];
    return no;
  }
  return {};
}

void RiskBook::count(const OrderScopes& scopes, std::size_t orders, std::size_t changes, double now_ms) {
  for (std::uint8_t i = 0; i < scopes.count; ++i) scopes_[scopes.scope[i]].count(orders, changes, now_ms);
}

/// Reduce-only and short sales, by the account's position.
Decision RiskBook::judge_sides(const OrderIntent& first, const Found& found, const Contribution& more,
                               bool reduce_only) const {
  const RiskLine& line = lines_[found.scopes.line[found.scopes.account]];
  if (reduce_only && !line.only_reduces(more)) {
    const bool buys = first.side == OrderSide::Buy;
    const Quantity working = buys ? line.working.buy + more.buy : line.working.sell + more.sell;
    const Quantity other = buys ? -line.position : line.position;
    return deny(DenyCode::ReduceOnly, units_of(working), units_of(other > 0 ? other : 0));
  }
  const InstrumentFacts& facts = instruments_[found.instrument].facts;
  const auto rule = static_cast<ShortSale>(limits_.short_sale);
  if (rule == ShortSale::Free || facts.type != SecurityType::Stock || more.sell <= 0) return {};
  const Quantity short_at_worst = line.working.sell + more.sell - line.position;
  if (short_at_worst <= 0) return {};
  const bool available = rule == ShortSale::Available && std::isfinite(facts.shortable_shares);
  const double most = available ? facts.shortable_shares : 0;
  if (units_of(short_at_worst) <= most) return {};
  return deny(DenyCode::ShortSale, units_of(short_at_worst), most);
}

void RiskBook::remember(const OrderIntent& order, const OrderScopes& scopes, double now_ms) {
  if (limits_.duplicate_window_ms > 0)
    recent_.add(print_of(order, scopes), now_ms, limits_.duplicate_window_ms);
  if (order.ref != 0 && limits_.unique_refs != 0) static_cast<void>(refs_.add(order.ref, 0));
}

}  // namespace ibkr
