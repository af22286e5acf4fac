#include "ring/ring.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"
#include "support/ring_reader.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Fills a record of any size with words that say which record they are of.
void fill(Record* record, std::uint32_t slots, std::uint32_t sequence) {
  record->kind = RecordKind::Cold;
  record->flags = 0;
  record->req_id = static_cast<std::int32_t>(sequence);
  record->field = 0;
  record->aux = static_cast<std::int32_t>(slots * kSlotBytes - kBytesOffset);
  record->received_micros = sequence;
  auto* words = reinterpret_cast<char*>(record) + kBytesOffset;
  for (std::size_t i = 0; i + 4 <= slots * kSlotBytes - kBytesOffset; i += 4)
    std::memcpy(words + i, &sequence, sizeof sequence);
}

bool intact(const Record& record, std::uint32_t sequence) {
  if (record.req_id != static_cast<std::int32_t>(sequence) || record.received_micros != sequence)
    return false;
  const auto* words = reinterpret_cast<const char*>(&record) + kBytesOffset;
  for (std::size_t i = 0; i + 4 <= record.slots * kSlotBytes - kBytesOffset; i += 4)
    if (std::memcmp(words + i, &sequence, sizeof sequence) != 0) return false;
  return true;
}

/// Sends slots through an empty ring until both indices are at `target`.
void fast_forward(Ring& ring, RingReader& reader, std::uint32_t target) {
  const std::uint32_t half = ring.capacity() / 2;
  std::uint32_t at = reader.next_index();
  while (at != target) {
    const std::uint32_t to_end = ring.capacity() - at % ring.capacity();
    const std::uint32_t step = std::min({half, to_end, target - at});
    if (ring.claim(step) == nullptr) return;
    at += step;
    ring.publish();
    reader.start_at(at);
  }
}

TEST("capacities are powers of two from 64 to 2^24") {
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    CHECK_EQ(Ring::valid_capacity(1u << bit), bit >= 6 && bit <= 24);
  for (const std::uint32_t n : {0u, 63u, 65u, 96u, 1000u, (1u << 24) + 1, 0xFFFFFFFFu})
    CHECK(!Ring::valid_capacity(n));
}

TEST("the largest record of any capacity fits the 16 bits that hold its slots") {
  for (std::uint32_t bit = 6; bit <= 24; ++bit) {
    const check::Note note("capacity 2^" + std::to_string(bit));
    const RingMemory memory(1u << bit);
    CHECK(memory.ring().max_record_slots() <= 0xFFFF);
    CHECK(memory.ring().max_record_slots() >= 8);
  }
}

TEST("nothing is visible before publish, everything after") {
  const RingMemory memory(64);
  Ring ring = memory.ring();
  RingReader reader(memory);
  CHECK(!ring.publish());
  CHECK(!ring.has_unread());
  for (std::uint32_t i = 0; i < 3; ++i) fill(ring.claim(2), 2, i);
  CHECK(reader.drain().empty());
  CHECK(!ring.has_unread());
  CHECK(ring.publish());
  CHECK(!ring.publish());
  CHECK(ring.has_unread());
  CHECK_EQ(reader.drain().size(), 3u);
  CHECK(!ring.has_unread());
  CHECK_EQ(reader.broken(), "");
}

TEST("a full ring gives no room until the consumer has given slots back") {
  const RingMemory memory(64);
  Ring ring = memory.ring();
  RingReader reader(memory);
  for (std::uint32_t i = 0; i < 64; ++i) {
    Record* record = ring.claim(1);
    REQUIRE(record != nullptr);
    fill(record, 1, i);
  }
  CHECK(ring.claim(1) == nullptr);
  ring.publish();
  CHECK(ring.claim(1) == nullptr);
  CHECK_EQ(reader.take(3).size(), 3u);
  CHECK(ring.claim(4) == nullptr);
  for (std::uint32_t i = 64; i < 67; ++i) {
    Record* record = ring.claim(1);
    REQUIRE(record != nullptr);
    fill(record, 1, i);
  }
  CHECK(ring.claim(1) == nullptr);
  ring.publish();
  std::uint32_t next = 3;
  reader.visit([&](const Record& record) { CHECK(intact(record, next++)); });
  CHECK_EQ(next, 67u);
}

