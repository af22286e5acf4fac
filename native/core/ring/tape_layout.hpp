// A tape in memory that JavaScript allocated: what lies where. The only place that says so; TypeScript gets
// it through native/addon/layout_stream.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ring/record.hpp"

namespace ibkr {

/// Goes along with a tape that is handed to another thread: who reads it must mean the same.
inline constexpr std::uint32_t kTapeVersion = 1;

/// Two 64-bit positions in slots, free running, each with 128 bytes of its own as the ring's indices: the
/// slots up to `intent` may be being written, those before `head` are whole and begin where a record ends.
inline constexpr std::size_t kTapeIntentOffset = 0;
inline constexpr std::size_t kTapeHeadOffset = 128;
inline constexpr std::size_t kTapeSlotsOffset = 256;
/// In slots; a power of two between them.
inline constexpr std::uint32_t kMinTapeSlots = 1024;
inline constexpr std::uint32_t kMaxTapeSlots = 1u << 24;

/// Of a larger record, and of one larger than an eighth of the tape, there is the first slot alone.
inline constexpr std::uint32_t kMaxTapeRecordSlots = 256;

/// Behind the slots, a mark of 64 bits for each: which record it belongs to, counted from 0, and in the low
/// bits which of its slots this is.
inline constexpr std::size_t kTapeMarkBytes = 8;
inline constexpr std::uint32_t kTapeMarkShift = 16;

constexpr std::size_t tape_marks_offset(std::uint32_t slots) { return kTapeSlotsOffset + slots * kSlotBytes; }
constexpr std::size_t tape_bytes(std::uint32_t slots) {
  return tape_marks_offset(slots) + slots * kTapeMarkBytes;
}

}  // namespace ibkr
