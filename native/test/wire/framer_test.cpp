#include "wire/framer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using test::Random;
using Result = Framer::Result;

std::string framed(std::string_view payload) {
  char length[kFrameHeader];
  write_be32(length, static_cast<std::uint32_t>(payload.size()));
  return std::string(length, kFrameHeader).append(payload);
}

/// Every whole frame that is there; stops at what is not.
std::vector<std::string> frames(Framer& framer, Result& last) {
  std::vector<std::string> out;
  std::string_view payload;
  while ((last = framer.next(payload)) == Result::Frame) out.emplace_back(payload);
  return out;
}

std::vector<std::string> frames(Framer& framer) {
  Result last{};
  auto out = frames(framer, last);
  CHECK_EQ(last, Result::Incomplete);
  return out;
}

/// Gives bytes to the framer in one piece.
void fill(Framer& framer, std::string_view bytes) {
  const std::span<char> space = framer.space();
  REQUIRE(space.size() >= bytes.size());
  bytes.copy(space.data(), bytes.size());
  framer.filled(bytes.size());
}

/// Gives bytes to the framer as a socket does, as many at once as there is space, and takes the frames
/// between.
void stream_through(Framer& framer, std::string_view bytes, std::vector<std::string>& got) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(framer.space().size(), bytes.size());
    REQUIRE(n > 0);
    fill(framer, bytes.substr(0, n));
    bytes.remove_prefix(n);
    for (auto& payload : frames(framer)) got.push_back(std::move(payload));
  }
}

TEST("frames split at any two byte boundaries arrive whole") {
  const std::vector<std::string> sent = {"one", std::string(1, '\0'), "1\0006\00012\000",
                                         std::string(70, 'x')};
  std::string stream;
  for (const std::string& payload : sent) stream += framed(payload);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      Framer framer(64);
      std::vector<std::string> got;
      for (const std::string_view part :
           {std::string_view(stream).substr(0, first), std::string_view(stream).substr(first, second - first),
            std::string_view(stream).substr(second)}) {
        stream_through(framer, part, got);
      }
      CHECK(got == sent);
      CHECK_EQ(framer.buffered(), 0u);
    }
  }
}

TEST("frames that come byte by byte arrive whole, and none before its last byte") {
  const std::string payload = "4\0002\000-1\0002104\000OK\000";
  const std::string stream = framed(payload) + framed("x");
  Framer framer(64);
  std::vector<std::string> got;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    fill(framer, std::string_view(stream).substr(i, 1));
    for (auto& frame : frames(framer)) got.push_back(std::move(frame));
    CHECK_EQ(got.size(), i + 1 >= stream.size() ? 2u : i + 1 >= framed(payload).size() ? 1u : 0u);
  }
}

TEST("many frames merged into one read arrive in order") {
  Framer framer(1 << 16);
  std::string stream;
  for (int i = 0; i < 1000; ++i) stream += framed(std::to_string(i));
  fill(framer, stream);
  const auto got = frames(framer);
  REQUIRE(got.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK_EQ(got[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST("a stream of random frames in random pieces arrives unchanged, also when frames outgrow the buffer") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(300, 60); ++round) {
    Framer framer(64 + random.below(200));
    std::vector<std::string> sent;
    std::string stream;
    for (std::uint64_t n = 1 + random.below(60); n > 0; --n) {
      sent.push_back(random.bytes(1 + random.below(random.one_in(8) ? 5000 : 80)));
      stream += framed(sent.back());
    }
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size();) {
      const std::span<char> space = framer.space();
      REQUIRE(!space.empty());
      const std::size_t n =
          std::min({space.size(), stream.size() - at, static_cast<std::size_t>(1 + random.below(300))});
      stream.copy(space.data(), n, at);
      framer.filled(n);
      at += n;
      for (auto& frame : frames(framer)) got.push_back(std::move(frame));
    }
    CHECK(got == sent);
  }
}

TEST("a frame of the largest length arrives whole behind and before small ones") {
  std::string large(kMaxFrame, 'm');
  large.front() = 'a';
  large.back() = 'z';
  Framer framer(256 << 10);
  std::vector<std::string> got;
  stream_through(framer, framed("before") + framed(large) + framed("after"), got);
  REQUIRE(got.size() == 3);
  CHECK_EQ(got[0], "before");
  CHECK(got[1] == large);
  CHECK_EQ(got[2], "after");
}

TEST("a length of 0, a negative one and one above 0xFFFFFF are bad, and are told as signed numbers") {
  const auto verdict = [](std::uint32_t length, Framer& framer) {
    char bytes[kFrameHeader];
    write_be32(bytes, length);
    fill(framer, {bytes, kFrameHeader});
    std::string_view payload;
    return framer.next(payload);
  };
  const auto bad = [&](std::uint32_t length, std::int32_t told) {
    Framer framer(64);
    CHECK_EQ(verdict(length, framer), Result::BadLength);
    CHECK_EQ(framer.bad_length(), told);
  };
  bad(0, 0);
  bad(0x1000000, 16777216);
  bad(0x7FFFFFFF, 2147483647);
  bad(0x80000000, INT32_MIN);
  bad(0xFFFFFFFF, -1);
  Framer largest(64), smallest(64);
  CHECK_EQ(verdict(0xFFFFFF, largest), Result::Incomplete);
  CHECK_EQ(verdict(1, smallest), Result::Incomplete);
}

TEST("frames before a bad length are given first") {
  Framer framer(256);
  fill(framer, framed("good") + std::string(4, '\0'));
  Result last{};
  const auto got = frames(framer, last);
  REQUIRE(got.size() == 1);
  CHECK_EQ(got[0], "good");
  CHECK_EQ(last, Result::BadLength);
}

TEST("a bad length is seen as soon as its four bytes are there") {
  Framer framer(64);
  std::string_view payload;
  for (const char byte : {'G', 'E', 'T'}) {
    fill(framer, {&byte, 1});
    CHECK_EQ(framer.next(payload), Result::Incomplete);
  }
  fill(framer, " ");
  CHECK_EQ(framer.next(payload), Result::BadLength);
  CHECK_EQ(framer.bad_length(), 0x47455420);
}

TEST("a frame that was put back is given again, and reading goes on behind it") {
  Framer framer(64);
  fill(framer, framed("one") + framed("two") + framed("three").substr(0, 6));
  std::string_view payload;
  CHECK_EQ(framer.next(payload), Result::Frame);
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(framer.next(payload), Result::Frame);
    CHECK_EQ(payload, "two");
    framer.put_back(payload);
  }
  fill(framer, framed("three").substr(6));
  const auto got = frames(framer);
  REQUIRE(got.size() == 2);
  CHECK_EQ(got[0], "two");
  CHECK_EQ(got[1], "three");
}

