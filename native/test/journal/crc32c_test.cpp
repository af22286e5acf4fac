#include "journal/crc32c.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

struct Vector {
  const char* name;
  std::array<std::byte, 48> bytes;
  std::size_t size;
  std::uint32_t sum;
};

/// RFC 3720, appendix B.4.
std::array<Vector, 5> published() {
  std::array<Vector, 5> out = {{{"32 zeros", {}, 32, 0x8A9136AA},
                                {"32 bytes of 0xFF", {}, 32, 0x62A8AB43},
                                {"0 to 31", {}, 32, 0x46DD794E},
                                {"31 to 0", {}, 32, 0x113FDB5C},
                                {"an iSCSI read command", {}, 48, 0xD9963A56}}};
  out[1].bytes.fill(std::byte{0xFF});
  for (std::size_t i = 0; i < 32; ++i) {
    out[2].bytes[i] = static_cast<std::byte>(i);
    out[3].bytes[i] = static_cast<std::byte>(31 - i);
  }
  constexpr unsigned char command[48] = {0x01, 0xC0, 0,    0,    0,    0, 0, 0, 0,    0, 0, 0, 0,   0,
                                         0,    0,    0x14, 0,    0,    0, 0, 0, 0x04, 0, 0, 0, 0,   0x14,
                                         0,    0,    0,    0x18, 0x28, 0, 0, 0, 0,    0, 0, 0, 0x02};
  std::memcpy(out[4].bytes.data(), command, sizeof command);
  return out;
}

TEST("the published vectors come out, by the processor's instruction and by table") {
  for (const Vector& vector : published()) {
    const check::Note note(vector.name);
    const std::span<const std::byte> bytes = std::span(vector.bytes).first(vector.size);
    CHECK_EQ(crc32c(bytes), vector.sum);
    CHECK_EQ(crc32c_by_table(bytes), vector.sum);
  }
  CHECK_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  CHECK_EQ(crc32c_by_table(bytes_of("123456789")), 0xE3069283u);
  CHECK_EQ(crc32c({}), 0u);
}

TEST("both ways agree on every length, and a sum goes on where one before it ended") {
  test::Random random(check::seed());
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string text = random.bytes(size);
    const auto bytes = bytes_of(text);
    CHECK_EQ(crc32c(bytes), crc32c_by_table(bytes));
    const std::size_t cut = random.below(size + 1);
    CHECK_EQ(crc32c(bytes.subspan(cut), crc32c(bytes.first(cut))), crc32c(bytes));
    CHECK_EQ(crc32c_by_table(bytes.subspan(cut), crc32c_by_table(bytes.first(cut))), crc32c(bytes));
  }
}

}  // namespace
