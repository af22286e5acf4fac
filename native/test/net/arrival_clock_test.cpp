#include "net/arrival_clock.hpp"

#include <string>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using test::Random;
using Nanos = ArrivalClock::Nanos;

constexpr Nanos kMicro = 1'000, kMilli = 1'000'000, kSecond = 1'000'000'000, kHour = 3600 * kSecond;

/// Two clocks that somebody turns, and the socket's stamps of them.
struct Clocks {
  Nanos monotonic = 5000 * kSecond;
  Nanos realtime = 1'800'000'000 * kSecond;
  ArrivalClock arrivals;

  Clocks() { arrivals.start(monotonic, realtime); }
  void pass(Nanos time) {
    monotonic += time;
    realtime += time;
  }
  void set(Nanos by) { realtime += by; }
  /// The arrival that is found for a stamp now.
  Nanos read(Nanos stamp) { return arrivals.arrival(stamp, monotonic, realtime); }
};

TEST("while nobody sets the wall clock every age is exact, of microseconds, 11 s, 10 min or a day") {
  for (const Nanos age : {Nanos{0}, 3 * kMicro, 9 * kSecond, 11 * kSecond, 600 * kSecond, 24 * kHour}) {
    const check::Note note(std::to_string(age) + " ns");
    Clocks clocks;
    clocks.pass(kSecond);
    const Nanos stamp = clocks.realtime, arrived = clocks.monotonic;
    clocks.pass(age);
    CHECK_EQ(clocks.read(stamp), arrived);
  }
}

TEST("a backlog of ten minutes is exact from its first stamp to its last") {
  Clocks clocks;
  const Nanos stamp = clocks.realtime, arrived = clocks.monotonic;
  clocks.pass(600 * kSecond);
  for (Nanos i = 0; i < 6000; ++i) {
    clocks.pass(kMicro);
    CHECK_EQ(clocks.read(stamp + i * kSecond / 10), arrived + i * kSecond / 10);
  }
}

TEST("the wall clock is set between arrival and read: forward or back, the arrival stays what it was") {
  for (const Nanos step : {kHour, -kHour, kSecond, -kSecond, 10 * kMilli, -10 * kMilli}) {
    const check::Note note(std::to_string(step) + " ns");
    Clocks clocks;
    clocks.pass(kSecond);
    CHECK_EQ(clocks.read(clocks.realtime), clocks.monotonic);
    clocks.pass(4 * kMilli);
    const Nanos stamp = clocks.realtime, arrived = clocks.monotonic;
    clocks.pass(kMilli);
    clocks.set(step);
    clocks.pass(kMilli);
    CHECK_EQ(clocks.read(stamp), arrived);
    // What comes next has stamps of the new time.
    for (int i = 0; i < 3; ++i) {
      clocks.pass(20 * kMilli);
      CHECK_EQ(clocks.read(clocks.realtime - 7 * kMicro), clocks.monotonic - 7 * kMicro);
    }
  }
}

TEST("the wall clock is set in the middle of a backlog: both halves keep their times") {
  for (const Nanos step : {kHour, -kHour}) {
    const check::Note note(std::to_string(step) + " ns");
    Clocks clocks;
    struct Bytes {
      Nanos stamp, arrived;
    } backlog[600];
    for (int i = 0; i < 600; ++i) {
      clocks.pass(kSecond);
      if (i == 300) clocks.set(step);
      backlog[i] = {clocks.realtime, clocks.monotonic};
    }
    for (const Bytes& bytes : backlog) {
      clocks.pass(2 * kMicro);
      CHECK_EQ(clocks.read(bytes.stamp), bytes.arrived);
    }
  }
}

TEST("the wall clock is set before the first byte, and twice between two") {
  Clocks clocks;
  clocks.set(-kHour);
  clocks.pass(kMilli);
  CHECK_EQ(clocks.read(clocks.realtime - kMicro), clocks.monotonic - kMicro);
  clocks.set(5 * kHour);
  clocks.pass(kMilli);
  clocks.set(-2 * kHour);
  clocks.pass(kMilli);
  CHECK_EQ(clocks.read(clocks.realtime - kMicro), clocks.monotonic - kMicro);
}

