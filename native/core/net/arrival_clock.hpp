// When bytes arrived, on the clock that never steps: the kernel stamps them with the wall clock's time.
#pragma once

#include <cstdint>

namespace ibkr {

/// Moves a socket's stamps from CLOCK_REALTIME to CLOCK_MONOTONIC, whatever their age. Data may wait for
/// minutes (a stopped process, a full ring), and the wall clock may be set meanwhile: it is the difference of
/// the two clocks that tells, never the age. All times are nanoseconds. For one thread at a time.
class ArrivalClock {
 public:
  using Nanos = std::int64_t;

  /// Before the first byte: both clocks, now.
  void start(Nanos monotonic, Nanos realtime) {
    offset_ = realtime - monotonic;
    looked_ = arrived_ = monotonic;
  }

  /// The arrival on the monotonic clock of bytes that the kernel stamped with `stamp` and that have just been
  /// read; never later than `monotonic`. Read that clock first: a thread that is interrupted between the two
  /// then only ever sees the difference grow, and the later of two possible arrivals is the right one.
  ///
  /// Exact (of a clock that is slewed by 500 ppm: to 500 ppm of the age), also where the wall clock was set
  /// while the bytes waited. Off by at most as much as it was set by, and only where the bytes are older than
  /// that.
  Nanos arrival(Nanos stamp, Nanos monotonic, Nanos realtime) {
    const Nanos offset = realtime - monotonic;
    const Nanos moved = offset > offset_ ? offset - offset_ : offset_ - offset;
    const bool stepped = moved > kNoise + (monotonic - looked_) / kSlewed;
    // After a step the stamp is of the old time or of the new one. The old difference stays until a stamp is
    // of the new time: more of the backlog may be from before.
    const bool old = stepped && chosen_old(stamp - offset_, stamp - offset, monotonic);
    if (!old) {
      offset_ = offset;
      looked_ = monotonic;
    }
    const Nanos at = stamp - offset_;
    // A stamp of the future, and one of neither time: all that is known is that the bytes are here.
    const bool possible = at <= monotonic && (!stepped || at >= arrived_);
    return arrived_ = possible ? at : monotonic;
  }

 private:
  static constexpr Nanos kNoise = 50'000;  // what an interrupt between two looks makes of the difference
  static constexpr Nanos kSlewed = 2'000;  // a clock corrected without a step: one part in so many

  bool chosen_old(Nanos old, Nanos fresh, Nanos now) const {
    const bool old_possible = old >= arrived_ && old <= now;
    const bool fresh_possible = fresh >= arrived_ && fresh <= now;
    return old_possible && (!fresh_possible || old > fresh);
  }

  Nanos offset_ = 0;   // realtime less monotonic, of the stamps that come now
  Nanos looked_ = 0;   // when that was seen last
  Nanos arrived_ = 0;  // what arrival() said last
};

}  // namespace ibkr
