// What is particular to a journal whose records are stored in a mapped file; all else is the same either way
// (journal_test, journal_faults_test).
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <numeric>

#include "check.hpp"
#include "journal/journal_file.hpp"
#include "support/journal_run.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

const std::string kFirst = "orders.000001.journal";

const bool can_map = [] {
  const Folder folder;
  JournalFile file;
  const JournalFolder names({folder.path(), "orders", "127.0.0.1:4002", 7});
  if (file.create(folder.path() + "/try", names.head_of({}, 0), 1 << 20) == 0 && file.is_mapped())
    return true;
  std::printf("left out: no file can be mapped here\n");
  return false;
}();

std::vector<std::int32_t> numbers_to(std::int32_t last) {
  std::vector<std::int32_t> out(static_cast<std::size_t>(last));
  std::iota(out.begin(), out.end(), 1);
  return out;
}

int append_order(Journal& journal, std::int32_t id) {
  Bytes record = order_record(JournalKind::Intent, id);
  return journal.append(record);
}

void cut(const Folder& folder, std::size_t bytes) {
  CHECK_EQ(truncate((folder.path() + "/" + kFirst).c_str(), static_cast<off_t>(bytes)), 0);
}

TEST(
    "a process that is killed leaves room behind its records, which is no damage; one that closes leaves "
    "none") {
  if (!can_map) return;
  const Folder folder;
  const pid_t child = fork();
  if (child == 0) {
    Journal journal;
    JournalRecovery recovery;
    if (journal.open(options_in(folder), recovery)) _exit(1);
    for (std::int32_t id = 1; id <= 5; ++id)
      if (append_order(journal, id) != 0) _exit(2);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  const std::size_t record = order_record(JournalKind::Intent, 1).size();
  const std::size_t good = kJournalRecordsOffset + 5 * record;
  CHECK(folder.read(kFirst).size() > good);
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder), recovery));
    CHECK(recovery.damage.empty());
    CHECK_EQ(recovery.segment_bytes, good);
    CHECK(order_ids_in(recovery.taken) == numbers_to(5));
    CHECK_EQ(append_order(journal, 6), 0);
    CHECK_EQ(journal.close(), 0);
  }
  CHECK_EQ(folder.read("orders.000002.journal").size(), kJournalRecordsOffset + record);
}

TEST("killed at any byte of a record, a process leaves the records before it, and a torn tail") {
  const std::size_t room = 100'000;
  std::vector<MadeRecord> records;
  Random random(check::seed());
  for (int i = 0; i < 3; ++i) records.push_back(random_record(random));
  Bytes next = random_record(random).bytes;
  JournalFileHead head = JournalFolder(options_in(Folder()).name).head_of({JournalFileKind::Segment, 1}, 0);
  seal_journal_record(next, checksum_seed(head.kind, head.number), 3);
  const Bytes whole = make_file(records, head);
  const Folder folder;
  const JournalFolder journal({folder.path(), "orders", "127.0.0.1:4002", 7});
  for (std::size_t stored = 8; stored <= next.size(); ++stored) {
    const check::Note note("stored up to " + std::to_string(stored));
    Bytes file = whole;
    file.insert(file.end(), 8, std::byte{0});
    file.insert(file.end(), next.begin() + 8, next.begin() + static_cast<std::ptrdiff_t>(stored));
    const bool is_nothing = std::all_of(file.begin() + static_cast<std::ptrdiff_t>(whole.size()), file.end(),
                                        [](std::byte byte) { return byte == std::byte{0}; });
    file.resize(whole.size() + room);
    folder.write(kFirst, file);
    std::size_t count = 0, good = 0;
    std::vector<JournalDamage> damage;
    const auto take = [&](std::span<const std::byte>) { ++count; };
    REQUIRE(!scan_journal_file(journal, {JournalFileKind::Segment, 1}, take, damage, good));
    CHECK_EQ(count, records.size());
    CHECK_EQ(good, whole.size());
    if (!CHECK_EQ(damage.size(), is_nothing ? 0u : 1u) || is_nothing) continue;
    CHECK(damage[0].tail == JournalTail::Torn);
    CHECK_EQ(damage[0].offset, whole.size());
    CHECK(damage[0].lost_bytes <= stored);
  }
}

