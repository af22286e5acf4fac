// A disk that does not keep what it was given: fdatasync() of this program fails when it is told to. The
// linker takes this one before the C library's, so that the journal is the one that programs have.
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "check.hpp"
#include "orders/journal_gate.hpp"
#include "orders/order_outlet.hpp"
#include "support/journal_run.hpp"
#include "support/loopback.hpp"

namespace {
std::atomic<int> failure{0};
std::atomic<int> calls{0};
}  // namespace

extern "C" int fdatasync(int fd) {
  calls.fetch_add(1, std::memory_order_relaxed);
  if (const int error = failure.load(std::memory_order_relaxed)) {
    errno = error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace {

using namespace ibkr;
using namespace ibkr::test;

void set_failure(int error) { failure.store(error, std::memory_order_relaxed); }

TEST(
    "a failed sync fails the append that waited for it, and every one behind it until the journal is opened "
    "anew") {
  const Folder folder;
  Bytes record = order_record(JournalKind::Intent, 1);
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder, JournalSync::Always), recovery));
    const int before = calls.load(std::memory_order_relaxed);
    CHECK_EQ(journal.append(record), 0);
    CHECK(calls.load(std::memory_order_relaxed) > before);
    set_failure(EIO);
    CHECK_EQ(journal.append(record), EIO);
    // The disk may say yes the next time, of pages that it has dropped.
    set_failure(0);
    CHECK_EQ(journal.append(record), EIO);
    CHECK_EQ(journal.sync(), EIO);
    CHECK_EQ(journal.close(), EIO);
  }
  Journal again;
  JournalRecovery recovery;
  REQUIRE(!again.open(options_in(folder, JournalSync::Always), recovery));
  CHECK(recovery.records >= 1);
  CHECK_EQ(again.append(record), 0);
  CHECK_EQ(again.close(), 0);
}

TEST("with an interval the thread's failed sync stops what is appended afterwards") {
  const Folder folder;
  JournalOptions options = options_in(folder, JournalSync::Interval);
  options.interval_ms = 1;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  Bytes record = order_record(JournalKind::Intent, 1);
  set_failure(ENOSPC);
  int error = 0;
  for (int i = 0; i < 20'000 && error == 0; ++i) {
    error = journal.append(record);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  CHECK_EQ(error, ENOSPC);
  set_failure(0);
  CHECK_EQ(journal.append(record), ENOSPC);
  CHECK_EQ(journal.close(), ENOSPC);
}

TEST("an order whose record may not be on the disk does not leave, and neither does the next one") {
  const Folder folder;
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  auto journal = std::make_shared<Journal>();
  JournalRecovery recovery;
  REQUIRE(!journal->open(options_in(folder, JournalSync::Always), recovery));
  JournalGate gate(journal, 0);
  OrderOutlet outlet(c.connection.send_queue());
  outlet.set_gate(&gate);
  OrderFields fields;
  fields.order_ref = "acme:1";
  const IntentValues intent = IntentValues::of(fields);
  const auto send = [&](std::int32_t id) {
    return outlet.send({.id = id, .payload = "order", .intent = &intent}).outcome;
  };
  CHECK(send(1) == OrderOutcome::Sent);
  set_failure(EIO);
  CHECK(send(2) == OrderOutcome::Denied);
  set_failure(0);
  CHECK(send(3) == OrderOutcome::Denied);
  CHECK_EQ(gate.error(), EIO);
  CHECK_EQ(c.peer.receive(9), framed("order"));
  CHECK(!ready(c.peer.fd(), POLLIN, 0));
}

}  // namespace
