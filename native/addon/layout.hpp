// The numbers of record.hpp and ring.hpp as JavaScript needs them: the one table both sides are made from.
#pragma once

#include <napi.h>

namespace ibkr::addon {

Napi::Object layout(Napi::Env env);

/// The names of orders/order_fields.hpp's placeholders.
Napi::Array order_placeholders(Napi::Env env);

}  // namespace ibkr::addon
