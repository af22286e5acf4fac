#include "journal/journal_record.hpp"

#include <limits>

#include "journal/crc32c.hpp"

namespace ibkr {

namespace {
constexpr std::size_t kChecksumBytes = sizeof(JournalHead::checksum);

std::uint16_t length_at(std::span<const std::byte> record, std::size_t at) {
  std::uint16_t out = 0;
  std::memcpy(&out, record.data() + at, sizeof out);
  return out;
}

JournalForm form_of(JournalKind kind) { return kJournalForms[static_cast<std::size_t>(kind)]; }
}  // namespace

std::string_view journal_text(std::span<const std::byte> record, std::size_t index) {
  std::size_t at = sizeof(JournalHead) + form_of(journal_head_of(record).kind).numbers * sizeof(double);
  for (; index > 0; --index) at += 2 + length_at(record, at);
  return {reinterpret_cast<const char*>(record.data() + at + 2), length_at(record, at)};
}

bool is_journal_record(std::span<const std::byte> record) {
  if (record.size() < sizeof(JournalHead) || record.size() > kMaxJournalRecordBytes ||
      record.size() % kJournalAlignment != 0)
    return false;
  const JournalHead head = journal_head_of(record);
  const auto kind = static_cast<std::uint16_t>(head.kind);
  if (head.bytes != record.size() || kind == 0 || kind > kLastJournalKind) return false;
  const JournalForm form = form_of(head.kind);
  std::size_t at = sizeof head + form.numbers * sizeof(double);
  if (at > record.size()) return false;
  for (int i = 0; i < form.texts; ++i) {
    if (record.size() - at < 2) return false;
    const std::size_t length = length_at(record, at);
    at += 2;
    if (length > kMaxJournalTextBytes || length > record.size() - at) return false;
    at += length;
  }
  return record.size() - at < kJournalAlignment;
}

void seal_journal_record(std::span<std::byte> record, std::uint32_t seed, std::uint32_t sequence) {
  std::memcpy(record.data() + offsetof(JournalHead, sequence), &sequence, sizeof sequence);
  const std::uint32_t checksum = crc32c(record.subspan(kChecksumBytes), seed);
  std::memcpy(record.data(), &checksum, sizeof checksum);
}

std::byte* JournalRecordMaker::take(std::size_t bytes) {
  if (!whole_ || memory_.size() - used_ < bytes) {
    whole_ = false;
    return nullptr;
  }
  std::byte* const out = memory_.data() + used_;
  used_ += bytes;
  return out;
}

void JournalRecordMaker::begin(const JournalHead& head, std::span<const double> numbers) {
  used_ = 0;
  whole_ = true;
  const JournalForm form = form_of(head.kind);
  texts_left_ = form.texts;
  if (std::byte* const at = take(sizeof head)) std::memcpy(at, &head, sizeof head);
  for (std::size_t i = 0; i < form.numbers; ++i) {
    const double number = i < numbers.size() ? numbers[i] : std::numeric_limits<double>::quiet_NaN();
    if (std::byte* const at = take(sizeof number)) std::memcpy(at, &number, sizeof number);
  }
}

void JournalRecordMaker::text(std::string_view text) {
  if (texts_left_ == 0) return;
  --texts_left_;
  if (text.size() > kMaxJournalTextBytes) {
    std::size_t end = kMaxJournalTextBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end);
  }
  const auto length = static_cast<std::uint16_t>(text.size());
  std::byte* const at = take(sizeof length + text.size());
  if (at == nullptr) return;
  std::memcpy(at, &length, sizeof length);
  if (!text.empty()) std::memcpy(at + sizeof length, text.data(), text.size());
}

std::span<std::byte> JournalRecordMaker::finish() {
  while (texts_left_ > 0) text({});
  const std::size_t padding = (0 - used_) % kJournalAlignment;
  if (std::byte* const at = take(padding); at != nullptr && padding != 0) std::memset(at, 0, padding);
  if (!whole_) return {};
  const auto bytes = static_cast<std::uint32_t>(used_);
  std::memcpy(memory_.data() + offsetof(JournalHead, bytes), &bytes, sizeof bytes);
  return memory_.first(used_);
}

}  // namespace ibkr
