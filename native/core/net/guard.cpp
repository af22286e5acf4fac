#include "net/guard.hpp"

#include <poll.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace ibkr {

namespace {
// With nothing to read for this many checks the thread sleeps on the socket instead of on a timer.
constexpr int kChecksBeforeParking = 100;
// While a full ring is being drained, or the lock is taken: look again after this long.
constexpr std::int64_t kRetryMicros = 1000;
// Where nobody drains it, each look is twice as late as the one before, up to this. Who drains it says so.
constexpr std::int64_t kMostRetryMicros = 64'000;
// A check costs the loop some of its cache: where a feed is sparse (fewer turns of the loop than this since
// the last check) they are spread out, up to kSparseFactor times stall_micros apart.
constexpr std::uint32_t kDenseTurns = 4;
constexpr std::int64_t kSparseFactor = 8;
#if defined(__linux__) && defined(SYS_sched_setattr) && defined(SYS_sched_getattr)
struct SchedAttributes {
  std::uint32_t size, policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime, deadline, period;
};
#endif

// The thread runs for microseconds at a time, and mostly when others keep the processors busy: a short slice
// lets it in ahead of them (Linux 6.12 and newer). Policy, priority and, unless asked for, the nice value
// stay what the operator gave the process; under another policy than SCHED_OTHER nothing is touched.
void adjust_scheduling(std::optional<int> nice) {
#if defined(__linux__) && defined(SYS_sched_setattr) && defined(SYS_sched_getattr)
  SchedAttributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != 0) return;  // 0: SCHED_OTHER
  attributes.size = sizeof attributes;
  attributes.runtime = 100'000;  // nanoseconds; the least the kernel takes
  if (nice) attributes.nice = *nice;
  syscall(SYS_sched_setattr, 0, &attributes, 0);
#else
  static_cast<void>(nice);
#endif
}
}  // namespace

Guard::Guard(Connection& connection, const GuardOptions& options, std::function<void()> wake)
    : connection_(connection), options_(options), wake_(std::move(wake)) {}

int Guard::start() {
  if (const int error = nudges_.open()) return error;
  return thread_.start<&Guard::run>(this);
}

void Guard::stop() {
  stop_.store(true, std::memory_order_release);  // release: pairs with the thread's acquire
  if (thread_.there()) nudges_.wake();
}

bool Guard::try_join() {
  if (thread_.there() && !finished()) return false;
  return thread_.try_join();
}

Guard::~Guard() {
  stop();
  thread_.join();
}

void Guard::run() {
  adjust_scheduling(options_.nice);
  if (options_.duty == GuardDuty::Read)
    read_always();
  else
    watch();
  // release: who sees the flag sees everything that this thread did.
  finished_.store(true, std::memory_order_release);
  wake_();
}

void Guard::watch() {
  while (!stopping() && !connection_.stream().ended()) {
    wait(true, -1);  // parked: the next byte wakes us, and the loop with us
    bool was_waiting = false;
    std::uint64_t reads_then = 0;
    std::uint32_t turns_then = loop_turns_.load(std::memory_order_relaxed);  // relaxed: as in loop_returned()
    std::int64_t pause = options_.stall_micros;
    for (int quiet = 0; quiet < kChecksBeforeParking && !stopping();) {
      // relaxed: whether it has moved is all that counts, now or at the next check.
      const std::uint64_t reads_now = connection_.stream().counters().reads.load(std::memory_order_relaxed);
      const bool waiting = wait(true, 0);
      // The same bytes were there a check ago and nobody has read since: the loop is busy with something
      // else.
      if (waiting && was_waiting && reads_now == reads_then) {
        take_over();
        was_waiting = false;
      } else {
        was_waiting = waiting;
      }
      quiet = waiting || reads_now != reads_then ? 0 : quiet + 1;
      const std::uint32_t turns_now = loop_turns_.load(std::memory_order_relaxed);  // relaxed: as above
      const bool dense = waiting || turns_now - turns_then >= kDenseTurns;
      turns_then = turns_now;
      pause = dense ? options_.stall_micros : std::min(pause * 2, options_.stall_micros * kSparseFactor);
      reads_then = reads_now;
      if (connection_.stream().ended()) return;
      wait(false, pause);
    }
  }
}

