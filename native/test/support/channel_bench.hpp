// A channel and its consumer, for tests of what happens when the ring is full.
#pragma once

#include <string_view>
#include <vector>

#include "check.hpp"
#include "market/record_writer.hpp"
#include "ring/channel.hpp"
#include "support/ring_reader.hpp"
#include "wire/unset.hpp"

namespace ibkr::test {

inline constexpr std::int32_t kBid = 1, kAsk = 2, kLast = 4, kLastSize = 5;

/// A channel with its consumer. Every record pushed carries its number in `received_micros`.
class ChannelBench {
 public:
  explicit ChannelBench(FullPolicy policy, std::uint32_t capacity = 64)
      : memory_(capacity), channel_(memory_.ring(), policy) {}

  void price(std::int32_t req_id, std::int32_t type, double price, double size = kUnset) {
    write_numbers(channel_, {RecordKind::TickPrice, req_id, type, 0}, pushed_++,
                  TickPriceValues{price, size});
  }
  void size(std::int32_t req_id, std::int32_t type, double size) {
    write_numbers(channel_, {RecordKind::TickSize, req_id, type, 0}, pushed_++, TickSizeValues{size});
  }
  void text(std::int32_t req_id, std::int32_t type, std::string_view value) {
    channel_.push_bytes(RecordKind::TickString, req_id, type, pushed_++, value);
  }
  void depth(std::int32_t req_id, double price) {
    write_numbers(channel_, {RecordKind::MarketDepth, req_id, 0, 0}, pushed_++, MarketDepthValues{price, 1});
  }
  void order_status(std::int32_t order_id) {
    CHECK(write_mixed(channel_, {RecordKind::OrderStatus, order_id, 0, 0, 6}, pushed_++,
                      OrderStatusValues{0, 1, 2, 3, 4, 5}, {"Submitted", ""}));
  }
  void cold(std::int32_t id, std::string_view bytes) {
    channel_.push_bytes(RecordKind::Cold, 0, id, pushed_++, bytes);
  }

  void raw(std::string_view bytes) { channel_.push_bytes(RecordKind::Raw, 0, 1, pushed_++, bytes); }

  /// Depth rows until the ring takes no more; returns how many.
  std::size_t fill_ring() {
    std::size_t n = 0;
    for (const std::uint64_t before = overflowed(); overflowed() == before; ++n) depth(0, 0);
    return n;
  }
  std::vector<Seen> read() {
    channel_.publish();
    auto out = reader_.drain();
    CHECK_EQ(reader_.broken(), "");
    return out;
  }
  /// As JavaScript and the reader in turn, until nothing is left.
  std::vector<Seen> read_all() {
    std::vector<Seen> out;
    for (;;) {
      auto some = read();
      if (some.empty()) return out;
      for (Seen& record : some) out.push_back(std::move(record));
    }
  }
  Channel& channel() { return channel_; }
  RingReader& reader() { return reader_; }
  std::uint64_t pushed() const { return static_cast<std::uint64_t>(pushed_); }
  std::uint64_t conflated() const { return channel_.counters().conflated.load(); }
  std::uint64_t dropped() const { return channel_.counters().dropped.load(); }
  std::uint64_t overflowed() const { return channel_.counters().overflowed.load(); }

 private:
  RingMemory memory_;
  Channel channel_;
  RingReader reader_{memory_, &channel_.spill()};
  double pushed_ = 0;
};

inline bool must_stay(const Seen& record) { return record.kind >= RecordKind::TickByTickAllLast; }

}  // namespace ibkr::test
