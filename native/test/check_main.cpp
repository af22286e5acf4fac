#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include "check.hpp"

namespace check {

namespace {

struct Test {
  const char* name;
  Body body;
};

struct State {
  std::vector<Test> tests;
  std::uint64_t seed = 20260824;
  bool seed_shown = false;
  std::atomic<std::uint64_t> checks{0};
  std::atomic<std::uint64_t> failures{0};
  std::mutex mutex;
  const char* running = "";
  std::uint64_t shown = 0;  // failures of the running test that were printed
};

State& state() {
  static State state;
  return state;
}

thread_local std::vector<std::string> notes;
// Of one test: a broken loop would fill the screen with the same line.
constexpr std::uint64_t kMostShown = 4;

int usage(const char* program, const char* problem) {
  std::fprintf(stderr, "%s: %s; allowed: --filter TEXT, --seed NUMBER, --list\n", program, problem);
  return 2;
}

}  // namespace

Registration::Registration(const char* name, Body body) { state().tests.push_back({name, body}); }

std::uint64_t seed() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (!s.seed_shown) std::printf("seed %llu\n", static_cast<unsigned long long>(s.seed));
  s.seed_shown = true;
  return s.seed;
}

Note::Note(std::string text) { notes.push_back(std::move(text)); }
Note::~Note() { notes.pop_back(); }

void count_check() { state().checks.fetch_add(1, std::memory_order_relaxed); }  // relaxed: a number to print

bool report(bool good, const char* file, int line, const char* expression, const std::string& detail) {
  count_check();
  if (good) return true;
  State& s = state();
  const std::lock_guard lock(s.mutex);
  s.failures.fetch_add(1);
  if (s.shown++ < kMostShown) {
    std::printf("FAILED \"%s\"\n  %s:%d: %s\n", s.running, file, line, expression);
    if (!detail.empty()) std::printf("  %s\n", detail.c_str());
    for (const std::string& note : notes) std::printf("  at %s\n", note.c_str());
    std::fflush(stdout);
  }
  return false;
}

}  // namespace check

int main(int argc, char** argv) {
  using namespace check;
  State& s = state();
  std::string_view filter;
  bool list = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--list") {
      list = true;
    } else if ((option == "--filter" || option == "--seed") && i + 1 < argc) {
      ++i;
      if (option == "--filter") {
        filter = argv[i];
      } else {
        char* end = nullptr;
        s.seed = std::strtoull(argv[i], &end, 0);
        if (*argv[i] == '\0' || *end != '\0') return usage(argv[0], "--seed takes a number");
      }
    } else {
      return usage(argv[0], argv[i]);
    }
  }
  std::size_t run = 0, failed = 0;
  for (const Test& test : s.tests) {
    if (std::string_view(test.name).find(filter) == std::string_view::npos) continue;
    if (list) {
      std::printf("%s\n", test.name);
      continue;
    }
    ++run;
    s.running = test.name;
    s.shown = 0;
    const std::uint64_t before = s.failures.load();
    test.body();
    const std::uint64_t failures = s.failures.load() - before;
    if (failures > kMostShown)
      std::printf("FAILED \"%s\" in %llu checks\n", test.name, static_cast<unsigned long long>(failures));
    if (failures != 0) ++failed;
  }
  if (list) return 0;
  if (run == 0) return usage(argv[0], "no test has such a name");
  std::printf("%zu tests, %llu checks, %zu tests failed\n", run,
              static_cast<unsigned long long>(s.checks.load()), failed);
  return failed == 0 ? 0 : 1;
}