void Guard::take_over() {
  takeovers_.store(takeovers_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // one writer
  const std::uint32_t turns = loop_turns_.load(std::memory_order_relaxed);  // relaxed: as in loop_returned()
  retry_micros_ = kRetryMicros;
  while (!stopping() && loop_turns_.load(std::memory_order_relaxed) == turns) {
    const Connection::Turn turn = drain();
    if (turn == Connection::Turn::Ended) return;
    // Of an order that was sent here: the loop, which would see when the socket is writable, is busy.
    if (connection_.send_queue().has_unsent()) connection_.send_queue().flush();
    if (turn == Connection::Turn::Blocked) {
      wait_for_room(turns);
    } else {
      retry_micros_ = kRetryMicros;
      wait(true, kRetryMicros);
    }
  }
}

void Guard::wait_for_room(std::uint32_t turns) {
  // relaxed: written with the reader lock held, which this thread has had since, or will have.
  const std::uint64_t stops = connection_.stream().counters().full_ring_stops.load(std::memory_order_relaxed);
  if (stops != stops_then_) retry_micros_ = kRetryMicros;  // some of it went on since
  stops_then_ = stops;
  // seq_cst, as in loop_returned(): the loop finds that we wait, or we find that it is back.
  waits_for_room_.store(true, std::memory_order_seq_cst);
  if (loop_turns_.load(std::memory_order_seq_cst) == turns) wait(false, retry_micros_);
  waits_for_room_.store(false, std::memory_order_relaxed);  // relaxed: a nudge too many costs nothing
  retry_micros_ = std::min(retry_micros_ * 2, kMostRetryMicros);
}

void Guard::read_always() {
  retry_micros_ = kRetryMicros;
  while (!stopping()) {
    const std::uint32_t turns =
        loop_turns_.load(std::memory_order_relaxed);  // relaxed: as in loop_returned()
    const Connection::Turn turn = drain();
    if (turn == Connection::Turn::Ended) return;
    const std::int64_t to_next_bar = micros_to_next_bar();
    if (turn == Connection::Turn::Blocked || to_next_bar == 0) {
      wait_for_room(turns);
    } else {
      retry_micros_ = kRetryMicros;
      wait(true, to_next_bar);
    }
  }
}

/// Until the clock closes one, though nothing comes and the loop is busy; -1: none is open; 0: a notice waits
/// for room.
std::int64_t Guard::micros_to_next_bar() {
  constexpr double kMost = 1e9;
  const double at = connection_.stream().desk().next_bars_micros();
  if (!std::isfinite(at)) return -1;
  return static_cast<std::int64_t>(std::clamp(std::ceil(at - monotonic_micros()), 0.0, kMost));
}

Connection::Turn Guard::drain() {
  Connection::Turn turn = Connection::Turn::More;
  while (turn == Connection::Turn::More && !stopping()) {
    {
      const ReaderLock::Held held = connection_.reader_lock().try_take();
      if (!held) return Connection::Turn::Blocked;  // the loop reads at this moment
      turn = connection_.read_once();
    }
    reads_.store(reads_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // one writer
    connection_.serve_wishes();
    // With the lock free: the loop may want to read as soon as it wakes.
    // Also if nothing is unread: the loop may have drained the ring before it could see that something waits.
    StreamReader& stream = connection_.stream();
    if (stream.channel().ring().has_unread() || stream.wants_room() ||
        std::isfinite(stream.desk().next_due_micros()))
      wake_();
  }
  return turn;
}

bool Guard::wait(bool for_socket, std::int64_t micros) {
  pollfd fds[2] = {{nudges_.fd(), POLLIN, 0}, {connection_.fd(), POLLIN, 0}};
#if defined(__linux__)
  const timespec limit{micros / 1'000'000, micros % 1'000'000 * 1000};
  ppoll(fds, for_socket ? 2 : 1, micros < 0 ? nullptr : &limit, nullptr);
#else
  poll(fds, for_socket ? 2 : 1, micros < 0 ? -1 : static_cast<int>((micros + 999) / 1000));
#endif
  if ((fds[0].revents & POLLIN) != 0) nudges_.drain();
  return for_socket && (fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

}  // namespace ibkr
