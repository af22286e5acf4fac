// A block of encoded ticks, written once and sent again and again: a flood must not be limited by its own
// encoder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "replies.hpp"

namespace bench {

/// What a receiver must have seen after a burst. The sums are made in the order of sending, so that a client
/// that adds in the order of arrival gets the very same doubles.
struct Checksums {
  int64_t ticks = 0;
  int64_t prices = 0;  ///< TICK_PRICE frames
  int64_t bids = 0;    ///< of these, bids: clients differ in whether they derive a size event from a bid
  double price_sum = 0;
  double size_sum = 0;      ///< of TICK_PRICE and TICK_SIZE frames
  double bid_size_sum = 0;  ///< of the bids among them
  double id_sum = 0;        ///< of the request ids of TICK_PRICE frames
};

class TickBlock {
 public:
  /// Three TICK_PRICE (bid, ask, last) to one TICK_SIZE (volume, or one of the three sizes), over random
  /// symbols.
  TickBlock(const Replies& replies, const std::vector<int>& ids, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<int> cents(ids.size());
    for (int& c : cents) c = 1'000 + int(random() % 50'000);
    ticks_.reserve(kTicks);
    for (int i = 0; i < kTicks; ++i) {
      size_t symbol = random() % ids.size();
      Tick t{ids[symbol], 0, 0, 0, false};
      char size[24];
      if (i % 4 < 3) {
        constexpr int kFields[] = {kBid, 2, 4};
        int& c = cents[symbol];
        c = std::max(100, c + int(random() % 11) - 5);
        t.field = kFields[i % 4];
        t.has_price = true;
        t.price = double(c) / 100;
        t.size = double(100 * (1 + random() % 99));
        char price[24];
        // Prices as a gateway writes them: no trailing zeros.
        snprintf(price, sizeof price, "%.10g", t.price);
        snprintf(size, sizeof size, "%.0f", t.size);
        replies.tick_price(bytes_, t.id, t.field, price, t.price, size, 1);
      } else {
        constexpr int kFields[] = {8, 0, 3, 5};
        t.field = kFields[(i / 4) % 4];
        t.size = t.field == 8 ? double(1'000'000 + random() % 90'000'000) : double(100 * (1 + random() % 99));
        snprintf(size, sizeof size, "%.0f", t.size);
        replies.tick_size(bytes_, t.id, t.field, size);
      }
      ticks_.push_back(t);
    }
  }

  const std::string& bytes() const { return bytes_; }

  /// What `blocks` sendings of the block come to.
  Checksums expect(int64_t blocks) const {
    Checksums c;
    for (int64_t b = 0; b < blocks; ++b)
      for (const Tick& t : ticks_) {
        ++c.ticks;
        c.size_sum += t.size;
        if (!t.has_price) continue;
        ++c.prices;
        c.price_sum += t.price;
        c.id_sum += t.id;
        if (t.field != kBid) continue;
        ++c.bids;
        c.bid_size_sum += t.size;
      }
    return c;
  }

  static constexpr int kTicks = 16384;

 private:
  static constexpr int kBid = 1;
  struct Tick {
    int id;
    int field;
    double price;
    double size;
    bool has_price;
  };
  std::string bytes_;
  std::vector<Tick> ticks_;
};

}  // namespace bench
