// The border of a class of the addon: every method goes through here. Arguments that are missing are
// undefined, and `this` must be one of ours.
#pragma once

#include <node_api.h>

#include <array>
#include <cstddef>
#include <span>

#include "values.hpp"

namespace ibkr::addon {

/// `Object` has a `kTypeTag` and a `kForeignThis`, what to say to a caller whose `this` is something else.
template <typename Object, napi_value (Object::*Method)(std::span<const napi_value>), std::size_t Count>
napi_value object_method(napi_env env, napi_callback_info info) {
  std::array<napi_value, Count> arguments{};
  std::size_t count = Count;
  napi_value self = nullptr;
  if (napi_get_cb_info(env, info, &count, arguments.data(), &self, nullptr) != napi_ok) return nullptr;
  bool ours = false;
  void* data = nullptr;
  if (napi_check_object_type_tag(env, self, &Object::kTypeTag, &ours) != napi_ok || !ours ||
      napi_unwrap(env, self, &data) != napi_ok || data == nullptr)
    return throw_with_code(env, "ERR_INVALID_ARG_TYPE", Object::kForeignThis);
  return (static_cast<Object*>(data)->*Method)(arguments);
}

inline napi_property_descriptor method_entry(const char* name, napi_callback callback) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

}  // namespace ibkr::addon
