// Random gateways with faults against a session on an event loop: under the thread sanitizer, too.
#include <string>

#include "check.hpp"
#include "support/loop_run.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("whatever the gateway does, every whole tick is delivered once, and the end is told once and truly") {
  const std::uint64_t first = check::seed();
  for (std::uint64_t i = 0; i < check::scaled(1500u, 400u); ++i) {
    Random random(first + i);
    const std::string input = random.bytes(1 + random.below(120));
    const std::string problem = LoopRun(input).run();
    check::count_check();
    if (problem.empty()) continue;
    const check::Note note("input " + std::to_string(first + i));
    CHECK_EQ(problem, "");
  }
}

}  // namespace