TEST("what is behind a torn record, or behind its room, is damage") {
  const Folder folder;
  const JournalFolder journal({folder.path(), "orders", "127.0.0.1:4002", 7});
  JournalFileHead head = journal.head_of({JournalFileKind::Segment, 1}, 0);
  Random random(check::seed());
  const std::vector<MadeRecord> records{random_record(random)};
  for (const std::size_t at : {std::size_t{40'000}, std::size_t{600'000}, std::size_t{2'000'000}}) {
    Bytes file = make_file(records, head);
    const std::size_t good = file.size();
    file.resize(at);
    file.push_back(std::byte{1});
    file.resize(at + 100);
    folder.write(kFirst, file);
    std::vector<JournalDamage> damage;
    std::size_t found = 0;
    REQUIRE(!scan_journal_file(
        journal, {JournalFileKind::Segment, 1}, [](auto) {}, damage, found));
    REQUIRE(damage.size() == 1);
    CHECK(damage[0].tail == JournalTail::Damaged);
    CHECK_EQ(damage[0].lost_bytes, file.size() - good);
  }
}

TEST("a file that somebody cuts costs what is cut off, and an error, and no process") {
  if (!can_map) return;
  const std::size_t record = order_record(JournalKind::Intent, 1).size();
  // The head, a record, none; the page that is stored to next, or one before it.
  for (const std::size_t left : {std::size_t{0}, std::size_t{700}, kJournalRecordsOffset + record}) {
    for (const std::int32_t count : {3, 100}) {
      const Folder folder;
      JournalOptions options = options_in(folder);
      options.own_thread = false;
      {
        Journal journal;
        JournalRecovery recovery;
        REQUIRE(!journal.open(options, recovery));
        for (std::int32_t id = 1; id <= count; ++id) CHECK_EQ(append_order(journal, id), 0);
        cut(folder, left);
        // In a page that is still there nobody sees it before somebody looks.
        if (count == 3 && left != 0) journal.maintain();
        CHECK_EQ(append_order(journal, 1000), EIO);
        CHECK_EQ(append_order(journal, 1001), EIO);
        journal.maintain();
        CHECK_EQ(append_order(journal, 1002), EIO);
        CHECK_EQ(journal.close(), EIO);
      }
      CHECK_EQ(folder.read(kFirst).size(), left);
      Journal again;
      JournalRecovery recovery;
      REQUIRE(!again.open(options, recovery));
      CHECK(order_ids_in(recovery.taken) == numbers_to(left > 700 ? 1 : 0));
      CHECK_EQ(append_order(again, 7), 0);
    }
  }
}

TEST("a file that has become longer than its mapping is written on") {
  const Folder folder;
  const JournalFolder journal({folder.path(), "orders", "127.0.0.1:4002", 7});
  std::int32_t count = 0;
  {
    JournalFile file;
    REQUIRE(file.create(folder.path() + "/" + kFirst, journal.head_of({JournalFileKind::Segment, 1}, 0),
                        3 * FileMapping::page_bytes()) == 0);
    while (file.bytes() < 10 * FileMapping::page_bytes()) {
      Bytes record = order_record(JournalKind::Intent, ++count);
      REQUIRE(file.append(record) == 0);
      file.prepare(file.bytes());
      CHECK(file.is_whole(file.bytes()));
    }
    file.finish();
    CHECK_EQ(folder.read(kFirst).size(), file.bytes());
  }
  Journal again;
  JournalRecovery recovery;
  REQUIRE(!again.open(options_in(folder), recovery));
  CHECK(recovery.damage.empty());
  CHECK(order_ids_in(recovery.taken) == numbers_to(count));
}

TEST("a journal of many pages reserves ahead, and none of it stays behind") {
  const Folder folder;
  JournalOptions options = options_in(folder, JournalSync::Never);
  options.own_thread = false;
  const std::int32_t count = 20'000;
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    for (std::int32_t id = 1; id <= count; ++id) {
      if (!CHECK_EQ(append_order(journal, id), 0)) return;
      if (id % 100 == 0) journal.maintain();
    }
  }
  Journal again;
  JournalRecovery recovery;
  REQUIRE(!again.open(options, recovery));
  CHECK(recovery.damage.empty());
  CHECK(order_ids_in(recovery.taken) == numbers_to(count));
  CHECK_EQ(folder.read(kFirst).size(), recovery.segment_bytes);
}

TEST("written records come back as stored ones do") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  for (int round = 0; round < 4; ++round) {
    options.mapped = round % 2 == 0;
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    CHECK(recovery.damage.empty());
    CHECK(order_ids_in(recovery.taken) == numbers_to(round * 10));
    for (std::int32_t i = 1; i <= 10; ++i) CHECK_EQ(append_order(journal, round * 10 + i), 0);
  }
}

}  // namespace
