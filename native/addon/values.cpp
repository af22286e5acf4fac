#include "values.hpp"

namespace ibkr::addon {

std::optional<double> number_of(napi_env env, napi_value value) {
  double out = 0;
  if (value == nullptr || napi_get_value_double(env, value, &out) != napi_ok) return std::nullopt;
  return out;
}

std::optional<bool> flag_of(napi_env env, napi_value value) {
  bool out = false;
  if (value == nullptr || napi_get_value_bool(env, value, &out) != napi_ok) return std::nullopt;
  return out;
}

std::optional<std::string> text_of(napi_env env, napi_value value) {
  std::size_t size = 0;
  if (value == nullptr || napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok)
    return std::nullopt;
  std::string out(size + 1, '\0');  // N-API writes the terminator
  if (napi_get_value_string_utf8(env, value, out.data(), out.size(), &size) != napi_ok) return std::nullopt;
  out.resize(size);
  return out;
}

namespace {

/// The elements of a typed array of this type.
template <typename Element>
std::optional<std::span<Element>> elements_of(napi_env env, napi_value value, napi_typedarray_type wanted) {
  bool typed = false;
  void* data = nullptr;
  std::size_t length = 0;
  napi_typedarray_type type = wanted;
  if (value == nullptr || napi_is_typedarray(env, value, &typed) != napi_ok || !typed) return std::nullopt;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != wanted)
    return std::nullopt;
  return std::span(static_cast<Element*>(data), length);
}

}  // namespace

std::optional<std::span<std::byte>> bytes_of(napi_env env, napi_value value) {
  return elements_of<std::byte>(env, value, napi_uint8_array);
}

std::optional<std::span<const double>> doubles_of(napi_env env, napi_value value) {
  return elements_of<const double>(env, value, napi_float64_array);
}

std::optional<std::uint32_t> length_of(napi_env env, napi_value array) {
  bool is_array = false;
  std::uint32_t length = 0;
  if (array == nullptr || napi_is_array(env, array, &is_array) != napi_ok || !is_array ||
      napi_get_array_length(env, array, &length) != napi_ok)
    return std::nullopt;
  return length;
}

napi_value element_of(napi_env env, napi_value array, std::uint32_t index) {
  napi_value out = nullptr;
  return napi_get_element(env, array, index, &out) == napi_ok ? out : nullptr;
}

napi_value property_of(napi_env env, napi_value object, const char* name) {
  napi_value out = nullptr;
  if (object == nullptr) return nullptr;
  return napi_get_named_property(env, object, name, &out) == napi_ok ? out : nullptr;
}

napi_value number(napi_env env, double value) {
  napi_value out = nullptr;
  return napi_create_double(env, value, &out) == napi_ok ? out : nullptr;
}

napi_value text(napi_env env, std::string_view value) {
  napi_value out = nullptr;
  return napi_create_string_utf8(env, value.data(), value.size(), &out) == napi_ok ? out : nullptr;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  // A failure means that the environment is dying: nobody will look at the object.
  if (object != nullptr && value != nullptr)
    static_cast<void>(napi_set_named_property(env, object, name, value));
}

napi_value throw_with_code(napi_env env, const char* code, const char* message) {
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending)
    static_cast<void>(napi_throw_error(env, code, message));
  return nullptr;
}

}  // namespace ibkr::addon
