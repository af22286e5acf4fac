// What every fuzz target defines.
#pragma once

#include <string>
#include <string_view>

namespace ibkr::test {

/// Runs one input, whatever its bytes. Empty: all is well. Otherwise what is wrong.
std::string judge(std::string_view input);

}  // namespace ibkr::test
