// CRC32C (Castagnoli), as of RFC 3720.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ibkr {

/// The checksum of `bytes`, or of what was summed before and `bytes` behind it. With the processor's
/// instruction where it has one.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);
/// The same by table; for processors without the instruction.
std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace ibkr
