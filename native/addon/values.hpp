// JavaScript's values, in raw N-API with every status looked at: in an environment that is being torn down
// any call may fail, and that must never end the process.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ibkr::addon {

/// Nothing where the value is of another type, or the environment is dying.
std::optional<double> number_of(napi_env env, napi_value value);
std::optional<bool> flag_of(napi_env env, napi_value value);
std::optional<std::string> text_of(napi_env env, napi_value value);
/// The bytes of a typed array, valid while it lives.
std::optional<std::span<std::byte>> bytes_of(napi_env env, napi_value value);
/// The numbers of a Float64Array, as long.
std::optional<std::span<const double>> doubles_of(napi_env env, napi_value value);
std::optional<std::uint32_t> length_of(napi_env env, napi_value array);
napi_value element_of(napi_env env, napi_value array, std::uint32_t index);
napi_value property_of(napi_env env, napi_value object, const char* name);

/// nullptr, which JavaScript sees as undefined, where the environment is dying.
napi_value number(napi_env env, double value);
napi_value text(napi_env env, std::string_view value);
void set(napi_env env, napi_value object, const char* name, napi_value value);

/// Throws an Error with a `code`, unless something is being thrown already. Returns nullptr, for the caller
/// to return.
napi_value throw_with_code(napi_env env, const char* code, const char* message);

}  // namespace ibkr::addon
