// The fast path of text ticks for x86-64 with AVX2: without a branch that depends on the values. Only
// fast_ticks.cpp includes this, which has a tick's portable way for it; whoever calls has asked the
// processor.
#pragma once

#include "market/fast_ticks.hpp"

#if defined(__x86_64__)
#define IBKR_HAS_AVX2_TICKS 1

namespace ibkr {

/// One text payload with its slack behind it, in portable instructions; false: not mine, and `out` holds
/// nothing that has a meaning.
bool take_text_tick(const char* payload, std::uint32_t length, double received_micros, Record* out);

FastRun fast_text_ticks_avx2(std::string_view bytes, double received_micros, std::span<Record> out);

}  // namespace ibkr
#endif
