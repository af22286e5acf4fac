// The fast path of text ticks for x86-64 with AVX2: without a branch that depends on the values. Only
// fast_ticks.cpp includes this; whoever calls has asked the processor.
#pragma once

#include "market/fast_ticks.hpp"

#if defined(__x86_64__)
#define IBKR_HAS_AVX2_TICKS 1

namespace ibkr {

FastRun fast_text_ticks_avx2(std::string_view bytes, double received_micros, std::span<Record> out);

}  // namespace ibkr
#endif
