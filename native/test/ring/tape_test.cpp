#include "ring/tape.hpp"

#include <array>
#include <memory>
#include <optional>

#include "check.hpp"
#include "support/random.hpp"
#include "support/tape_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::uint32_t kSlots = kMinTapeSlots;

/// Writes numbered records, and reads them back.
struct Bench {
  void write(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) tape.write(NumberedRecord(written++).get());
    tape.publish();
  }
  /// Reads until nothing comes; each record is the one that is due, behind those that are known to be lost.
  std::uint64_t read(TapeReader& reader, std::size_t room = 1024) {
    std::vector<Record> out(room);
    std::uint64_t records = 0;
    for (std::size_t slots; (slots = reader.read(out)) > 0;) {
      std::span<const Record> rest = std::span<const Record>(out).first(slots);
      std::uint64_t expected = reader.next_number();
      for (std::size_t at = 0; at < slots; at += rest[at].slots) --expected;
      for (; !rest.empty(); rest = rest.subspan(rest[0].slots)) {
        if (!CHECK_EQ(number_of_whole(rest), static_cast<std::int64_t>(expected++))) return records;
        ++records;
      }
    }
    return records;
  }

  TapeBench memory{kSlots};
  Tape tape{memory.memory()};
  std::uint64_t written = 0;
};

TEST("what is written comes out in order, to each reader, from the moment on that it began") {
  Bench bench;
  TapeReader first(bench.memory.memory());
  bench.write(10);
  TapeReader second(bench.memory.memory());
  CHECK_EQ(bench.read(second), 0u);
  bench.write(20);
  CHECK_EQ(bench.read(first), 30u);
  CHECK_EQ(bench.read(second), 20u);
  CHECK_EQ(second.next_number(), 30u);
  CHECK_EQ(first.lost() + second.lost(), 0u);
}

TEST("nothing is seen before it is published") {
  Bench bench;
  TapeReader reader(bench.memory.memory());
  bench.tape.write(NumberedRecord(0).get());
  CHECK_EQ(bench.read(reader), 0u);
  bench.tape.publish();
  CHECK_EQ(bench.read(reader), 1u);
}

TEST("what is written over is lost before it is published") {
  Bench bench;
  TapeReader reader(bench.memory.memory());
  for (std::uint64_t n = 0; n < kSlots; ++n) bench.tape.write(NumberedRecord(n, 1).get());
  bench.tape.publish();
  bench.tape.write(NumberedRecord(kSlots, 1).get());
  std::vector<Record> out(kSlots);
  REQUIRE(reader.read(out) > 0);
  CHECK(number_of_whole(out) > 0);
  CHECK_EQ(reader.next_number(), kSlots);
  CHECK_EQ(reader.lost(), static_cast<std::uint64_t>(number_of_whole(out)));
}

TEST("records of several slots go over the end of the memory whole") {
  Bench bench;
  TapeReader reader(bench.memory.memory());
  std::uint64_t got = 0;
  for (int i = 0; i < 500; ++i) {
    bench.write(97);
    got += bench.read(reader, 5);  // the longest has four
  }
  CHECK_EQ(got, bench.written);
  CHECK_EQ(reader.lost(), 0u);
}

TEST("who is overtaken knows how many records it lost, whatever it reads between") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(400, 40); ++round) {
    Bench bench;
    bench.write(random.below(3000));
    std::optional<TapeReader> reader(std::in_place, bench.memory.memory());
    const std::uint64_t began = bench.written;
    std::uint64_t got = 0;
    for (int i = 0; i < 20; ++i) {
      bench.write(random.below(random.below(4) == 0 ? 5000 : 200));
      if (random.below(2) == 0) got += bench.read(*reader, 4 + random.below(600));
      CHECK(got + reader->lost() <= bench.written - began);
    }
    got += bench.read(*reader);
    if (!CHECK_EQ(got + reader->lost(), bench.written - began)) return;
  }
}

TEST("who is overtaken goes on with three quarters of the tape before the writer") {
  Bench bench;
  TapeReader reader(bench.memory.memory());
  bench.write(10'000);
  const std::uint64_t got = bench.read(reader);  // of 2.5 slots each
  CHECK(got > kSlots * 7 / 10 / 5 * 2 && got <= kSlots * 3 / 4 / 5 * 2);
  CHECK_EQ(got + reader.lost(), 10'000u);
}

TEST("of a record that is too large there is the first slot, marked") {
  Bench bench;
  TapeReader reader(bench.memory.memory());
  bench.tape.write(NumberedRecord(0, kSlots / 8).get());
  bench.tape.write(NumberedRecord(1, kSlots / 8 + 1).get());
  bench.tape.write(NumberedRecord(2, 1).get());
  bench.tape.publish();
  std::array<Record, kMaxTapeRecordSlots> out;
  REQUIRE(CHECK_EQ(reader.read(out), kSlots / 8 + 2));
  CHECK_EQ(out[0].slots, kSlots / 8);
  const Record& cut = out[kSlots / 8];
  CHECK_EQ(cut.req_id, 1);
  CHECK_EQ(cut.slots, 1u);
  CHECK_EQ(cut.flags & kFlagSpilled, kFlagSpilled);
  CHECK_EQ(out[kSlots / 8 + 1].req_id, 2);
}

TEST("slots are a power of two within the limits") {
  CHECK(TapeMemory::valid_slots(kMinTapeSlots) && TapeMemory::valid_slots(kMaxTapeSlots));
  for (const std::uint32_t n : {0u, 512u, 1025u, kMaxTapeSlots * 2}) CHECK(!TapeMemory::valid_slots(n));
}

}  // namespace
