#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "check.hpp"
#include "support/journal_run.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Runs in a process of its own, which is ended after it. What it returns.
template <typename Body>
int in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST("a process that is killed in the middle of appending loses no record whose append has returned") {
  Random random(check::seed());
  const Folder folder;
  JournalOptions options = options_in(folder, JournalSync::Never);
  std::int32_t appended = 0;
  for (int round = 0; round < check::scaled(40, 10); ++round) {
    options.mapped = round % 4 != 0;
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
      Journal journal;
      JournalRecovery recovery;
      options.rotate_bytes = 32'768;
      options.interval_ms = 1;
      if (journal.open(options, recovery)) _exit(1);
      for (std::int32_t id = appended + 1;; ++id) {
        Bytes record = order_record(JournalKind::Intent, id);
        if (journal.append(record) != 0) _exit(2);
        if (write(ends[1], &id, sizeof id) != sizeof id) _exit(3);
      }
    }
    close(ends[1]);
    const auto until = appended + static_cast<std::int32_t>(random.below(300));
    std::int32_t last = appended, id = 0;
    while (last < until && read(ends[0], &id, sizeof id) == sizeof id) last = id;
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    while (read(ends[0], &id, sizeof id) == sizeof id) last = id;
    close(ends[0]);

    Journal journal;
    JournalRecovery recovery;
    options.rotate_bytes = 64u << 20;
    REQUIRE(!journal.open(options, recovery));
    const std::vector<std::int32_t> ids = order_ids_in(recovery.taken);
    for (std::size_t i = 0; i < ids.size(); ++i) CHECK_EQ(ids[i], static_cast<std::int32_t>(i) + 1);
    // One more may have been written, whose append did not return, or was not told.
    const auto found = static_cast<std::int32_t>(ids.size());
    CHECK(found == last || found == last + 1);
    appended = found;
  }
  CHECK(appended > 0);
}

TEST("a journal is one process's, and the error has its path and that process's id") {
  const Folder folder;
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options_in(folder), recovery));
  const pid_t owner = getpid();
  CHECK_EQ(in_child([&] {
             Journal second;
             JournalRecovery found;
             const JournalProblem problem = second.open(options_in(folder), found);
             return problem.fault == JournalFault::Locked && problem.process_id == owner &&
                            problem.path == folder.path() + "/orders.lock"
                        ? 7
                        : 1;
           }),
           7);
  // In the same process as well; and another journal in the same folder is free.
  Journal second;
  CHECK(second.open(options_in(folder), recovery).fault == JournalFault::Locked);
  JournalOptions other = options_in(folder);
  other.name.file = "others";
  CHECK(!second.open(other, recovery));
  journal.close();
  Journal third;
  CHECK(!third.open(options_in(folder), recovery));
}

TEST("a folder that is not there, or is no folder, is an error with its path") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.name.folder += "/missing";
  JournalRecovery recovery;
  Journal journal;
  JournalProblem problem = journal.open(options, recovery);
  CHECK(problem.fault == JournalFault::System);
  CHECK_EQ(problem.error, ENOENT);
  CHECK_EQ(problem.path, options.name.folder);
  folder.write("missing", {});
  problem = journal.open(options, recovery);
  CHECK_EQ(problem.error, ENOTDIR);
}

TEST("a folder that may not be written is an error before anything else") {
  const Folder folder;
  REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  CHECK_EQ(in_child([&] {
             if (geteuid() == 0 && seteuid(65534) != 0) return 1;  // root may write everywhere
             Journal journal;
             JournalRecovery recovery;
             const JournalProblem problem = journal.open(options_in(folder), recovery);
             return problem.fault == JournalFault::System && problem.error == EACCES ? 7 : 2;
           }),
           7);
  CHECK_EQ(folder.files().size(), 0u);
  CHECK_EQ(chmod(folder.path().c_str(), 0755), 0);
}

TEST("a file of somebody else's, of another client, or of a newer version is refused by its name") {
  const Folder folder;
  const std::string text(1000, 'x');
  folder.write("orders.000001.journal", std::as_bytes(std::span(text)));
  Journal journal;
  JournalRecovery recovery;
  JournalProblem problem = journal.open(options_in(folder), recovery);
  CHECK(problem.fault == JournalFault::Foreign);
  CHECK_EQ(problem.path, folder.path() + "/orders.000001.journal");

  JournalFolder other({folder.path(), "orders", "127.0.0.1:4002", 8});
  JournalFileHead head = other.head_of({JournalFileKind::Segment, 1}, 0);
  folder.write("orders.000001.journal", make_file({}, head));
  problem = journal.open(options_in(folder), recovery);
  CHECK(problem.fault == JournalFault::OtherName);
  CHECK_EQ(problem.detail, "127.0.0.1:4002, client id 8");

  head.version = 3;
  folder.write("orders.000001.journal", make_file({}, head));
  problem = journal.open(options_in(folder), recovery);
  CHECK(problem.fault == JournalFault::Newer);
  CHECK_EQ(problem.detail, "3");

  head = JournalFolder(options_in(folder).name).head_of({JournalFileKind::Segment, 2}, 0);
  folder.write("orders.000001.journal", make_file({}, head));  // renamed
  CHECK(journal.open(options_in(folder), recovery).fault == JournalFault::Foreign);
  // None of these attempts keeps the journal locked.
  unlink((folder.path() + "/orders.000001.journal").c_str());
  CHECK(!journal.open(options_in(folder), recovery));
}

