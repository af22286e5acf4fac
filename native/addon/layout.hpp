// Every number that the core and JavaScript share, by name: src/native/layout.ts is written from it in the
// build.
#pragma once

#include <node_api.h>

namespace ibkr::addon {

/// nullptr in a dying environment, as below.
napi_value layout(napi_env env);

/// The names of orders/order_fields.hpp's placeholders.
napi_value order_placeholders(napi_env env);
/// What each of them is in the order sheet, a SheetKind.
napi_value sheet_kinds(napi_env env);

}  // namespace ibkr::addon
