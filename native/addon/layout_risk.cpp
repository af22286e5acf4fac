// The risk gate's numbers.
#include "layout_table.hpp"
#include "risk/limits.hpp"

namespace ibkr::addon {

namespace {
constexpr LayoutEntry kEntries[] = {
    // Its limits: doubles, those of a scope among those of the gate; RISK_LIMITS and RISK_SCOPE_LIMITS name
    // them
    {"RISK_LIMITS_VERSION", kRiskLimitsVersion},
    {"RISK_LIMIT_COUNT", sizeof(RiskLimits) / sizeof(double)},
    {"RISK_SCOPE_LIMIT_COUNT", sizeof(ScopeLimits) / sizeof(double)},
    IBKR_VALUE(RiskLimits, "RISK_LIMITS_ALL", all),
    {"RISK_SECURITY_TYPES", as_number(SecurityType::Count)},
    {"RISK_ORDER_TYPES", as_number(OrderType::Count)},
    {"RISK_TIMES_IN_FORCE", as_number(TimeInForce::Count)},
    {"RISK_STATE_ACTIVE", as_number(RiskState::Active)},
    {"RISK_STATE_REDUCING", as_number(RiskState::Reducing)},
    {"RISK_STATE_HALTED", as_number(RiskState::Halted)},
    {"RISK_GUARD_RECONCILING", kGuardReconciling},
    {"RISK_GUARD_UPSTREAM_LOST", kGuardUpstreamLost},
    {"RISK_GUARD_DATA_STALE", kGuardDataStale},
};
}  // namespace

std::span<const LayoutEntry> risk_layout() { return kEntries; }

}  // namespace ibkr::addon
