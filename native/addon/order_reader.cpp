#include "order_reader.hpp"

#include <cmath>
#include <limits>
#include <string_view>

#include "wire/unset.hpp"

namespace ibkr::addon {

namespace {
// Longer texts than this exist (an OCA group of a user's own making), but not in ordinary orders.
constexpr std::size_t kLongestText = 255;
// What N-API makes of half a surrogate pair, in UTF-8.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_unset(napi_valuetype type) { return type == napi_undefined || type == napi_null; }
}  // namespace

bool OrderReader::read(napi_env env, std::span<const napi_value, kPlaceholders.size()> values) {
  env_ = env;
  used_ = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    napi_valuetype type = napi_undefined;
    if (napi_typeof(env, values[i], &type) != napi_ok) return false;
    const bool good = visit_value(kPlaceholderValues[i], [&](auto field) {
      if constexpr (std::is_same_v<decltype(field), OrderId>) {
        std::optional<std::int32_t> id;
        if (!read_value(values[i], type, id) || !id) return false;
        id_ = *id;
        return true;
      } else {
        return read_value(values[i], type, fields_.*field);
      }
    });
    if (!good) return false;
  }
  return true;
}

bool OrderReader::read_value(napi_value value, napi_valuetype type, std::optional<double>& out) {
  out.reset();
  if (is_unset(type)) return true;
  if (type == napi_string) {
    std::string_view text;
    if (!read_value(value, type, text)) return false;
    if (text.empty()) return true;
    out = number_of(text);
    return out.has_value();
  }
  double number = 0;
  if (type != napi_number || napi_get_value_double(env_, value, &number) != napi_ok) return false;
  // -0 is "0" in text and keeps its sign in protobuf: not worth telling apart here. The largest double means
  // "unset" to the encoders.
  if (!std::isfinite(number) || number == kUnset || (number == 0 && std::signbit(number))) return false;
  out = number;
  return true;
}

bool OrderReader::read_value(napi_value value, napi_valuetype type, std::optional<std::int32_t>& out) {
  std::optional<double> number;
  if (!read_value(value, type, number)) return false;
  out.reset();
  if (!number) return true;
  // A fraction is the encoders' to judge, and the largest value means "unset" to them.
  if (*number < std::numeric_limits<std::int32_t>::min() || *number >= kUnsetInt) return false;
  out = static_cast<std::int32_t>(*number);
  return *out == *number;
}

bool OrderReader::read_value(napi_value value, napi_valuetype type, std::optional<bool>& out) {
  out.reset();
  if (is_unset(type)) return true;
  bool on = false;
  if (type != napi_boolean || napi_get_value_bool(env_, value, &on) != napi_ok) return false;
  out = on;
  return true;
}

bool OrderReader::read_value(napi_value value, napi_valuetype type, std::string_view& out) {
  out = {};
  if (is_unset(type)) return true;
  if (type != napi_string || memory_.size() - used_ <= kLongestText + 1) return false;
  char* const text = memory_.data() + used_;
  std::size_t length = 0;
  if (napi_get_value_string_utf8(env_, value, text, kLongestText + 1, &length) != napi_ok) return false;
  out = {text, length};
  // Cut off perhaps, with a NUL that would end the field early, or with what may have been half a surrogate
  // pair: not ours to judge.
  constexpr auto kNowhere = std::string_view::npos;
  if (length + 4 > kLongestText || out.find('\0') != kNowhere || out.find(kReplacement) != kNowhere)
    return false;
  used_ += length;
  return true;
}

}  // namespace ibkr::addon
