// Reads an order's values out of a call's arguments.
#pragma once

#include <node_api.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "orders/order_fields.hpp"

namespace ibkr::addon {

class OrderReader {
 public:
  /// `values`: one for every placeholder. False if one is of another type than its field, or of a size that
  /// no ordinary order has; otherwise id() and fields() are valid until the next call.
  bool read(napi_env env, std::span<const napi_value, kPlaceholders.size()> values);
  std::int32_t id() const { return id_; }
  const OrderFields& fields() const { return fields_; }

 private:
  bool read_value(napi_value value, napi_valuetype type, std::optional<std::int32_t>& out);
  bool read_value(napi_value value, napi_valuetype type, std::optional<double>& out);
  bool read_value(napi_value value, napi_valuetype type, std::optional<bool>& out);
  bool read_value(napi_value value, napi_valuetype type, std::string_view& out);

  napi_env env_ = nullptr;
  std::int32_t id_ = 0;
  OrderFields fields_;
  std::array<char, 4096> memory_{};
  std::size_t used_ = 0;
};

}  // namespace ibkr::addon
