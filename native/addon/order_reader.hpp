// Reads an ordinary order's values out of a call's arguments.
#pragma once

#include <napi.h>

#include <array>
#include <span>

#include "orders/order_fields.hpp"

namespace ibkr::addon {

class OrderReader {
 public:
  /// `values`: one for every hole of the template. The fields as text, valid until the next call; nullptr if
  /// a value is not ordinary: of an unusual type or size, an unset price, an order type with fields of its
  /// own.
  const OrderFields* read(napi_env env, std::span<const napi_value, kHoles> values);

 private:
  bool read_value(napi_value value, std::string_view& text);

  napi_env env_ = nullptr;
  OrderFields fields_;
  std::array<char, 4096> memory_{};
  std::size_t used_ = 0;
};

}  // namespace ibkr::addon
