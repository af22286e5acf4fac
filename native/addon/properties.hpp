// The properties of a JavaScript object, as the core wants them.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bars/session_span.hpp"
#include "values.hpp"

namespace ibkr::addon {

/// Reads properties one after the other; the first that is not as expected turns ok() false for good.
class Properties {
 public:
  Properties(napi_env env, napi_value object) : env_(env), object_(object) {}
  bool ok() const { return ok_; }

  double number(const char* name) {
    const auto value = number_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value.value_or(0);
  }
  /// A whole number from 0 on, below `end`.
  std::uint32_t index(const char* name, double end) {
    const double value = number(name);
    const bool fits = value >= 0 && value < end;
    return ok_ = ok_ && fits, fits ? static_cast<std::uint32_t>(value) : 0;
  }
  bool flag(const char* name) {
    const auto value = flag_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value.value_or(false);
  }
  std::string text(const char* name) {
    auto value = text_of(env_, property_of(env_, object_, name));
    return ok_ = ok_ && value.has_value(), value ? std::move(*value) : std::string{};
  }
  /// Nothing, and still ok, where it is undefined.
  napi_value optional(const char* name) {
    napi_value const value = property_of(env_, object_, name);
    napi_valuetype type = napi_undefined;
    if (value == nullptr || napi_typeof(env_, value, &type) != napi_ok) return ok_ = false, nullptr;
    return type == napi_undefined ? nullptr : value;
  }

 private:
  napi_env env_;
  napi_value object_;
  bool ok_ = true;
};

inline std::optional<std::vector<SessionSpan>> sessions_of(napi_env env, napi_value value) {
  const auto numbers = doubles_of(env, value);
  if (!numbers || numbers->size() % 2 != 0) return std::nullopt;
  std::vector<SessionSpan> out;
  for (std::size_t i = 0; i < numbers->size(); i += 2) out.push_back({(*numbers)[i], (*numbers)[i + 1]});
  return out;
}

}  // namespace ibkr::addon
