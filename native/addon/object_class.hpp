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

/// A method without arguments that knows its object: what it is called on is not looked at, which takes a
/// good part of such a call's time.
template <typename Object, napi_value (Object::*Method)(std::span<const napi_value>)>
napi_value bound_method(napi_env env, napi_callback_info info) {
  void* object = nullptr;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &object) != napi_ok) return nullptr;
  return (static_cast<Object*>(object)->*Method)({});
}

/// Gives `self`, which wraps `object`, such a method of its own. False in a dying environment.
template <typename Object, napi_value (Object::*Method)(std::span<const napi_value>)>
bool bind_method(napi_env env, napi_value self, Object* object, const char* name) {
  napi_value method = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, bound_method<Object, Method>, object, &method) !=
      napi_ok)
    return false;
  // As long as somebody has the method the object is not collected. Nobody can take it away.
  const napi_property_descriptor owner{"owner", nullptr, nullptr,      nullptr,
                                       nullptr, self,    napi_default, nullptr};
  return napi_define_properties(env, method, 1, &owner) == napi_ok &&
         napi_set_named_property(env, self, name, method) == napi_ok;
}

inline napi_property_descriptor method_entry(const char* name, napi_callback callback) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

}  // namespace ibkr::addon
