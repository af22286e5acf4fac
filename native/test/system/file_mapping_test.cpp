#include "system/file_mapping.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "check.hpp"
#include "system/fd.hpp"
#include "system/thread.hpp"

namespace {

using namespace ibkr;

/// A file that has no name any more.
Fd nameless(std::size_t bytes) {
  char path[] = "/tmp/ibkr-mapping-XXXXXX";
  Fd out(mkstemp(path));
  unlink(path);
  if (ftruncate(out.get(), static_cast<off_t>(bytes)) != 0) std::abort();
  return out;
}

const bool can_map = [] {
  const Fd file = nameless(4096);
  FileMapping mapping;
  if (mapping.map(file.get(), 4096) == 0) return true;
  std::printf("left out: this system has no mapped files for us\n");
  return false;
}();

/// How a process of its own ends: what `body` returns, or minus the signal that ended it.
template <typename Body>
int end_of(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

char at(const Fd& file, off_t offset) {
  char out = 0;
  return pread(file.get(), &out, 1, offset) == 1 ? out : '?';
}

TEST("what is stored is the file's, also what was not there yet when it was mapped") {
  if (!can_map) return;
  const std::size_t page = FileMapping::page_bytes();
  const Fd file = nameless(page);
  FileMapping mapping;
  REQUIRE(mapping.map(file.get(), 4 * page) == 0);
  mapping.data()[3] = std::byte{'a'};
  CHECK_EQ(at(file, 3), 'a');
  REQUIRE(reserve_blocks(file.get(), page, page) == 0);
  mapping.make_ready(page + 5, 10);
  mapping.data()[page + 5] = std::byte{'b'};
  mapping.let_go(0, page);
  CHECK_EQ(at(file, static_cast<off_t>(page) + 5), 'b');
  CHECK_EQ(mapping.data()[3], std::byte{'a'});
  CHECK(!mapping.is_lost());
}

TEST("what was cut off can be stored to, and is lost; the rest of the mapping is as it was") {
  if (!can_map) return;
  const std::size_t page = FileMapping::page_bytes();
  const Fd file = nameless(4 * page), other = nameless(page);
  FileMapping mapping, second;
  REQUIRE(mapping.map(file.get(), 4 * page) == 0);
  REQUIRE(second.map(other.get(), page) == 0);
  mapping.data()[0] = std::byte{'a'};
  mapping.data()[2 * page] = std::byte{'b'};
  REQUIRE(ftruncate(file.get(), static_cast<off_t>(page)) == 0);
  mapping.make_ready(2 * page, 10);  // no signal
  CHECK(!mapping.is_lost());
  mapping.data()[2 * page] = std::byte{'c'};
  CHECK(mapping.is_lost());
  CHECK(!second.is_lost());
  mapping.data()[1] = std::byte{'d'};
  CHECK_EQ(at(file, 1), 'd');
  CHECK_EQ(lseek(file.get(), 0, SEEK_END), static_cast<off_t>(page));
  FileMapping moved;
  moved.swap(mapping);
  CHECK(moved.is_lost());
  CHECK(!mapping.is_lost());
  moved.unmap();
  REQUIRE(moved.map(other.get(), page) == 0);
  CHECK(!moved.is_lost());
}

struct Storer {
  std::byte* at;
  void run() const { *at = std::byte{1}; }
};

TEST("on a thread of the core's own as well, whose signals are blocked") {
  if (!can_map) return;
  const Fd file = nameless(1);
  FileMapping mapping;
  REQUIRE(mapping.map(file.get(), 2 * FileMapping::page_bytes()) == 0);
  Storer storer{mapping.data() + FileMapping::page_bytes()};
  Thread thread;
  REQUIRE(thread.start<&Storer::run>(&storer) == 0);
  thread.join();
  CHECK(mapping.is_lost());
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnHandlers = false;  // the sanitizer has one of its own
#else
constexpr bool kOwnHandlers = true;
#endif

/// Stores where there is no file.
void fault() {
  const Fd file = nameless(0);
  void* const memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  *static_cast<volatile char*>(memory) = 1;
}

TEST("SIGBUS elsewhere goes to who had it before, and ends the process where nobody had") {
  if (!can_map) return;
  const auto with_mapping = [](auto body) {
    const Fd file = nameless(4096);
    FileMapping mapping;
    return mapping.map(file.get(), 4096) == 0 ? body() : 99;
  };
  if (kOwnHandlers)
    CHECK_EQ(end_of([&] {
               return with_mapping([] {
                 fault();
                 return 1;
               });
             }),
             -SIGBUS);
  else
    std::printf("left out: a sanitizer has SIGBUS\n");
  CHECK_EQ(end_of([&] {
             struct sigaction theirs {};
             theirs.sa_handler = [](int) { _exit(7); };
             sigaction(SIGBUS, &theirs, nullptr);
             return with_mapping([] {
               fault();
               return 1;
             });
           }),
           7);
  CHECK_EQ(end_of([&] {
             struct sigaction theirs {};
             theirs.sa_flags = SA_SIGINFO;
             theirs.sa_sigaction = [](int, siginfo_t* info, void*) {
               _exit(info->si_addr != nullptr ? 8 : 9);
             };
             sigaction(SIGBUS, &theirs, nullptr);
             return with_mapping([] {
               fault();
               return 1;
             });
           }),
           8);
}

TEST("the last mapping that ends leaves no handler behind") {
  if (!can_map) return;
  struct sigaction before {
  }, between{}, after{};
  REQUIRE(sigaction(SIGBUS, nullptr, &before) == 0);
  const Fd file = nameless(4096);
  {
    FileMapping first;
    REQUIRE(first.map(file.get(), 4096) == 0);
    {
      FileMapping second;
      REQUIRE(second.map(file.get(), 4096) == 0);
    }
    REQUIRE(sigaction(SIGBUS, nullptr, &between) == 0);
  }
  REQUIRE(sigaction(SIGBUS, nullptr, &after) == 0);
  CHECK(before.sa_handler == after.sa_handler);
  CHECK(before.sa_handler != between.sa_handler);
}

TEST("mappings come and go on several threads, and none is missed") {
  if (!can_map) return;
  const auto body = [] {
    const std::size_t page = FileMapping::page_bytes();
    for (int i = 0; i < check::scaled(300, 50); ++i) {
      const Fd file = nameless(1);
      FileMapping mapping;
      if (!CHECK_EQ(mapping.map(file.get(), 2 * page), 0)) return;
      mapping.data()[page] = std::byte{1};
      CHECK(mapping.is_lost());
    }
  };
  std::thread other(body);
  body();
  other.join();
}

TEST("more mappings than there are places for are refused") {
  if (!can_map) return;
  const Fd file = nameless(4096);
  std::vector<FileMapping> mappings(65);
  for (std::size_t i = 0; i < 64; ++i) CHECK_EQ(mappings[i].map(file.get(), 4096), 0);
  CHECK_EQ(mappings[64].map(file.get(), 4096), EMFILE);
  mappings[5].unmap();
  CHECK_EQ(mappings[64].map(file.get(), 4096), 0);
}

}  // namespace