TEST("there is always space for the next read") {
  Random random(check::seed() + 1);
  Framer framer(64);
  const std::string stream = [&] {
    std::string out;
    for (int i = 0; i < 2000; ++i) out += framed(random.bytes(1 + random.below(70)));
    return out;
  }();
  // One byte more than the frame needs, one byte less: the edges of the buffer move through every offset.
  for (std::size_t at = 0; at < stream.size();) {
    const std::span<char> space = framer.space();
    REQUIRE(!space.empty());
    const std::size_t n = std::min(space.size(), stream.size() - at);
    stream.copy(space.data(), n, at);
    framer.filled(n);
    at += n;
    std::string_view payload;
    while (framer.next(payload) == Result::Frame) {
    }
  }
  CHECK_EQ(framer.buffered(), 0u);
}

constexpr std::size_t kUsual = 64u << 10;

TEST("a header alone costs nothing, and a frame no more than twice the bytes that have come") {
  Framer framer(kUsual);
  std::string_view payload;
  fill(framer, std::string("\0\xFF\xFF\xFF", 4));
  for (int i = 0; i < 100; ++i) {
    CHECK_EQ(framer.next(payload), Result::Incomplete);
    CHECK(!framer.space().empty());
    CHECK_EQ(framer.capacity(), kUsual);
  }
  // Slowly at first, then as a socket gives it.
  std::size_t largest = 0;
  while (framer.buffered() < kFrameHeader + kMaxFrame - 1) {
    const std::size_t most = framer.buffered() < 1000 ? 1 : kFrameHeader + kMaxFrame - 1 - framer.buffered();
    fill(framer, std::string(std::min(framer.space().size(), most), 'x'));
    CHECK_EQ(framer.next(payload), Result::Incomplete);
    CHECK(framer.capacity() <= std::max(kUsual, 2 * framer.buffered()));
    largest = std::max(largest, framer.capacity());
  }
  CHECK_EQ(largest, kFrameHeader + kMaxFrame);
  fill(framer, "x");
  CHECK_EQ(framer.next(payload), Result::Frame);
  CHECK_EQ(payload.size(), std::size_t{kMaxFrame});
}

TEST("after a large frame the buffer has its usual size again, and what lies behind the frame is kept") {
  for (const std::size_t behind : {std::size_t{0}, std::size_t{3}, std::size_t{5}, kUsual - 1}) {
    const check::Note note(std::to_string(behind) + " bytes behind it");
    Framer framer(kUsual);
    std::vector<std::string> got;
    const std::string next = framed(std::string(kUsual, 'n'));
    stream_through(framer, framed(std::string(200'000, 'm')) + next.substr(0, behind), got);
    REQUIRE(got.size() == 1);
    framer.trim();
    // Of the next frame nothing is known yet, or that it is too large for the usual size.
    if (behind < kFrameHeader) CHECK_EQ(framer.capacity(), kUsual);
    stream_through(framer, next.substr(behind), got);
    REQUIRE(got.size() == 2);
    CHECK(got[1] == std::string(kUsual, 'n'));
    framer.trim();
    CHECK_EQ(framer.capacity(), kUsual);
  }
}

TEST("trim() while a large frame is coming changes nothing") {
  Framer framer(64);
  Random random(check::seed());
  std::vector<std::string> sent, got;
  std::string stream;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(random.bytes(1 + random.below(random.one_in(4) ? 2000 : 60)));
    stream += framed(sent.back());
  }
  while (!stream.empty()) {
    const std::size_t n =
        std::min({framer.space().size(), stream.size(), static_cast<std::size_t>(1 + random.below(90))});
    stream_through(framer, stream.substr(0, n), got);
    stream.erase(0, n);
    framer.trim();
    if (framer.buffered() == 0) CHECK_EQ(framer.capacity(), 64u);
  }
  CHECK(got == sent);
}

TEST("after reset() nothing of the old stream is left") {
  Framer framer(64);
  fill(framer, framed("gone").substr(0, 6));
  std::string_view payload;
  CHECK_EQ(framer.next(payload), Result::Incomplete);
  framer.reset();
  CHECK_EQ(framer.buffered(), 0u);
  fill(framer, framed("new"));
  CHECK_EQ(framer.next(payload), Result::Frame);
  CHECK_EQ(payload, "new");
}

}  // namespace
