// A session on an event loop with its guard, against a gateway that does anything.
#include "fuzz_target.hpp"
#include "support/loop_run.hpp"

namespace ibkr::test {

std::string judge(std::string_view input) { return LoopRun(input).run(); }

}  // namespace ibkr::test
