#include "risk_tables.hpp"

#include "gate/order_names.hpp"
#include "risk/deny_code.hpp"
#include "risk/limits.hpp"
#include "values.hpp"

namespace ibkr::addon {

namespace {

/// An array of objects, of what `fill` puts into each.
template <typename Rows, typename Fill>
napi_value rows_of(napi_env env, const Rows& rows, Fill fill) {
  napi_value out = nullptr;
  if (napi_create_array_with_length(env, rows.size(), &out) != napi_ok) return nullptr;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    napi_value row = nullptr;
    if (napi_create_object(env, &row) != napi_ok) return nullptr;
    fill(row, rows[i]);
    if (napi_set_element(env, out, i, row) != napi_ok) return nullptr;
  }
  return out;
}

template <typename Rows>
napi_value limit_rows(napi_env env, const Rows& rows) {
  return rows_of(env, rows, [env](napi_value out, const LimitRow& row) {
    set(env, out, "name", text(env, row.name));
    set(env, out, "unit", text(env, row.unit));
    set(env, out, "index", number(env, static_cast<double>(row.index)));
    set(env, out, "initial", number(env, row.initial));
  });
}

}  // namespace

napi_value deny_codes(napi_env env) {
  return rows_of(env, kDenyRows, [env](napi_value out, const DenyRow& row) {
    set(env, out, "name", text(env, row.name));
    set(env, out, "measured", text(env, row.measured));
    set(env, out, "unit", text(env, row.unit));
    set(env, out, "limit", text(env, row.limit));
  });
}

napi_value risk_limits(napi_env env) { return limit_rows(env, kLimitRows); }
namespace {
template <typename Names>
napi_value texts_of(napi_env env, const Names& names) {
  napi_value out = nullptr;
  if (napi_create_array_with_length(env, names.size(), &out) != napi_ok) return nullptr;
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (napi_set_element(env, out, i, text(env, names[i])) != napi_ok) return nullptr;
  return out;
}
}  // namespace

napi_value risk_names(napi_env env) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  set(env, out, "securityTypes", texts_of(env, kSecurityTypes));
  set(env, out, "orderTypes", texts_of(env, kOrderTypes));
  set(env, out, "timesInForce", texts_of(env, kTimesInForce));
  return out;
}

napi_value risk_scope_limits(napi_env env) { return limit_rows(env, kScopeLimitRows); }

}  // namespace ibkr::addon
