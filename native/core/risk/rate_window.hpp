// How many events there were in the last milliseconds, exactly, in a step that does not depend on how many.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ibkr {

/// A ring of the newest times, which never fall. With a limit of n it is enough to look at the n-th newest.
class RateWindow {
 public:
  static constexpr std::size_t kMost = 1024;  ///< a higher limit counts as this one

  void add(double now_ms) { times_[count_++ % kMost] = now_ms; }

  /// Events later than now − window, at most kMost. By halving, for there may be a thousand.
  std::size_t within(double now_ms, double window_ms) const {
    std::size_t low = 0, high = static_cast<std::size_t>(std::min<std::uint64_t>(count_, kMost));
    while (low < high) {
      const std::size_t mid = (low + high) / 2;
      if (newest(mid) > now_ms - window_ms) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    return low;
  }

  /// Would `more` events now be more than `limit`?
  bool exceeds(double now_ms, double window_ms, double limit, std::size_t more) const {
    if (!(limit < static_cast<double>(kMost))) {
      if (limit > static_cast<double>(kMost) * 1e9) return false;  // no limit
      limit = static_cast<double>(kMost);
    }
    const auto most = static_cast<std::size_t>(limit < 0 ? 0 : limit);
    if (more > most) return true;
    // The oldest of those that may still be within: were it, there would be one too many.
    const std::size_t at = most - more;
    return at < kMost && at < count_ && newest(at) > now_ms - window_ms;
  }

  void clear() { count_ = 0; }

 private:
  double newest(std::size_t back) const { return times_[(count_ - 1 - back) % kMost]; }

  std::array<double, kMost> times_{};
  std::uint64_t count_ = 0;
};

}  // namespace ibkr