TEST("a clock that is slewed by 500 ppm has not been set, however long nothing came") {
  for (const Nanos direction : {1, -1}) {
    Clocks clocks;
    for (const Nanos idle : {kMilli, kSecond, 600 * kSecond, 10 * kHour, kMilli}) {
      clocks.monotonic += idle;
      clocks.realtime += idle + direction * idle / 2000;
      const Nanos arrived = clocks.monotonic;
      const Nanos stamp = clocks.realtime;
      clocks.monotonic += kSecond;
      clocks.realtime += kSecond + direction * kSecond / 2000;
      const Nanos off = clocks.read(stamp) - arrived;
      CHECK(off <= kSecond / 2000 && off >= -kSecond / 2000);
    }
  }
}

TEST("a thread interrupted between its looks at the clocks does not move the stamps") {
  Clocks clocks;
  Nanos previous = 0;
  for (int i = 0; i < 1000; ++i) {
    clocks.pass(kMilli);
    const Nanos interrupted = i % 3 == 0 ? 30 * kMilli : 0;
    const Nanos stamp = clocks.realtime - 5 * kMicro, arrived = clocks.monotonic - 5 * kMicro;
    const Nanos got = clocks.arrivals.arrival(stamp, clocks.monotonic, clocks.realtime + interrupted);
    CHECK_EQ(got, arrived);
    CHECK(got > previous);
    previous = got;
    clocks.pass(interrupted);
  }
}

TEST("also where the interrupt came at the very start") {
  ArrivalClock arrivals;
  arrivals.start(kSecond, kHour + kSecond + 40 * kMilli);
  CHECK_EQ(arrivals.arrival(kHour + 2 * kSecond - kMicro, 2 * kSecond, kHour + 2 * kSecond),
           2 * kSecond - kMicro);
}

TEST("a stamp of the future, or of no time there ever was, is now") {
  Clocks clocks;
  clocks.pass(kSecond);
  CHECK_EQ(clocks.read(clocks.realtime + kSecond), clocks.monotonic);
  CHECK_EQ(clocks.read(clocks.realtime + 1), clocks.monotonic);
  clocks.pass(kSecond);
  clocks.set(kHour);
  CHECK_EQ(clocks.read(clocks.realtime + kHour), clocks.monotonic);
  clocks.pass(kSecond);
  CHECK_EQ(clocks.read(clocks.realtime), clocks.monotonic);
  clocks.set(kHour);
  CHECK_EQ(clocks.read(clocks.realtime - 9 * kHour), clocks.monotonic);
}

TEST("in random backlogs no arrival lies behind now, and none is off by more than the clock was set") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(300, 60); ++round) {
    const check::Note note("round " + std::to_string(round));
    Clocks clocks;
    for (int backlog = 0; backlog < 20; ++backlog) {
      struct Bytes {
        Nanos stamp, arrived;
      };
      std::vector<Bytes> waiting;
      const std::uint64_t gap = static_cast<std::uint64_t>(random.one_in(3) ? kHour : kMilli);
      const std::uint64_t count = 1 + random.below(12), set_at = random.below(2 * count);
      Nanos step = 0;
      for (std::uint64_t i = 0; i < count; ++i) {
        clocks.pass(static_cast<Nanos>(random.below(gap)));
        if (i == set_at) clocks.set(step = random.between(-2 * kHour, 2 * kHour));
        waiting.push_back({clocks.realtime, clocks.monotonic});
      }
      for (const Bytes& bytes : waiting) {
        clocks.pass(static_cast<Nanos>(random.below(kMicro)));
        const Nanos got = clocks.read(bytes.stamp);
        CHECK(got <= clocks.monotonic);
        CHECK(got - bytes.arrived <= (step < 0 ? -step : step));
        CHECK(bytes.arrived - got <= (step < 0 ? -step : step));
      }
      // What has only just come is exact, and with it the new time is known.
      CHECK_EQ(clocks.read(clocks.realtime), clocks.monotonic);
    }
  }
}

}  // namespace
