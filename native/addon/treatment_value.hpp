// What JavaScript asks the stream's desk for, as a value of the core.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <optional>
#include <span>

#include "stream/treatment.hpp"

namespace ibkr::addon {

/// `value` as src/native/session.ts makes it; `counters`: blocks of kCountersBytes, of which it names one.
/// Nothing where something is missing, of another type, or names a block that is not there.
std::optional<Treatment> treatment_of(napi_env env, napi_value value, std::span<std::byte> counters);

}  // namespace ibkr::addon
