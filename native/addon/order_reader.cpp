#include "order_reader.hpp"

#include <cmath>
#include <cstring>

#include "wire/number.hpp"

namespace ibkr::addon {

namespace {
// Longer texts than this exist (an OCA group of a user's own making), but not in ordinary orders.
constexpr std::size_t kLongestText = 255;
}  // namespace

const OrderFields* OrderReader::read(napi_env env, std::span<const napi_value, kHoles> values) {
  env_ = env;
  used_ = 0;
  for (std::size_t hole = 0; hole < kHoles; ++hole) {
    if (!read_value(values[hole], fields_.text[hole])) return nullptr;
  }
  return is_ordinary(fields_) ? &fields_ : nullptr;
}

bool OrderReader::read_value(napi_value value, std::string_view& text) {
  napi_valuetype type = napi_undefined;
  if (memory_.size() - used_ <= kLongestText + 1 || napi_typeof(env_, value, &type) != napi_ok) return false;
  char* const out = memory_.data() + used_;
  std::size_t length = 0;
  switch (type) {
    case napi_undefined:
    case napi_null:
      break;
    case napi_boolean: {
      bool on = false;
      if (napi_get_value_bool(env_, value, &on) != napi_ok) return false;
      out[0] = on ? '1' : '0';
      length = 1;
      break;
    }
    case napi_number: {
      double number = 0;
      if (napi_get_value_double(env_, value, &number) != napi_ok) return false;
      // -0 is "0" in text and keeps its sign in protobuf: not worth telling apart here.
      if (number == 0 && std::signbit(number)) return false;
      length = format_number(number, std::span<char, 32>(out, 32));
      if (length == 0) return false;  // also the largest double, which means "unset"
      break;
    }
    case napi_string:
      if (napi_get_value_string_utf8(env_, value, out, kLongestText + 1, &length) != napi_ok) return false;
      // Cut off perhaps, or with a NUL that would end the field early: not ours to judge.
      if (length + 4 > kLongestText || std::memchr(out, 0, length) != nullptr) return false;
      break;
    default:
      return false;
  }
  text = {out, length};
  used_ += length;
  return true;
}

}  // namespace ibkr::addon
