#include "journal/journal_reader.hpp"

#include <string>

#include "check.hpp"
#include "support/journal_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

std::vector<MadeRecord> some_records(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<MadeRecord> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random_record(random));
  return out;
}

/// How many records come; each has to be the one that was written.
std::size_t come_back(JournalReader& reader, std::span<const MadeRecord> records) {
  std::size_t count = 0;
  for (std::span<const std::byte> record; !(record = reader.next()).empty(); ++count)
    if (!CHECK(count < records.size() && same_record(record, records[count].bytes))) return count;
  return count;
}

std::size_t before(std::span<const MadeRecord> records, std::size_t end) {
  std::size_t at = kJournalRecordsOffset, count = 0;
  while (count < records.size() && at + records[count].bytes.size() <= end)
    at += records[count++].bytes.size();
  return count;
}

TEST("a file gives back what was written to it") {
  const auto records = some_records(check::seed(), 40);
  JournalFileHead head;
  head.number = 7;
  head.client_id = -3;
  const Bytes file = make_file(records, head);
  JournalReader reader(file);
  CHECK(reader.state() == JournalFileState::Good);
  CHECK_EQ(reader.head().number, 7u);
  CHECK_EQ(reader.head().client_id, -3);
  CHECK_EQ(come_back(reader, records), records.size());
  CHECK(reader.tail() == JournalTail::Whole);
}

TEST("cut at any byte, a file gives back every complete record before the cut") {
  const auto records = some_records(check::seed(), 12);
  const Bytes file = make_file(records);
  for (std::size_t end = 0; end < file.size(); ++end) {
    const check::Note note("cut at " + std::to_string(end));
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(end));
    JournalReader reader(cut);
    CHECK(reader.state() == (end < kJournalRecordsOffset ? JournalFileState::Torn : JournalFileState::Good));
    const std::size_t expected = before(records, end);
    CHECK_EQ(come_back(reader, records), expected);
    std::size_t good = kJournalRecordsOffset;
    for (std::size_t i = 0; i < expected; ++i) good += records[i].bytes.size();
    if (end >= kJournalRecordsOffset)
      CHECK(reader.tail() == (good == end ? JournalTail::Whole : JournalTail::Torn));
  }
}

TEST("with any byte of it flipped in any way, a file gives back every record before it, and no wrong one") {
  const auto records = some_records(check::seed() + 1, 12);
  Bytes file = make_file(records);
  for (std::size_t at = 0; at < file.size(); ++at) {
    const check::Note note("flipped at " + std::to_string(at));
    const std::byte was = file[at];
    for (int flip = 1; flip < 256; flip += check::scaled(1, 17)) {
      file[at] = was ^ static_cast<std::byte>(flip);
      JournalReader reader(file);
      // The head is there twice.
      CHECK(reader.state() == JournalFileState::Good);
      const std::size_t count = come_back(reader, records);
      if (!CHECK_EQ(count, at < kJournalRecordsOffset ? records.size() : before(records, at))) return;
      CHECK((reader.tail() == JournalTail::Whole) == (at < kJournalRecordsOffset));
    }
    file[at] = was;
  }
}

TEST("a record of another file, or at another place, is none of this one's") {
  const auto records = some_records(check::seed(), 3);
  JournalFileHead other;
  other.number = 2;
  Bytes file = make_file(records);
  const Bytes elsewhere = make_file(records, other);
  // Recycled blocks of a disk: the other file's first record lies behind our last one, or ours comes again.
  Bytes stale = file;
  stale.insert(stale.end(), elsewhere.begin() + kJournalRecordsOffset, elsewhere.end());
  JournalReader reader(stale);
  CHECK_EQ(come_back(reader, records), records.size());
  CHECK(reader.tail() == JournalTail::Damaged);
  Bytes again = file;
  again.insert(again.end(), file.begin() + kJournalRecordsOffset, file.end());
  JournalReader second(again);
  CHECK_EQ(come_back(second, records), records.size());
}

TEST("zeros behind the last record are a torn tail, other bytes a damaged one") {
  const auto records = some_records(check::seed(), 3);
  Bytes file = make_file(records);
  file.resize(file.size() + 4096);
  JournalReader zeros(file);
  CHECK_EQ(come_back(zeros, records), records.size());
  CHECK(zeros.tail() == JournalTail::Torn);
  std::fill(file.end() - 4096, file.end(), std::byte{0x5A});
  JournalReader noise(file);
  CHECK_EQ(come_back(noise, records), records.size());
  CHECK(noise.tail() == JournalTail::Damaged);
}

TEST(
    "what is none of ours is foreign, what is of a newer version says so, and two damaged heads are damage") {
  const std::string text(2000, 'x');
  CHECK(JournalReader(std::as_bytes(std::span(text))).state() == JournalFileState::Foreign);
  CHECK(JournalReader(std::as_bytes(std::span(text)).first(5)).state() == JournalFileState::Foreign);
  CHECK(JournalReader({}).state() == JournalFileState::Torn);
  JournalFileHead newer;
  newer.version = 2;
  const Bytes file = make_file({}, newer);
  CHECK(JournalReader(file).state() == JournalFileState::Newer);
  CHECK_EQ(JournalReader(file).head().version, 2u);
  Bytes damaged = make_file(some_records(check::seed(), 3));
  damaged[40] ^= std::byte{1};
  damaged[sizeof(JournalFileHead) + 40] ^= std::byte{1};
  JournalReader reader(damaged);
  CHECK(reader.state() == JournalFileState::Damaged);
  CHECK(reader.next().empty());
  JournalFileHead long_endpoint;
  long_endpoint.endpoint_bytes = kMaxEndpointBytes + 1;
  const Bytes wrong = make_file({}, long_endpoint);
  CHECK(JournalReader(wrong).state() == JournalFileState::Damaged);
}

}  // namespace
