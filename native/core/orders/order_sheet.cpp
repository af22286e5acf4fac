#include "orders/order_sheet.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ibkr {

void OrderSheet::read() {
  std::uint32_t changed = 0;
  std::memcpy(&changed, memory_ + kSheetChangedOffset, sizeof changed);
  for (std::uint32_t left = changed; left != 0; left &= left - 1)
    take(static_cast<std::size_t>(std::countr_zero(left)));
  changed = 0;
  std::memcpy(memory_ + kSheetChangedOffset, &changed, sizeof changed);
}

void OrderSheet::take(std::size_t index) {
  const auto mark = static_cast<std::uint8_t>(memory_[kSheetMarksOffset + index]);
  double number = 0;
  std::memcpy(&number, memory_ + kSheetNumbersOffset + index * sizeof number, sizeof number);
  visit_value(kPlaceholderValues[index], [&](auto field) {
    using Field = decltype(field);
    if constexpr (std::is_same_v<Field, TextField>) {
      const auto* const text =
          reinterpret_cast<const char*>(memory_ + kSheetTextsOffset + index * kSheetTextBytes);
      fields_.*field = {text, std::min<std::size_t>(mark, kSheetTextBytes)};
    } else if constexpr (std::is_same_v<Field, DoubleField>) {
      fields_.*field = mark == kSheetUnset ? std::nullopt : std::optional(number);
    } else if constexpr (std::is_same_v<Field, IntField>) {
      fields_.*field = mark == kSheetUnset ? std::nullopt : std::optional(static_cast<std::int32_t>(number));
    } else if constexpr (std::is_same_v<Field, FlagField>) {
      fields_.*field = mark == kSheetUnset ? std::nullopt : std::optional(mark == kSheetTrue);
    } else {
      id_ = static_cast<std::int32_t>(number);
    }
  });
}

}  // namespace ibkr
