// The numbers of record.hpp and ring.hpp as JavaScript needs them: the one table both sides are made from.
#pragma once

#include <napi.h>

namespace ibkr::addon {

Napi::Object layout(Napi::Env env);

/// Names of the fields an order template may have holes for, by hole: "id", "contract.conId", …,
/// "order.action", …
Napi::Array order_holes(Napi::Env env);

}  // namespace ibkr::addon
