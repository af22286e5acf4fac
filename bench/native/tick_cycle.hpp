// What a paced feed sends on one connection, encoded once: a cycle of ticks in which only stamps are written
// anew.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "replies.hpp"

namespace bench {

/// A moment as seven digits, as many as the prices of most contracts have: units of 20 µs since the feed's
/// epoch, which lies kOffset before its start, so that the digits stay seven for three minutes. As a price it
/// is hundredths (12345.67), as a volume it is whole; the size that comes with a price follows from it, so that a torn quote shows.
class CycleStamp {
 public:
  static constexpr int64_t kUnit = 20;  ///< µs
  static constexpr int64_t kOffset = 1'000'000 * kUnit;

  explicit CycleStamp(int64_t micros) : units_(micros / kUnit) {
    int64_t digits = units_;
    for (int i = 6; i >= 0; --i, digits /= 10) digits_[size_t(i)] = char('0' + digits % 10);
    int64_t rest = size();
    for (int i = 2; i >= 0; --i, rest /= 10) size_[size_t(i)] = char('0' + rest % 10);
  }

  int64_t units() const { return units_; }
  double price() const { return double(units_) / 100; }
  int64_t size() const { return 100 + units_ % 900; }

  void write_volume(char* at) const { memcpy(at, digits_.data(), 7); }
  void write_size(char* at) const { memcpy(at, size_.data(), 3); }
  void write_price_text(char* at) const {
    memcpy(at, digits_.data(), 5);
    memcpy(at + 6, digits_.data() + 5, 2);
  }

 private:
  int64_t units_;
  std::array<char, 7> digits_;
  std::array<char, 3> size_;
};

/// What was sent, to the last tick; whole numbers, so that the order of adding does not matter.
struct CycleTotals {
  int64_t ticks = 0, prices = 0;
  int64_t stamp_sum = 0;   ///< of prices in hundredths and volumes
  int64_t size_sum = 0;    ///< of the sizes that came with prices
  int64_t newest_sum = 0;  ///< of the newest stamp of each field of each symbol
};

/// Four ticks for each symbol: bid, ask and last with their sizes, and the volume; for few symbols again and
/// again, so that a sending is one piece. Each field's round goes through the symbols in an order of its own.
class TickCycle {
 public:
  TickCycle(const Replies& replies, bool protobuf, const std::vector<int>& ids, uint32_t seed)
      : protobuf_(protobuf) {
    std::mt19937 random(seed);
    std::vector<int> order = ids;
    std::unordered_map<int, uint32_t> cells;  // of each symbol the first
    for (int id : ids) cells.emplace(id, uint32_t(cells.size()) * 4);
    newest_.assign(ids.size() * 4, 0);
    do {
      uint32_t nth = 0;
      for (int field : {1, 2, 4, 8}) {
        // Not std::shuffle, whose result is the library's affair.
        for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
        for (int id : order) append(replies, id, field, cells[id] + nth);
        ++nth;
      }
    } while (!ids.empty() && ticks_.size() < kFewest);
    ends_.push_back(bytes_.size());
  }

  /// Stamps the next ticks of the cycle, at most `count` and none beyond its end, and says how many.
  size_t stamp(size_t count, const CycleStamp& s) {
    from_ = at_;
    count = std::min(count, ticks_.size() - at_);
    double price = s.price();
    for (size_t end = at_ + count; at_ < end; ++at_) {
      const Tick& t = ticks_[at_];
      char* p = bytes_.data();
      newest_[t.cell] = s.units();
      totals_.stamp_sum += s.units();
      if (!t.size_at) {
        s.write_volume(p + t.stamp_at);
        continue;
      }
      if (protobuf_)
        memcpy(p + t.stamp_at, &price, sizeof price);
      else
        s.write_price_text(p + t.stamp_at);
      s.write_size(p + t.size_at);
      ++totals_.prices;
      totals_.size_sum += s.size();
    }
    totals_.ticks += int64_t(count);
    last_ = {bytes_.data() + ends_[from_], ends_[at_] - ends_[from_]};
    if (at_ == ticks_.size()) at_ = 0;
    return count;
  }

  /// The bytes of the ticks stamped last.
  std::string_view stamped() const { return last_; }

  CycleTotals totals() const {
    CycleTotals t = totals_;
    for (int64_t stamp : newest_) t.newest_sum += stamp;
    return t;
  }

 private:
  static constexpr size_t kFewest = 16384;

  struct Tick {
    uint32_t stamp_at;
    uint32_t size_at;  ///< 0 for a volume
    uint32_t cell;     ///< in newest_
  };

  void append(const Replies& replies, int id, int field, uint32_t cell) {
    size_t begin = bytes_.size();
    ends_.push_back(begin);
    if (field == 8) {
      replies.tick_size(bytes_, id, field, "7654321");
      ticks_.push_back({uint32_t(bytes_.find("7654321", begin)), 0, cell});
      return;
    }
    constexpr double kPrice = 12345.67;
    replies.tick_price(bytes_, id, field, "12345.67", kPrice, "777", 1);
    std::string_view mark = "12345.67";
    if (protobuf_) mark = {reinterpret_cast<const char*>(&kPrice), sizeof kPrice};
    size_t stamp_at = bytes_.find(mark, begin);
    ticks_.push_back({uint32_t(stamp_at), uint32_t(bytes_.find("777", stamp_at + mark.size())), cell});
  }

  bool protobuf_;
  std::string bytes_;
  std::vector<Tick> ticks_;
  std::vector<size_t> ends_;     ///< where each tick begins, and where the last one ends
  std::vector<int64_t> newest_;  ///< stamps by symbol and field
  std::string_view last_;
  size_t at_ = 0, from_ = 0;
  CycleTotals totals_;
};

}  // namespace bench
