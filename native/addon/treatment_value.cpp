#include "treatment_value.hpp"

#include <memory>
#include <utility>

#include "aggregate_value.hpp"
#include "properties.hpp"

namespace ibkr::addon {

namespace {

constexpr double kMicrosPerMs = 1000;
constexpr double kMostPolicies = 3;
constexpr double kMostOutliers = 3;

std::optional<FilterRule> filter_of(napi_env env, napi_value value) {
  Properties from(env, value);
  FilterRule rule;
  rule.kinds = from.index("kinds", 4'294'967'296.0);
  rule.price_min = from.number("priceMin");
  rule.price_max = from.number("priceMax");
  rule.min_size = from.number("minSize");
  rule.min_price_change = from.number("minPriceChange");
  rule.outlier_by = static_cast<OutlierBy>(from.index("outlierBy", kMostOutliers));
  rule.outlier = from.number("outlier");
  rule.excluded_conditions = from.text("excludedConditions");
  rule.exclude_past_limit = from.flag("excludePastLimit");
  rule.exclude_unreported = from.flag("excludeUnreported");
  if (napi_value const sessions = from.optional("sessions")) {
    rule.sessions = sessions_of(env, sessions);
    if (!rule.sessions) return std::nullopt;
  }
  return from.ok() ? std::optional(std::move(rule)) : std::nullopt;
}

}  // namespace

std::optional<Treatment> treatment_of(napi_env env, napi_value value, std::span<std::byte> counters) {
  Properties from(env, value);
  const auto blocks = static_cast<double>(counters.size() / kCountersBytes);
  Treatment treatment;
  treatment.board_slot = from.index("boardSlot", kMaxBoardSlots);
  const std::size_t block = from.index("counters", blocks);
  treatment.conflate_micros = from.number("conflateMs") * kMicrosPerMs;
  treatment.conflate_trades = from.flag("conflateTrades");
  treatment.policy = static_cast<FullPolicy>(from.index("policy", kMostPolicies));
  if (napi_value const filter = from.optional("filter")) {
    treatment.filter = filter_of(env, filter);
    if (!treatment.filter) return std::nullopt;
  }
  auto plan = std::make_shared<AggregatePlan>();
  if (napi_value const bars = from.optional("bars")) {
    plan->bars = bars_of(env, bars);
    if (!plan->bars) return std::nullopt;
  }
  if (napi_value const book = from.optional("book")) {
    plan->book = book_of(env, book);
    if (!plan->book) return std::nullopt;
  }
  if (!plan->empty()) treatment.aggregates = std::move(plan);
  if (!from.ok() || !(treatment.conflate_micros >= 0)) return std::nullopt;
  treatment.counters = reinterpret_cast<TreatmentCounters*>(counters.data()) + block;
  return treatment;
}

}  // namespace ibkr::addon
