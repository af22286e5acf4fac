#include "journal/journal.hpp"

#include <errno.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <numeric>
#include <thread>

#include "check.hpp"
#include "support/journal_run.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr JournalSync kPolicies[] = {JournalSync::Always, JournalSync::Interval, JournalSync::Never};

TEST("what was appended is there when the journal is opened again, under every policy") {
  for (const JournalSync sync : kPolicies) {
    const Folder folder;
    for (int round = 0; round < 3; ++round) {
      Journal journal;
      JournalRecovery recovery;
      REQUIRE(!journal.open(options_in(folder, sync), recovery));
      CHECK_EQ(recovery.records, round * 10u);
      CHECK_EQ(recovery.working, round * 10u);
      CHECK_EQ(recovery.high_water, round == 0 ? 0 : round * 10 + 1.0);
      CHECK(recovery.damage.empty());
      std::vector<std::int32_t> expected(round * 10u);
      std::iota(expected.begin(), expected.end(), 1);
      CHECK(order_ids_in(recovery.taken) == expected);
      for (int i = 1; i <= 10; ++i) {
        Bytes record = order_record(JournalKind::Intent, round * 10 + i);
        CHECK_EQ(journal.append(record), 0);
      }
      CHECK_EQ(journal.stats().records, 10u);
      if (sync == JournalSync::Always) CHECK_EQ(journal.stats().syncs, 10u);
      CHECK_EQ(journal.close(), 0);
      Bytes late = order_record(JournalKind::Intent, 99);
      CHECK_EQ(journal.append(late), EBADF);
    }
  }
}

TEST("an interval passes, and what was appended is with the disk") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.interval_ms = 1;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  Bytes record = order_record(JournalKind::Intent, 1);
  CHECK_EQ(journal.append(record), 0);
  for (int i = 0; i < 10'000 && journal.stats().syncs == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK_EQ(journal.stats().syncs, 1u);
}

TEST("under `never` nothing is synced") {
  const Folder folder;
  JournalOptions options = options_in(folder, JournalSync::Never);
  options.own_thread = false;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  Bytes record = order_record(JournalKind::Intent, 1);
  CHECK_EQ(journal.append(record), 0);
  journal.maintain();
  CHECK_EQ(journal.stats().syncs, 0u);
}

TEST("what is no record is not written") {
  const Folder folder;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options_in(folder), recovery));
  Bytes record = order_record(JournalKind::Intent, 1);
  record.resize(record.size() - 8);
  CHECK_EQ(journal.append(record), EINVAL);
  CHECK_EQ(journal.append({}), EINVAL);
  CHECK_EQ(journal.stats().records, 0u);
}

TEST("a journal that nothing was written to leaves no file") {
  const Folder folder;
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder), recovery));
  }
  CHECK(folder.files() == std::vector<std::string>{"orders.lock"});
}

TEST("a long file is followed by a new one, and what still works is carried over") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.own_thread = false;
  options.rotate_bytes = 4096;
  options.keep_files = 2;
  options.keep_micros = 0;
  std::map<std::int32_t, bool> working;
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    for (int id = 1; id <= 400; ++id) {
      Bytes intent = order_record(JournalKind::Intent, id, id);
      CHECK_EQ(journal.append(intent), 0);
      working[id] = id % 20 == 0;
      Bytes end = order_record(JournalKind::Done, id, id);
      if (!working[id]) CHECK_EQ(journal.append(end), 0);
      journal.maintain();
    }
    const JournalStats stats = journal.stats();
    CHECK(stats.rotations > 5);
    CHECK_EQ(stats.carry_overs, stats.rotations);
    CHECK_EQ(stats.failures, 0u);
  }
  // Two segments for people, the newest, the base in front of it, the lock.
  CHECK_EQ(folder.files().size(), 5u);
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  CHECK_EQ(recovery.high_water, 401.0);
  CHECK_EQ(recovery.working, 20u);
  CHECK(recovery.records < 200);
  std::vector<std::int32_t> expected;
  for (const auto& [id, works] : working)
    if (works) expected.push_back(id);
  std::vector<std::int32_t> found = order_ids_in(recovery.taken);
  std::erase_if(found, [&](std::int32_t id) { return !working[id]; });  // the last one is not old yet
  CHECK(found == expected);
}

