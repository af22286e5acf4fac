// The risk gate's tables of codes and limits, for JavaScript and for docs/risk.md.
#pragma once

#include <node_api.h>

namespace ibkr::addon {

/// Of each deny code, by its number: name, measured, unit, limit.
napi_value deny_codes(napi_env env);
/// Of each limit: name, unit, index among the doubles, default.
napi_value risk_limits(napi_env env);
napi_value risk_scope_limits(napi_env env);
/// By the bit that they have: securityTypes, orderTypes, timesInForce.
napi_value risk_names(napi_env env);

}  // namespace ibkr::addon
