// Streams of frames through framer, decoders and ring, against the slow reference: stream_fuzzer.hpp.
#include "fuzz_target.hpp"
#include "stream_fuzzer.hpp"

namespace ibkr::test {

std::string judge(std::string_view input) { return judge_stream(input); }

}  // namespace ibkr::test
