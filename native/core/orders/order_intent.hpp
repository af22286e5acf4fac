// What a journal keeps of an order: enough to show it, and to know it again at the gateway.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "journal/journal_layout.hpp"
#include "orders/order_fields.hpp"

namespace ibkr {

/// Numbers and texts as a record has them (JournalKind::Intent); the texts lie where they were read from.
struct IntentValues {
  std::array<double, kNumbersOf<IntentNumbers>> numbers{};
  std::array<std::string_view, static_cast<std::size_t>(IntentText::Count)> texts{};
  std::uint16_t flags = 0;

  static IntentValues of(const OrderFields& fields);
  std::string_view& text(IntentText which) { return texts[static_cast<std::size_t>(which)]; }
};

/// Places of numbers that change from order to order.
inline constexpr std::size_t kIntentQuantity = offsetof(IntentNumbers, quantity) / sizeof(double);
inline constexpr std::size_t kIntentLimitPrice = offsetof(IntentNumbers, limit_price) / sizeof(double);
inline constexpr std::size_t kIntentTriggerPrice = offsetof(IntentNumbers, trigger_price) / sizeof(double);
inline constexpr std::size_t kIntentExpiresMs = offsetof(IntentNumbers, expires_ms) / sizeof(double);

/// The same with memory of its own, for orders that are sent later.
class KeptIntent {
 public:
  explicit KeptIntent(const IntentValues& values);
  KeptIntent(const KeptIntent&) = delete;
  KeptIntent& operator=(const KeptIntent&) = delete;
  ~KeptIntent() = default;

  const IntentValues& values() const { return values_; }

 private:
  IntentValues values_;
  std::string memory_;
};

}  // namespace ibkr
