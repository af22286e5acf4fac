#include "system/file_lock.hpp"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.hpp"
#include "support/journal_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("one has it at a time; who comes second is told who, also in the same process") {
  const Folder folder;
  const std::string path = folder.path() + "/lock";
  FileLock first, second;
  CHECK(!first.take(path));
  CHECK(first.held());
  const FileLock::Refusal refusal = second.take(path);
  CHECK_EQ(refusal.error, EWOULDBLOCK);
  CHECK_EQ(refusal.process_id, static_cast<std::int64_t>(getpid()));
  CHECK(!second.held());
  first.release();
  CHECK(!second.take(path));
}

TEST("a process that is killed leaves it free") {
  const Folder folder;
  const std::string path = folder.path() + "/lock";
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    FileLock lock;
    const char taken = lock.take(path) ? 'n' : 'y';
    if (write(ready[1], &taken, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char taken = 0;
  CHECK_EQ(read(ready[0], &taken, 1), 1);
  CHECK_EQ(taken, 'y');
  FileLock lock;
  CHECK_EQ(lock.take(path).process_id, static_cast<std::int64_t>(child));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(!lock.take(path));
  close(ready[0]);
  close(ready[1]);
}

TEST("where there is no folder, or the path is one, the system's reason is told") {
  const Folder folder;
  FileLock lock;
  CHECK_EQ(lock.take(folder.path() + "/none/lock").error, ENOENT);
  CHECK_EQ(lock.take(folder.path()).error, EISDIR);
}

}  // namespace