TEST("the thread begins new files by itself") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.rotate_bytes = 4096;
  options.interval_ms = 1;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  std::int32_t id = 0;
  for (int i = 0; i < 10'000 && journal.stats().carry_overs < 3; ++i) {
    for (int k = 0; k < 10; ++k) {
      Bytes record = order_record(JournalKind::Intent, ++id);
      CHECK_EQ(journal.append(record), 0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(journal.stats().carry_overs >= 3);
  CHECK_EQ(journal.close(), 0);
  Journal again;
  REQUIRE(!again.open(options, recovery));
  CHECK_EQ(recovery.working, static_cast<std::size_t>(id));
}

TEST("many small files become one, and an arm id never comes again") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.own_thread = false;
  options.keep_files = 0;
  options.keep_micros = 0;
  for (int round = 0; round < 9; ++round) {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    JournalHead head;
    head.kind = JournalKind::Armed;
    head.arm_id = round + 1;
    Bytes armed = make_record(head);
    CHECK_EQ(journal.append(armed), 0);
    head.kind = JournalKind::Disarmed;
    head.time_micros = 5;
    Bytes disarmed = make_record(head);
    CHECK_EQ(journal.append(disarmed), 0);
    head = {};
    head.kind = JournalKind::SessionBegin;
    head.time_micros = 100;
    Bytes begin = make_record(head);
    CHECK_EQ(journal.append(begin), 0);
    journal.maintain();
  }
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  CHECK(recovery.files <= 3);
  CHECK_EQ(recovery.last_arm_id, 9);
  CHECK_EQ(recovery.working, 0u);
}

TEST(
    "records of two threads, a sync and new files beside them: all of them come back, each thread's in "
    "order") {
  for (const JournalSync sync : {JournalSync::Interval, JournalSync::Always}) {
    const Folder folder;
    JournalOptions options = options_in(folder, sync);
    options.interval_ms = 1;
    options.rotate_bytes = 16'384;
    const int count = sync == JournalSync::Always ? 100 : check::scaled(20'000, 2'000);
    {
      Journal journal;
      JournalRecovery recovery;
      REQUIRE(!journal.open(options, recovery));
      const auto append = [&](int first) {
        for (int i = 0; i < count; ++i) {
          Bytes record = order_record(JournalKind::Intent, first + i);
          CHECK_EQ(journal.append(record), 0);
        }
      };
      std::thread other(append, 1'000'001);
      append(1);
      other.join();
    }
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    CHECK(recovery.damage.empty());
    int low = 0, high = 1'000'000;
    for (const std::int32_t id : order_ids_in(recovery.taken)) {
      int& last = id > 1'000'000 ? high : low;
      if (!CHECK_EQ(id, last + 1)) return;
      last = id;
    }
    CHECK_EQ(low, count);
    CHECK_EQ(high, 1'000'000 + count);
  }
}

TEST("how long an append and an open take (printed)") {
  using Clock = std::chrono::steady_clock;
  const auto nanos_since = [](Clock::time_point from) {
    return static_cast<double>(std::chrono::nanoseconds(Clock::now() - from).count());
  };
  for (const JournalSync sync : kPolicies) {
    const Folder folder;
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder, sync), recovery));
    std::vector<double> took;
    for (int i = 0; i < (sync == JournalSync::Always ? 100 : check::scaled(200'000, 2'000)); ++i) {
      Bytes record = order_record(JournalKind::Intent, i + 1);
      const auto from = Clock::now();
      const int error = journal.append(record);
      took.push_back(nanos_since(from));
      if (!CHECK_EQ(error, 0)) return;
    }
    std::sort(took.begin(), took.end());
    const auto at = [&took](double share) {
      return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))] / 1e3;
    };
    std::printf("append, sync %d: p50 %.2f µs, p99 %.2f µs, p99.9 %.2f µs, max %.0f µs\n",
                static_cast<int>(sync), at(0.5), at(0.99), at(0.999), at(1));
  }
  const Folder folder;
  const std::size_t count = check::scaled(1'000'000, 10'000);
  JournalOptions options = options_in(folder, JournalSync::Never);
  options.own_thread = false;  // one long file
  options.keep_micros = 0;
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    constexpr JournalKind kinds[] = {JournalKind::Intent, JournalKind::Sent, JournalKind::Status,
                                     JournalKind::Done};
    for (std::size_t i = 0; i < count; ++i) {
      const auto id = static_cast<std::int32_t>(i / 4 + 1);
      const bool stays = id % 1000 == 0 && i % 4 == 3;
      Bytes record = order_record(stays ? JournalKind::Status : kinds[i % 4], id, id);
      if (journal.append(record) != 0) return;
    }
  }
  Journal journal;
  JournalRecovery recovery;
  const auto from = Clock::now();
  const std::clock_t busy_from = std::clock();
  REQUIRE(!journal.open(options, recovery));
  const double busy = static_cast<double>(std::clock() - busy_from) / CLOCKS_PER_SEC;
  const double seconds = nanos_since(from) / 1e9;
  CHECK_EQ(recovery.records, count);
  CHECK_EQ(recovery.working, count / 4000);
  std::printf("open of %zu records: %.3f s (%.3f s of processor), %zu working\n", count, seconds, busy,
              recovery.working);
}

}  // namespace
