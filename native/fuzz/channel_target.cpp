// Any work on a channel with a small ring, under every policy, against a plain list.
#include "fuzz_target.hpp"
#include "support/channel_model.hpp"

namespace ibkr::test {

std::string judge(std::string_view input) { return ChannelRun(input).run(); }

}  // namespace ibkr::test
