// The values of an order in memory that JavaScript writes: no call for each of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "orders/order_fields.hpp"

namespace ibkr {

/// What lies where in the sheet, in bytes; `i` counts placeholders (src/native/order-sheet.ts writes it).
inline constexpr std::size_t kSheetChangedOffset =
    0;  ///< u32: bit i is set if i was written since the last order
inline constexpr std::size_t kSheetMarksOffset = 32;  ///< u8 of each: what SheetMark says, or a text's length
inline constexpr std::size_t kSheetNumbersOffset = 64;
inline constexpr std::size_t kSheetTextsOffset = kSheetNumbersOffset + kPlaceholders.size() * sizeof(double);
inline constexpr std::size_t kSheetTextBytes = 64;
/// Out: when the order's frame was made, and when the system had it, two doubles: CLOCK_MONOTONIC in µs.
inline constexpr std::size_t kSheetStampsOffset = kSheetTextsOffset + kPlaceholders.size() * kSheetTextBytes;
inline constexpr std::size_t kSheetBytes = kSheetStampsOffset + 2 * sizeof(double);
static_assert(kSheetMarksOffset + kPlaceholders.size() <= kSheetNumbersOffset);

/// Of a number, an integer or a flag.
enum SheetMark : std::uint8_t { kSheetUnset = 0, kSheetSet = 1, kSheetFalse = 1, kSheetTrue = 2 };

/// Reads what has changed since the order before: most programs change the price, and little else. One
/// thread.
class OrderSheet {
 public:
  /// `memory`: kSheetBytes, aligned to 8, and there as long as the sheet is read. Zeros at first.
  explicit OrderSheet(std::span<std::byte, kSheetBytes> memory) : memory_(memory.data()) {}

  /// Takes what was written, and marks it as taken.
  void read();
  std::int32_t id() const { return id_; }
  /// What became of it when.
  void stamp(double encoded_micros, double written_micros) {
    const double stamps[] = {encoded_micros, written_micros};
    std::memcpy(memory_ + kSheetStampsOffset, stamps, sizeof stamps);
  }
  /// As of the last read(); texts lie in the sheet itself.
  const OrderFields& fields() const { return fields_; }

 private:
  void take(std::size_t index);

  std::byte* memory_;
  std::int32_t id_ = 0;
  OrderFields fields_;
};

/// What JavaScript has to know of the placeholders to write them.
enum class SheetKind : std::uint8_t { Text, Number, Integer, Flag };
constexpr SheetKind sheet_kind(const FieldOf& field) {
  if (std::holds_alternative<TextField>(field)) return SheetKind::Text;
  if (std::holds_alternative<DoubleField>(field)) return SheetKind::Number;
  if (std::holds_alternative<FlagField>(field)) return SheetKind::Flag;
  return SheetKind::Integer;
}

}  // namespace ibkr
