// When an order of the same kind was sent last: exact within its window, or it says that it cannot be.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "risk/flat_index.hpp"

namespace ibkr {

/// Prints of orders with their times, oldest first. One that is full of prints younger than the window takes
/// no more: forgetting one would let its double through.
class RecentOrders {
 public:
  explicit RecentOrders(std::size_t most) : index_(most), ring_(most) {}

  /// When it was sent last, if that is remembered.
  std::optional<double> last(std::uint64_t print) const {
    const auto at = index_.find(print);
    return at ? std::optional(ring_[*at].time_ms) : std::nullopt;
  }

  /// Room for `more` prints at this time?
  bool has_room(double now_ms, double window_ms, std::size_t more) const {
    const std::size_t kept = head_ - tail_;
    for (std::size_t i = 0; kept + more - i > ring_.size(); ++i)
      if (i >= kept || now_ms - ring_[(tail_ + i) % ring_.size()].time_ms < window_ms) return false;
    return true;
  }

  /// Behind has_room(). Two old ones leave for each that comes, so that they do not pile up.
  void add(std::uint64_t print, double now_ms, double window_ms) {
    for (int i = 0; i < 2 && tail_ != head_; ++i) {
      const Entry& oldest = ring_[tail_ % ring_.size()];
      if (now_ms - oldest.time_ms < window_ms && head_ - tail_ < ring_.size()) break;
      forget_oldest();
    }
    const auto place = static_cast<std::uint32_t>(head_ % ring_.size());
    index_.remove(print);
    ring_[place] = {print, now_ms};
    static_cast<void>(index_.add(print, place));  // as many places as prints
    ++head_;
  }

  std::size_t capacity() const { return ring_.size(); }

 private:
  struct Entry {
    std::uint64_t print = 0;
    double time_ms = 0;
  };
  void forget_oldest() {
    const auto place = static_cast<std::uint32_t>(tail_ % ring_.size());
    // Sent again since: the index has the newer one.
    if (index_.find(ring_[place].print) == place) index_.remove(ring_[place].print);
    ++tail_;
  }

  FlatIndex index_;
  std::vector<Entry> ring_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace ibkr
