#include "layout.hpp"

#include "layout_table.hpp"
#include "orders/order_fields.hpp"
#include "orders/order_sheet.hpp"
#include "values.hpp"

namespace ibkr::addon {

napi_value layout(napi_env env) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  for (const auto& table : {ring_layout(), orders_layout(), metrics_layout(), journal_layout(),
                            stream_layout(), bars_layout(), risk_layout()}) {
    for (const LayoutEntry& entry : table) set(env, out, entry.name, number(env, entry.value));
  }
  return out;
}

namespace {
/// One value for each placeholder.
template <typename Value>
napi_value of_placeholders(napi_env env, Value value) {
  napi_value out = nullptr;
  if (napi_create_array_with_length(env, kPlaceholders.size(), &out) != napi_ok) return nullptr;
  for (std::uint32_t i = 0; i < kPlaceholders.size(); ++i) {
    napi_value const element = value(kPlaceholders[i]);
    if (element == nullptr || napi_set_element(env, out, i, element) != napi_ok) return nullptr;
  }
  return out;
}
}  // namespace

napi_value order_placeholders(napi_env env) {
  return of_placeholders(env, [env](const Placeholder& place) { return text(env, place.name); });
}

napi_value sheet_kinds(napi_env env) {
  return of_placeholders(env, [env](const Placeholder& place) {
    return number(env, static_cast<double>(sheet_kind(place.value)));
  });
}

}  // namespace ibkr::addon
