// A guard whose thread runs from construction to destruction.
#pragma once

#include <utility>

#include "check.hpp"
#include "net/guard.hpp"

namespace ibkr::test {

class StartedGuard : public Guard {
 public:
  StartedGuard(Connection& connection, GuardDuty duty, std::int64_t stall_micros, std::function<void()> wake)
      : Guard(connection, GuardOptions{duty, stall_micros, {}}, std::move(wake)) {
    CHECK_EQ(start(), 0);
  }
};

}  // namespace ibkr::test
