// The two messages that make up nearly all of a feed, TICK_PRICE and TICK_SIZE, in their usual forms.
// Everything unusual (long numbers, signs, empty fields, older message versions, other field orders) is left
// to the general decoders: these only ever say "done" or "not mine", and what they write is what those would
// write.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ring/record.hpp"

namespace ibkr {

/// Bytes that must be readable behind every payload given to these functions (Framer::kSlack).
inline constexpr std::size_t kFastTickSlack = 64;

/// A text frame, server version 100 to 200. True if `out`, one slot, was filled in; false: its content means
/// nothing.
bool fast_text_tick(const char* payload, std::uint32_t length, double received_micros, Record* out);

/// A protobuf frame, from its four bytes of id on, server version 201 and newer. As above.
bool fast_protobuf_tick(const char* payload, std::uint32_t length, double received_micros, Record* out);

}  // namespace ibkr
