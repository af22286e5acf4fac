#include "aggregate_value.hpp"

#include <span>
#include <utility>
#include <vector>

#include "properties.hpp"

namespace ibkr::addon {

namespace {

constexpr double kBarBys = 4, kBarPrices = 4, kTradeFeeds = 4, kQuoteFeeds = 3;

std::optional<BarSeriesPlan> series_of(napi_env env, napi_value value) {
  Properties from(env, value);
  BarSpec spec;
  spec.by = static_cast<BarBy>(from.index("by", kBarBys));
  spec.size = from.number("size");
  spec.price = static_cast<BarPrice>(from.index("price", kBarPrices));
  spec.empty = from.flag("carries") ? EmptyBars::Carry : EmptyBars::Skip;
  spec.late = from.flag("amends") ? LateTicks::Amend : LateTicks::Drop;
  spec.wait_ms = from.number("waitMs");
  if (napi_value const sessions = from.optional("sessions")) {
    auto spans = sessions_of(env, sessions);
    if (!spans) return std::nullopt;
    spec.sessions = std::move(*spans);
  }
  const auto memory = bytes_of(env, property_of(env, value, "memory"));
  std::span<std::byte> run;
  if (napi_value const given = from.optional("run")) {
    const auto bytes = bytes_of(env, given);
    if (!bytes || bytes->empty()) return std::nullopt;
    run = *bytes;
  }
  if (!from.ok() || !memory || problem_of(spec)) return std::nullopt;
  const auto bars = BarMemory::make(*memory, run);
  if (!bars) return std::nullopt;
  return BarSeriesPlan{std::move(spec), *bars};
}

}  // namespace

std::optional<BarPlan> bars_of(napi_env env, napi_value value) {
  Properties from(env, value);
  BarPlan plan;
  plan.trades = static_cast<TradeFeed>(from.index("trades", kTradeFeeds));
  plan.quotes = static_cast<QuoteFeed>(from.index("quotes", kQuoteFeeds));
  plan.since_ms = from.number("sinceMs");
  napi_value const all = property_of(env, value, "series");
  const auto length = length_of(env, all);
  if (!from.ok() || !length || !is_time(plan.since_ms)) return std::nullopt;
  for (std::uint32_t i = 0; i < *length; ++i) {
    auto series = series_of(env, element_of(env, all, i));
    if (!series) return std::nullopt;
    plan.series.push_back(std::move(*series));
  }
  return plan;
}

std::optional<BookPlan> book_of(napi_env env, napi_value value) {
  Properties from(env, value);
  BookPlan plan;
  plan.depth = from.index("depth", kMaxBookRows + 1);
  plan.deletes = from.flag("forgivesDeletes") ? DeletePolicy::Forgive : DeletePolicy::Damage;
  plan.passes_records = from.flag("passesRecords");
  const auto memory = bytes_of(env, property_of(env, value, "memory"));
  if (!from.ok() || plan.depth == 0 || !memory || memory->size() < kBookBytes) return std::nullopt;
  if (reinterpret_cast<std::uintptr_t>(memory->data()) % alignof(BookMemory) != 0) return std::nullopt;
  plan.memory = reinterpret_cast<BookMemory*>(memory->data());
  return plan;
}

std::optional<AggregateOrder> order_of(double kind, std::span<const double> numbers) {
  const auto is = [kind](OrderKind which) { return kind == static_cast<double>(which); };
  if (is(OrderKind::Gap)) return GapOrder{};
  if (is(OrderKind::ResetBook)) return ResetBookOrder{};
  if (is(OrderKind::Correct)) {
    if (numbers.size() != 5) return std::nullopt;
    return BarCorrection{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
  }
  if (is(OrderKind::Resume)) {
    constexpr std::size_t kNumbers = 1 + kBarValues + 1;
    if (numbers.size() != kNumbers || !(numbers[0] >= 0 && numbers[0] < kMostBars)) return std::nullopt;
    const auto at = [&](BarValue value) { return numbers[1 + static_cast<std::size_t>(value)]; };
    const double flags = numbers[kNumbers - 1];
    if (!(flags >= 0 && flags < 4'294'967'296.0)) return std::nullopt;
    return ResumeOrder{static_cast<std::size_t>(numbers[0]),
                       {at(BarValue::StartMs), at(BarValue::EndMs), at(BarValue::Open), at(BarValue::High),
                        at(BarValue::Low), at(BarValue::Close), at(BarValue::Volume), at(BarValue::Notional),
                        at(BarValue::Count), at(BarValue::FirstMs), at(BarValue::LastMs), 0,
                        static_cast<std::uint32_t>(flags)}};
  }
  if (!is(OrderKind::Sessions) || numbers.size() % 2 != 0) return std::nullopt;
  SessionsOrder spans;
  for (std::size_t i = 0; i < numbers.size(); i += 2) spans.push_back({numbers[i], numbers[i + 1]});
  return spans;
}

}  // namespace ibkr::addon
