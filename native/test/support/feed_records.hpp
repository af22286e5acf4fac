// Records of a subscription as the decoders write them, each in memory of its own.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "ring/record.hpp"
#include "wire/unset.hpp"

namespace ibkr::test {

/// One record, with as many slots as it takes.
class FeedRecord {
 public:
  FeedRecord(RecordKind kind, std::int32_t field, std::int32_t aux, std::initializer_list<double> values,
             std::initializer_list<std::string_view> strings = {})
      : FeedRecord(kind, field, aux, values.size() * sizeof(double) + bytes_of(strings)) {
    char* at = bytes();
    for (const double value : values) at = put(at, &value, sizeof value);
    for (const std::string_view text : strings) {
      const auto length = static_cast<std::uint16_t>(text.size());
      at = put(put(at, &length, sizeof length), text.data(), length);
    }
  }
  /// A TickString.
  FeedRecord(std::int32_t field, std::string_view text)
      : FeedRecord(RecordKind::TickString, field, static_cast<std::int32_t>(text.size()), text.size()) {
    put(bytes(), text.data(), text.size());
  }

  const Record& get() const { return slots_.front(); }
  operator const Record&() const { return get(); }
  Record& head() { return slots_.front(); }
  std::string_view all_bytes() const {
    return {reinterpret_cast<const char*>(slots_.data()), slots_.size() * sizeof(Record)};
  }

 private:
  FeedRecord(RecordKind kind, std::int32_t field, std::int32_t aux, std::size_t content)
      : slots_((kBytesOffset + content + kSlotBytes - 1) / kSlotBytes) {
    head().kind = kind;
    head().slots = static_cast<std::uint16_t>(slots_.size());
    head().req_id = 1;
    head().field = field;
    head().aux = aux;
  }
  static std::size_t bytes_of(std::initializer_list<std::string_view> strings) {
    std::size_t sum = 0;
    for (const std::string_view text : strings) sum += sizeof(std::uint16_t) + text.size();
    return sum;
  }
  static char* put(char* at, const void* from, std::size_t count) {
    if (count != 0) std::memcpy(at, from, count);
    return at + count;
  }
  char* bytes() { return reinterpret_cast<char*>(slots_.data()) + kBytesOffset; }

  std::vector<Record> slots_;
};

inline FeedRecord price_tick(std::int32_t field, double price, double size = 100, std::int32_t mask = 0) {
  return {RecordKind::TickPrice, field, mask, {price, size}};
}
inline FeedRecord size_tick(std::int32_t field, double size) {
  return {RecordKind::TickSize, field, 0, {size}};
}
inline FeedRecord all_last(double price, double size, std::int32_t mask = 0,
                           std::string_view conditions = {}) {
  return {RecordKind::TickByTickAllLast, 2, mask, {1000, price, size}, {"ARCA", conditions}};
}
inline FeedRecord rt_trade(double price, double size) {
  return {RecordKind::RtTrade, 48, 1, {1'000'000, price, size, 5000, 10}};
}
inline FeedRecord bid_ask(double bid, double ask, double bid_size = 100, double ask_size = 100) {
  return {RecordKind::TickByTickBidAsk, 3, 0, {1000, bid, ask, bid_size, ask_size}};
}
inline FeedRecord mid_point(double price) { return {RecordKind::TickByTickMidPoint, 4, 0, {1000, price}}; }

/// One of each kind that a feed has.
inline std::vector<FeedRecord> one_of_each() {
  return {price_tick(1, 10),
          size_tick(0, 5),
          FeedRecord(45, "1700000000"),
          {RecordKind::TickGeneric, 24, 0, {0.3}},
          {RecordKind::TickOptionComputation, 13, 0, {1, 2, 3, 4, 5, 6, 7, 8}},
          all_last(10, 5),
          bid_ask(9, 11),
          mid_point(10),
          {RecordKind::MarketDepth, 0, 0, {10, 5}},
          {RecordKind::MarketDepthL2, 0, 0, {10, 5}, {"NSDQ"}},
          {RecordKind::RealTimeBar, 4, 0, {1, 2, 3, 4, 5, 6, 7, 8}},
          rt_trade(10, 5)};
}

}  // namespace ibkr::test
