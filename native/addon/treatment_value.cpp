#include "treatment_value.hpp"

#include <string>
#include <utility>
#include <vector>

#include "values.hpp"

namespace ibkr::addon {

namespace {

constexpr double kMicrosPerMs = 1000;
constexpr double kMostPolicies = 3;
constexpr double kMostOutliers = 3;

/// Reads properties one after the other; the first that is not as expected turns ok() false for good.
class Properties {
 public:
  Properties(napi_env env, napi_value object) : env_(env), object_(object) {}
  bool ok() const { return ok_; }

  double number(const char* name) {
    const auto value = number_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value.value_or(0);
  }
  /// A whole number from 0 on, below `end`.
  std::uint32_t index(const char* name, double end) {
    const double value = number(name);
    const bool fits = value >= 0 && value < end;
    return ok_ = ok_ && fits, fits ? static_cast<std::uint32_t>(value) : 0;
  }
  bool flag(const char* name) {
    const auto value = flag_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value.value_or(false);
  }
  std::string text(const char* name) {
    auto value = text_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value ? std::move(*value) : std::string{};
  }
  /// Nothing, and still ok, where it is undefined.
  napi_value optional(const char* name) {
    napi_value const value = property_of(env_, object_, name);
    napi_valuetype type = napi_undefined;
    if (value == nullptr || napi_typeof(env_, value, &type) != napi_ok) return ok_ = false, nullptr;
    return type == napi_undefined ? nullptr : value;
  }

 private:
  napi_env env_;
  napi_value object_;
  bool ok_ = true;
};

std::optional<std::vector<SessionSpan>> sessions_of(napi_env env, napi_value value) {
  const auto numbers = doubles_of(env, value);
  if (!numbers || numbers->size() % 2 != 0) return std::nullopt;
  std::vector<SessionSpan> out;
  for (std::size_t i = 0; i < numbers->size(); i += 2) out.push_back({(*numbers)[i], (*numbers)[i + 1]});
  return out;
}

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
  if (!from.ok() || !(treatment.conflate_micros >= 0)) return std::nullopt;
  treatment.counters = reinterpret_cast<TreatmentCounters*>(counters.data()) + block;
  return treatment;
}

}  // namespace ibkr::addon
