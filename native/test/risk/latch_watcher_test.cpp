// The emergency stop from outside: a file, and silence.
#include "risk/latch_watcher.hpp"

#include <errno.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "check.hpp"
#include "support/journal_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

template <typename Condition>
bool comes(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void make(const std::string& path) { std::fclose(std::fopen(path.c_str(), "w")); }

struct Notices {
  std::atomic<int> files{0}, silences{0};
  std::atomic<bool> latched{true};  // at each of them
  StopLatch* latch = nullptr;

  static void take(void* self, LatchCause cause) {
    Notices& notices = *static_cast<Notices*>(self);
    if (!notices.latch->stopped()) notices.latched.store(false);
    ++(cause == LatchCause::File ? notices.files : notices.silences);
  }
};

TEST("a file that is there already has set the latch when start() returns") {
  const Folder folder;
  make(folder.path() + "/STOP");
  StopLatch latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(folder.path() + "/STOP", latch) == 0);
  CHECK(latch.stopped());
  CHECK_EQ(watcher.cause(), LatchCause::File);
}

TEST("a file that comes sets the latch, which is told once with the latch set") {
  const Folder folder;
  StopLatch latch;
  Notices notices;
  notices.latch = &latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(folder.path() + "/STOP", latch, &Notices::take, &notices) == 0);
  CHECK(!latch.stopped());
  make(folder.path() + "/other");
  make(folder.path() + "/STOP");
  CHECK(comes([&] { return notices.files.load() == 1; }));
  CHECK(!latch.enter());
  make(folder.path() + "/STOP");
  // It has looked again behind this one: whoever takes the latch back by itself finds it set.
  latch.resume();
  CHECK(comes([&] { return latch.stopped(); }));
  watcher.stop();
  CHECK_EQ(notices.files.load(), 1);
  CHECK(notices.latched.load());
}

TEST("the latch is taken back where the file is gone, and not while it is there") {
  const Folder folder;
  const std::string path = folder.path() + "/STOP";
  StopLatch latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(path, latch) == 0);
  for (int i = 0; i < 100; ++i) {
    make(path);
    CHECK(comes([&] { return latch.stopped(); }));
    CHECK(!watcher.resume());
    CHECK(latch.stopped());
    std::remove(path.c_str());
    CHECK(watcher.resume());
    CHECK(!latch.stopped());
    CHECK_EQ(watcher.cause(), LatchCause::None);
    // A look that began before the file went is over: it would have set the latch by now.
    watcher.stop();
    CHECK(!latch.stopped());
    REQUIRE(watcher.start(path, latch) == 0);
  }
}

TEST("a program that falls silent is stopped, once; one that goes on saying that it lives is not") {
  const Folder folder;
  StopLatch latch;
  Notices notices;
  notices.latch = &latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(folder.path() + "/STOP", latch, &Notices::take, &notices) == 0);
  watcher.alive(60'000);
  watcher.alive(1);
  CHECK(comes([&] { return notices.silences.load() == 1; }));
  CHECK_EQ(watcher.cause(), LatchCause::Silence);
  CHECK(latch.stopped());
  CHECK(watcher.resume());
  CHECK(!latch.stopped());

  watcher.alive(1);
  watcher.alive(0);
  watcher.alive(1e300);
  make(folder.path() + "/STOP");
  CHECK(comes([&] { return notices.files.load() == 1; }));
  CHECK(notices.silences.load() <= 2);
  CHECK(notices.latched.load());
}

TEST("a folder that cannot be looked into is told, and no stop") {
  const Folder folder;
  make(folder.path() + "/file");
  StopLatch latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(folder.path() + "/file/STOP", latch) == 0);
  CHECK_EQ(watcher.error(), ENOTDIR);
  CHECK(!latch.stopped());
  std::remove((folder.path() + "/file").c_str());
  CHECK(comes([&] { return watcher.error() == 0; }));
  CHECK_EQ(watcher.start(folder.path() + "/STOP", latch), EBUSY);
}

TEST("senders on several threads find the latch: none begins once the file has been noticed") {
  const Folder folder;
  StopLatch latch;
  Notices notices;
  notices.latch = &latch;
  LatchWatcher watcher;
  REQUIRE(watcher.start(folder.path() + "/STOP", latch, &Notices::take, &notices) == 0);
  std::atomic<bool> done{false};
  std::atomic<int> late{0};
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i)
    senders.emplace_back([&] {
      while (!done.load()) {
        const bool noticed = notices.files.load() != 0;
        if (latch.enter() && noticed) ++late;
      }
    });
  make(folder.path() + "/STOP");
  CHECK(comes([&] { return notices.files.load() == 1; }));
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();
  done.store(true);
  for (std::thread& sender : senders) sender.join();
  CHECK_EQ(late.load(), 0);
}

}  // namespace
