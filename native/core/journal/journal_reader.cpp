#include "journal/journal_reader.hpp"

#include <algorithm>
#include <cstring>

#include "journal/crc32c.hpp"
#include "journal/journal_record.hpp"

namespace ibkr {

namespace {
std::uint32_t checksum_of(const JournalFileHead& head) {
  return crc32c(std::as_bytes(std::span(&head, 1)).first(offsetof(JournalFileHead, checksum)));
}

bool is_zeros(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

bool begins_with_magic(std::span<const std::byte> bytes) {
  const std::size_t size = std::min(bytes.size(), kJournalMagic.size());
  return size == 0 || std::memcmp(bytes.data(), kJournalMagic.data(), size) == 0;
}
}  // namespace

std::array<JournalFileHead, 2> sealed_journal_heads(JournalFileHead head) {
  head.checksum = checksum_of(head);
  return {head, head};
}

JournalReader::JournalReader(std::span<const std::byte> file) : file_(file), offset_(file.size()) {
  for (std::size_t at = 0; at + sizeof head_ <= file.size() && at < kJournalRecordsOffset;
       at += sizeof head_) {
    std::memcpy(&head_, file.data() + at, sizeof head_);
    if (head_.magic != kJournalMagic || head_.checksum != checksum_of(head_)) continue;
    if (head_.version != kJournalVersion) {
      state_ = JournalFileState::Newer;
      return;
    }
    if (head_.endpoint_bytes > kMaxEndpointBytes) break;
    if (file.size() < kJournalRecordsOffset) {
      state_ = JournalFileState::Torn;
      return;
    }
    seed_ = checksum_seed(head_.kind, head_.number);
    offset_ = kJournalRecordsOffset;
    return;
  }
  if (file.size() < kJournalRecordsOffset)
    state_ = begins_with_magic(file) ? JournalFileState::Torn : JournalFileState::Foreign;
  else if (begins_with_magic(file) || begins_with_magic(file.subspan(sizeof head_)))
    state_ = JournalFileState::Damaged;
  else
    state_ = JournalFileState::Foreign;
}

std::span<const std::byte> JournalReader::next() {
  const std::span<const std::byte> rest = file_.subspan(offset_);
  if (rest.size() < sizeof(JournalHead)) return {};
  const JournalHead head = journal_head_of(rest);
  if (head.bytes > rest.size() || head.sequence != sequence_) return {};
  const std::span<const std::byte> record = rest.first(head.bytes);
  if (!is_journal_record(record) || head.checksum != crc32c(record.subspan(sizeof head.checksum), seed_))
    return {};
  offset_ += record.size();
  ++sequence_;
  return record;
}

void JournalReader::go_on(std::span<const std::byte> rest) {
  file_ = rest;
  passed_ += offset_;
  offset_ = 0;
}

JournalTail JournalReader::tail() const {
  const std::span<const std::byte> rest = file_.subspan(offset_);
  if (rest.empty()) return JournalTail::Whole;
  if (is_zeros(rest)) return JournalTail::Torn;
  if (rest.size() < sizeof(JournalHead)) return JournalTail::Torn;
  const JournalHead head = journal_head_of(rest);
  // What makes it a record is stored last (JournalFile): it was killed before.
  if (head.checksum == 0 && head.bytes == 0 &&
      (rest.size() <= kMaxJournalRecordBytes || is_zeros(rest.subspan(kMaxJournalRecordBytes))))
    return JournalTail::Torn;
  const bool begins = head.sequence == sequence_ && head.bytes <= kMaxJournalRecordBytes;
  return begins && head.bytes > rest.size() ? JournalTail::Torn : JournalTail::Damaged;
}

}  // namespace ibkr