TEST("a record that does not fit before the end goes to the front, behind a padding") {
  for (std::uint32_t before = 57; before < 64; ++before) {
    const RingMemory memory(64);
    Ring ring = memory.ring();
    RingReader reader(memory);
    fast_forward(ring, reader, before);
    Record* record = ring.claim(8);
    REQUIRE(record != nullptr);
    CHECK_EQ(reinterpret_cast<std::byte*>(record) - memory.block(),
             static_cast<std::ptrdiff_t>(kRingSlotsOffset));
    fill(record, 8, before);
    ring.publish();
    const auto got = reader.drain();
    REQUIRE(got.size() == 1);
    CHECK_EQ(got[0].req_id, static_cast<std::int32_t>(before));
    CHECK_EQ(reader.broken(), "");
  }
}

TEST("padding that would run into unread slots is not made") {
  const RingMemory memory(64);
  Ring ring = memory.ring();
  RingReader reader(memory);
  fast_forward(ring, reader, 60);
  for (std::uint32_t i = 0; i < 2; ++i) fill(ring.claim(1), 1, i);  // 62: two slots left before the end
  fill(ring.claim(2), 2, 2);
  for (std::uint32_t i = 0; i < 7; ++i) fill(ring.claim(8), 8, 3 + i);  // up to 56 of the next round
  CHECK(ring.claim(5) == nullptr);                                      // 4 slots are free
  fill(ring.claim(4), 4, 10);
  CHECK(ring.claim(1) == nullptr);
  ring.publish();
  std::uint32_t next = 0;
  reader.visit([&](const Record& record) { CHECK(intact(record, next++)); });
  CHECK_EQ(next, 11u);
  CHECK_EQ(reader.broken(), "");
}

TEST("where has_room_for_record says yes, a record of that size fits wherever the index stands") {
  Random random(check::seed());
  const RingMemory memory(128);
  Ring ring = memory.ring();
  RingReader reader(memory);
  std::uint32_t sequence = 0, expected = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto slots = static_cast<std::uint32_t>(1 + random.below(ring.max_record_slots()));
    if (ring.has_room_for_record(slots)) {
      Record* record = ring.claim(slots);
      REQUIRE(record != nullptr);
      fill(record, slots, sequence++);
    }
    if (random.one_in(3)) ring.publish();
    if (random.one_in(4)) reader.visit([&](const Record& record) { CHECK(intact(record, expected++)); });
  }
  CHECK(ring.has_room_for_record(1) || expected < sequence);
  ring.publish();
  reader.visit([&](const Record& record) { CHECK(intact(record, expected++)); });
  CHECK_EQ(expected, sequence);
}

TEST("an empty ring has room for its largest record at every index") {
  for (const std::uint32_t capacity : {64u, 128u, 1024u}) {
    const RingMemory memory(capacity);
    Ring ring = memory.ring();
    RingReader reader(memory);
    for (std::uint32_t at = 0; at < capacity; ++at) {
      fast_forward(ring, reader, at);
      CHECK(ring.has_room_for_record(ring.max_record_slots()));
    }
  }
}

TEST("records of random sizes come out unchanged and in order over many rounds") {
  Random random(check::seed() + 1);
  const RingMemory memory(64);
  Ring ring = memory.ring();
  RingReader reader(memory);
  std::uint32_t sequence = 0, expected = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto slots = static_cast<std::uint32_t>(1 + random.below(8));
    if (Record* record = ring.claim(slots)) {
      fill(record, slots, sequence++);
    } else {
      ring.publish();
      for (std::uint64_t n = 1 + random.below(5); n > 0; --n)
        reader.visit([&](const Record& record2) {
          if (!intact(record2, expected)) CHECK_EQ(record2.req_id, static_cast<std::int32_t>(expected));
          ++expected;
        });
    }
  }
  ring.publish();
  reader.visit([&](const Record&) { ++expected; });
  CHECK_EQ(expected, sequence);
  CHECK_EQ(reader.broken(), "");
}

TEST("the indices run on over 2^32 without losing or repeating a record") {
  Random random(check::seed() + 2);
  const RingMemory memory(1 << 16);
  Ring ring = memory.ring();
  RingReader reader(memory);
  fast_forward(ring, reader, 0u - 5000u);
  CHECK_EQ(reader.next_index(), 0u - 5000u);
  std::uint32_t sequence = 0, expected = 0;
  bool wrapped = false;
  for (int i = 0; i < 6000; ++i) {
    const auto slots = static_cast<std::uint32_t>(1 + random.below(8));
    Record* record = ring.claim(slots);
    REQUIRE(record != nullptr);
    fill(record, slots, sequence++);
    ring.publish();
    CHECK(ring.has_unread());
    // Now and then the unread part lies across the wrap.
    if (random.one_in(500)) reader.visit([&](const Record& r) { CHECK(intact(r, expected++)); });
    wrapped |= reader.next_index() < 1u << 20;
  }
  reader.visit([&](const Record& r) { CHECK(intact(r, expected++)); });
  CHECK_EQ(expected, sequence);
  CHECK(wrapped);
  CHECK(!ring.has_unread());
}

