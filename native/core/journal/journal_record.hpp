// Records of a journal: making, sealing and judging them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "journal/journal_layout.hpp"

namespace ibkr {

/// What the checksums of a file's records begin with: a record of another file is none of this one's.
constexpr std::uint32_t checksum_seed(JournalFileKind kind, std::uint32_t number) {
  return number * 2 + (kind == JournalFileKind::Base ? 1 : 0);
}

inline JournalHead journal_head_of(std::span<const std::byte> record) {
  JournalHead out;
  std::memcpy(&out, record.data(), sizeof out);
  return out;
}

/// Number `index` of a record that is valid.
inline double journal_number(std::span<const std::byte> record, std::size_t index) {
  double out = 0;
  std::memcpy(&out, record.data() + sizeof(JournalHead) + index * sizeof out, sizeof out);
  return out;
}
/// Text `index` of a record that is valid, within it.
std::string_view journal_text(std::span<const std::byte> record, std::size_t index);

/// Whether length, kind, numbers and texts agree with each other; not whether the checksum is right.
bool is_journal_record(std::span<const std::byte> record);

/// Gives a record its place and its checksum.
void seal_journal_record(std::span<std::byte> record, std::uint32_t seed, std::uint32_t sequence);

/// Makes a record in memory of the caller's: for the guard thread, and for tests. Nothing is allocated.
class JournalRecordMaker {
 public:
  /// `memory`: kMaxJournalRecordBytes have room for every record.
  explicit JournalRecordMaker(std::span<std::byte> memory) : memory_(memory) {}
  /// Begins anew: the numbers that `head.kind` has (fewer given: the rest is NaN), no texts yet.
  void begin(const JournalHead& head, std::span<const double> numbers = {});
  /// The next text. More than kMaxJournalTextBytes are cut, between characters.
  void text(std::string_view text);
  /// Empty texts for those that are missing, and the record; empty where memory was too small.
  std::span<std::byte> finish();

 private:
  std::byte* take(std::size_t bytes);

  std::span<std::byte> memory_;
  std::size_t used_ = 0;
  std::size_t texts_left_ = 0;
  bool whole_ = false;
};

}  // namespace ibkr
