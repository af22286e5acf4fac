// A prepared order: its frame is encoded once; what differs from order to order is put in between.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/order_fields.hpp"
#include "orders/order_intent.hpp"
#include "orders/protobuf_part.hpp"

namespace ibkr {

/// What an order says otherwise than the one that was prepared; nothing: the same.
struct OrderChange {
  std::optional<double> quantity;
  std::optional<double> limit_price;
  std::optional<std::string_view> order_ref;
};

/// The bytes are those that the encoder makes of the changed order. One thread at a time; a copy is another
/// template.
class OrderTemplate {
 public:
  /// Nothing if an encoder has no frame for it.
  static std::optional<OrderTemplate> text(const std::vector<std::string>& between,
                                           const std::vector<std::uint8_t>& placeholders,
                                           const OrderFields& fields);
  static std::optional<OrderTemplate> protobuf(std::string_view head, std::string_view tail,
                                               const std::vector<ProtobufPart>& parts,
                                               const OrderFields& fields);

  /// The payload, its memory is reused by the next call; nothing if a number is none of those that
  /// format_number() writes.
  std::optional<std::string_view> fill(std::int32_t id, const OrderChange& change = {});
  /// The template of the changed order; nothing as above.
  std::optional<OrderTemplate> changed(const OrderChange& change) const;
  /// As it was prepared.
  const IntentValues& intent() const { return intent_->values(); }

 private:
  enum class What : std::uint8_t { Id, Quantity, LimitPrice, OrderRef };
  /// A value that may change, and the bytes between the one before it and itself.
  struct Patch {
    What what;
    std::string before;
    std::string prepared{};  ///< as it is in the order that was prepared; empty for the id
    ProtobufPart part{};     ///< protobuf only
  };
  OrderTemplate() = default;
  static std::optional<What> what_changes(const FieldOf& value);
  bool append(std::string& out, const Patch& patch, const OrderChange& change);
  bool append_value(std::string& out, const Patch& patch);
  bool append_patches(std::string& out, std::int32_t id, const OrderChange& change);

  bool is_protobuf_ = false;
  std::shared_ptr<const KeptIntent> intent_;  // never changes: copies share it
  std::string head_;                          // protobuf: up to the id
  std::string contract_;                      // protobuf: behind it, up to the order's length
  std::vector<Patch> patches_;
  std::string behind_;  // the last patch
  std::string tail_;    // protobuf: behind the order
  OrderFields values_;  // of the change: kept, for it is large
  std::string order_, frame_;
};

}  // namespace ibkr
