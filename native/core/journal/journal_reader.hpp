// Reads one file of a journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/journal_layout.hpp"

namespace ibkr {

enum class JournalFileState : std::uint8_t {
  Good,
  Torn,     ///< ended while it was being made: no records
  Damaged,  ///< one of ours, and both copies of its head are damaged: no records
  Foreign,  ///< none of ours
  Newer,    ///< of a version that is not known here
};

enum class JournalTail : std::uint8_t {
  Whole,    ///< the last record ends where the file ends
  Torn,     ///< behind it is a record's beginning, or zeros: room, or what a process or machine leaves
  Damaged,  ///< behind it is something else
};

/// Gives back every complete record up to the first that is not, and never a wrong one.
class JournalReader {
 public:
  /// `file` is there as long as records of it are used.
  explicit JournalReader(std::span<const std::byte> file);

  JournalFileState state() const { return state_; }
  /// If the state is Good or Newer.
  const JournalFileHead& head() const { return head_; }
  /// The next record; empty at the end.
  std::span<const std::byte> next();
  /// Where next() goes on; at the end: how many bytes of the file are good.
  std::size_t offset() const { return passed_ + offset_; }
  /// Bytes that next() has not taken.
  std::size_t left() const { return file_.size() - offset_; }
  /// The file goes on: `rest` has what is left, and more behind it.
  void go_on(std::span<const std::byte> rest);
  /// At the end.
  JournalTail tail() const;

 private:
  std::span<const std::byte> file_;
  JournalFileState state_ = JournalFileState::Good;
  JournalFileHead head_;
  std::uint32_t seed_ = 0;
  std::uint32_t sequence_ = 0;
  std::size_t offset_ = 0;  // in file_
  std::size_t passed_ = 0;  // of the file, before file_
};

/// A head with its checksum, as it stands in a file, both copies.
std::array<JournalFileHead, 2> sealed_journal_heads(JournalFileHead head);

}  // namespace ibkr
