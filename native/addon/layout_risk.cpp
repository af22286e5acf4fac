// The risk gate's numbers.
#include "gate/decision_ring.hpp"
#include "layout_table.hpp"
#include "risk/limits.hpp"
#include "risk/risk_book.hpp"
#include "risk_object.hpp"

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
    {"RISK_UNIT_BRACKET", as_number(UnitKind::Bracket)},
    {"RISK_UNIT_OCA", as_number(UnitKind::Oca)},
    {"RISK_SCOPE_ALL", as_number(ScopeKind::All)},
    {"RISK_SCOPE_ACCOUNT", as_number(ScopeKind::Account)},
    {"RISK_SCOPE_STRATEGY", as_number(ScopeKind::Strategy)},
    {"RISK_LISTING_NONE", as_number(Listing::None)},
    {"RISK_LISTING_ALLOWED", as_number(Listing::Allowed)},
    {"RISK_LISTING_DENIED", as_number(Listing::Denied)},
    {"RISK_TAKE_TAKEN", as_number(ExecutionTake::Taken)},
    {"RISK_TAKE_REPEATED", as_number(ExecutionTake::Repeated)},
    {"RISK_TAKE_UNKNOWN", as_number(ExecutionTake::Unknown)},
    // A decision, as it is drained: doubles
    {"RISK_DECISION_COUNT", kDecisionDoubles},
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_TIME_MS", time_ms),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_SOURCE", source),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_ORDER_ID", order_id),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_CODE", code),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_SCOPE", scope),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_MEASURED", measured),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_LIMIT", limit),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_SIDE", side),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_QUANTITY", quantity),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_LIMIT_PRICE", limit_price),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_AUX_PRICE", aux_price),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_BID", bid),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_ASK", ask),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_INSTRUMENT", instrument),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_IS_CHANGE", is_change),
    IBKR_VALUE(DecisionRecord, "RISK_DECISION_LIMITS_VERSION", limits_version),
    // What is given of an instrument, doubles: facts, then pairs of a price and the increment from there on
    {"RISK_FACTS_COUNT", kFactDoubles},
    {"RISK_FACTS_BANDS", kFactBands},
    {"RISK_MOST_BANDS", InstrumentFacts::kBands},
    {"RISK_INSTRUMENTS", RiskCapacity{}.instruments},
    {"RISK_SNAPSHOT_COUNT", kSnapshotDoubles},
    {"RISK_DAY_COUNT", kDayDoubles},
    {"RISK_GUARD_RECONCILING", kGuardReconciling},
    {"RISK_GUARD_UPSTREAM_LOST", kGuardUpstreamLost},
    {"RISK_GUARD_DATA_STALE", kGuardDataStale},
};
}  // namespace

std::span<const LayoutEntry> risk_layout() { return kEntries; }

}  // namespace ibkr::addon
