// What JavaScript wants made of a request's records, and done with it, as values of the core.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <optional>
#include <span>

#include "stream/aggregates.hpp"

namespace ibkr::addon {

// Values as src/native/native-aggregates.ts makes them. Nothing where something is missing, of another type,
// or is no memory for what it is to hold.
std::optional<BarPlan> bars_of(napi_env env, napi_value value);
std::optional<BookPlan> book_of(napi_env env, napi_value value);

enum class OrderKind : std::uint8_t { Gap, Correct, Resume, Sessions, ResetBook };
/// `numbers`: of a correction its five, of a bar to resume its place, BarValue and flags; starts and ends.
std::optional<AggregateOrder> order_of(double kind, std::span<const double> numbers);

}  // namespace ibkr::addon
