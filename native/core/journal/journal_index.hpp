// Which orders of a journal are not over, and which records tell of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "journal/journal_layout.hpp"

namespace ibkr {

/// Fed with the records of all files in their order; then it tells which of them are still needed.
class JournalIndex {
 public:
  void add(std::span<const std::byte> record);

  std::size_t records() const { return records_; }
  /// Orders that are not over, and armed ones that are neither fired nor disarmed.
  std::size_t working() const { return working_; }
  /// Every order id in use is below; 0 where there is none.
  double high_water() const { return high_water_; }
  std::int32_t last_arm_id() const { return last_arm_id_; }
  /// The time of the newest record, in microseconds since 1970.
  double newest_micros() const { return newest_micros_; }
  /// Of a record that was added: its order is not over, or has a record of this time or newer.
  bool is_needed(std::span<const std::byte> record, double since_micros) const;

 private:
  struct Item {
    bool live = false;
    std::int32_t other = 0;  // of an armed order its order id once it is fired
    double newest_micros = 0;
  };
  void set_live(Item& item, bool live);
  static bool is_needed(const Item& item, double since_micros) {
    return item.live || item.newest_micros >= since_micros;
  }

  std::unordered_map<std::int32_t, Item> orders_;
  std::unordered_map<std::int32_t, Item> armed_;
  std::size_t records_ = 0;
  std::size_t working_ = 0;
  double high_water_ = 0;
  std::int32_t last_arm_id_ = 0;
  double newest_micros_ = 0;
};

}  // namespace ibkr