TEST("a full ring is still full, and an empty one empty, across 2^32") {
  constexpr std::uint32_t kCapacity = 1 << 16;  // smaller rings take long to come to 2^32
  const RingMemory memory(kCapacity);
  Ring ring = memory.ring();
  RingReader reader(memory);
  fast_forward(ring, reader, 0u - 32u);
  for (std::uint32_t i = 0; i < kCapacity; ++i) {
    Record* record = ring.claim(1);
    REQUIRE(record != nullptr);
    fill(record, 1, i);
  }
  CHECK(ring.claim(1) == nullptr);
  ring.publish();
  CHECK(ring.claim(1) == nullptr);
  std::uint32_t expected = 0;
  reader.visit([&](const Record& r) { CHECK(intact(r, expected++)); });
  CHECK_EQ(expected, kCapacity);
  CHECK(ring.claim(1) != nullptr);
}

TEST("free slots up to the end of the block may be filled in before they are taken") {
  const RingMemory memory(64);
  Ring ring = memory.ring();
  RingReader reader(memory);
  fast_forward(ring, reader, 50);
  CHECK_EQ(ring.free_run().size(), 14u);
  fill(ring.claim(3), 3, 0);
  std::uint32_t sequence = 1;
  for (const std::uint32_t expected : {11u, 50u}) {
    const std::span<Record> room = ring.free_run();
    CHECK_EQ(room.size(), expected);
    for (Record& record : room) {
      record.slots = 1;
      fill(&record, 1, sequence++);
    }
    ring.take_slots(static_cast<std::uint32_t>(room.size()));
  }
  CHECK(ring.free_run().empty());
  CHECK(ring.claim(1) == nullptr);
  ring.publish();
  std::uint32_t expected = 0;
  reader.visit([&](const Record& r) { CHECK(intact(r, expected++)); });
  CHECK_EQ(expected, 62u);
}

TEST("after reset both sides start at 0 with an empty ring") {
  const RingMemory memory(64);
  Ring ring = memory.ring();
  for (std::uint32_t i = 0; i < 64; ++i) fill(ring.claim(1), 1, i);
  ring.publish();
  ring.reset();
  CHECK(!ring.has_unread());
  RingReader reader(memory);
  CHECK(reader.drain().empty());
  for (std::uint32_t i = 0; i < 64; ++i) CHECK(ring.claim(1) != nullptr);
}

TEST("a producer and a consumer on two threads pass every record on, unchanged and in order") {
  const RingMemory memory(256);
  Ring ring = memory.ring();
  const std::uint32_t count = check::scaled(1'500'000u, 150'000u);
  std::thread producer([&] {
    Random random(20260824);
    for (std::uint32_t sequence = 0; sequence < count;) {
      const auto slots = static_cast<std::uint32_t>(random.one_in(4) ? 1 + random.below(8) : 1);
      Record* record = ring.claim(slots);
      while (record == nullptr) {
        ring.publish();
        std::this_thread::yield();
        record = ring.claim(slots);
      }
      fill(record, slots, sequence++);
      if (random.one_in(6)) ring.publish();
    }
    ring.publish();
  });
  RingReader reader(memory);
  std::uint32_t expected = 0, wrong = 0;
  while (expected < count && reader.broken().empty()) {
    if (reader.visit([&](const Record& record) { wrong += !intact(record, expected++); }) == 0)
      std::this_thread::yield();
  }
  CHECK_EQ(reader.broken(), "");
  CHECK_EQ(wrong, 0u);
  CHECK_EQ(expected, count);
  producer.join();
}

TEST("spilled blocks pass from one thread to another in order") {
  Spill spill;
  const std::uint32_t count = check::scaled(100'000u, 20'000u);
  std::thread producer([&] {
    for (std::uint32_t i = 0; i < count; ++i) {
      std::vector<std::byte> block(4 + i % 40);
      std::memcpy(block.data(), &i, sizeof i);
      spill.push(std::move(block));
    }
  });
  for (std::uint32_t i = 0; i < count;) {
    const auto block = spill.pop();
    if (!block) {
      std::this_thread::yield();
      continue;
    }
    std::uint32_t got = 0;
    std::memcpy(&got, block->data(), sizeof got);
    if (got != i || block->size() != 4 + i % 40) CHECK_EQ(got, i);
    ++i;
  }
  CHECK(!spill.pop());
  producer.join();
}

}  // namespace