TEST("a full disk refuses the record, whole, and what came before is there") {
  // The limit of a file's size stands for the disk: a record is cut by it in the same way.
  for (const bool mapped : {false, true}) {
    const Folder folder;
    JournalOptions options = options_in(folder);
    options.mapped = mapped;
    std::int32_t appended = in_child([&] {
      signal(SIGXFSZ, SIG_IGN);
      // Room is reserved by pages.
      const rlim_t most = mapped ? 12'289 : 4001;
      const rlimit limit{most, most};
      if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 202;
      Journal journal;
      JournalRecovery recovery;
      if (journal.open(options, recovery)) return 201;
      for (std::int32_t id = 1; id < 200; ++id) {
        Bytes record = order_record(JournalKind::Intent, id);
        const int error = journal.append(record);
        if (error == 0) continue;
        // Again and again: refused, and the file as long as it was.
        for (int i = 0; i < 3; ++i)
          if (journal.append(record) != error) return 203;
        return error == EFBIG ? id - 1 : 204;
      }
      return 205;
    });
    REQUIRE(appended > 5 && appended < 200);
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder), recovery));
    CHECK(recovery.damage.empty());
    CHECK_EQ(order_ids_in(recovery.taken).size(), static_cast<std::size_t>(appended));
  }
}

TEST(
    "on a disk that is full an append says so, goes on once there is room, and a new journal cannot be "
    "opened") {
  const Folder folder;
  if (mount("journal", folder.path().c_str(), "tmpfs", 0, "size=65536") != 0) {
    std::printf("left out: a small disk cannot be mounted here (errno %d)\n", errno);
    return;
  }
  const std::string filler = folder.path() + "/filler";
  {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options_in(folder), recovery));
    Bytes record = order_record(JournalKind::Intent, 1);
    int error = 0;
    std::int32_t appended = 0;
    folder.write("filler", Bytes(40'000, std::byte{1}));
    while (appended < 10'000 && (error = journal.append(record)) == 0) ++appended;
    CHECK_EQ(error, ENOSPC);
    Journal second;
    JournalOptions other = options_in(folder);
    other.name.file = "others";
    const JournalProblem problem = second.open(other, recovery);
    CHECK(problem.fault == JournalFault::System);
    CHECK_EQ(problem.error, ENOSPC);
    CHECK_EQ(unlink(filler.c_str()), 0);
    CHECK_EQ(journal.append(record), 0);
    CHECK_EQ(journal.close(), 0);
    Journal again;
    JournalRecovery found;
    CHECK(!again.open(options_in(folder), found));
    CHECK(found.damage.empty());
    CHECK_EQ(found.records, static_cast<std::size_t>(appended) + 1);
  }
  CHECK_EQ(umount(folder.path().c_str()), 0);
}

TEST("a damaged file is told of with what is lost, what is behind it is read, and it is never removed") {
  const Folder folder;
  JournalOptions options = options_in(folder);
  options.own_thread = false;
  options.keep_files = 0;
  for (int round = 0; round < 2; ++round) {
    Journal journal;
    JournalRecovery recovery;
    REQUIRE(!journal.open(options, recovery));
    for (int id = 1; id <= 3; ++id) {
      Bytes record = order_record(JournalKind::Intent, round * 10 + id);
      CHECK_EQ(journal.append(record), 0);
    }
  }
  Bytes first = folder.read("orders.000001.journal");
  const std::size_t size = (first.size() - kJournalRecordsOffset) / 3;
  first[kJournalRecordsOffset + size + 50] ^= std::byte{4};
  folder.write("orders.000001.journal", first);
  options.rotate_bytes = 1;  // a new file at once, and a base
  Journal journal;
  JournalRecovery recovery;
  REQUIRE(!journal.open(options, recovery));
  REQUIRE(recovery.damage.size() == 1);
  CHECK(recovery.damage[0].tail == JournalTail::Damaged);
  CHECK_EQ(recovery.damage[0].path, folder.path() + "/orders.000001.journal");
  CHECK_EQ(recovery.damage[0].offset, kJournalRecordsOffset + size);
  CHECK_EQ(recovery.damage[0].lost_bytes, 2 * size);
  CHECK(order_ids_in(recovery.taken) == (std::vector<std::int32_t>{1, 11, 12, 13}));
  journal.maintain();
  CHECK(journal.stats().carry_overs > 0);
  const std::vector<std::string> files = folder.files();
  CHECK(std::count(files.begin(), files.end(), "orders.000001.journal") == 1);
  CHECK(std::count(files.begin(), files.end(), "orders.000002.journal") == 0);
}

}  // namespace
