// libFuzzer's entry to the same inputs. Built with clang and -DIBKR_LIBFUZZER=ON.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "stream_fuzzer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = ibkr::test::judge_stream({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
