// Every number that the core and JavaScript share, by name: src/native/layout.ts is written from it in the
// build.
#pragma once

#include <napi.h>

namespace ibkr::addon {

Napi::Object layout(Napi::Env env);

/// The names of orders/order_fields.hpp's placeholders.
Napi::Array order_placeholders(Napi::Env env);

}  // namespace ibkr::addon
