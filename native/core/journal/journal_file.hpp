// One file of a journal that is being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "journal/journal_layout.hpp"
#include "system/fd.hpp"

namespace ibkr {

/// Appended to by one thread at a time; sync() may run beside an append.
class JournalFile {
 public:
  JournalFile() = default;
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;
  JournalFile(JournalFile&& other) noexcept { swap(other); }
  JournalFile& operator=(JournalFile&& other) noexcept {
    swap(other);
    return *this;
  }
  ~JournalFile() = default;
  void swap(JournalFile& other) noexcept;

  /// Makes a file that is not there yet, with its head in it. 0, or an errno; then there is no file.
  int create(const std::string& path, const JournalFileHead& head);
  /// Seals the record and writes it, in one call of the system's. 0, or an errno: then the file ends where it
  /// did before. (If not even that can be had, broken() is true, and the record's rest has no successor.)
  int append(std::span<std::byte> record);
  /// 0 or an errno.
  int sync() const;

  bool is_open() const { return fd_.valid(); }
  bool broken() const { return broken_; }
  std::size_t bytes() const { return bytes_; }
  std::uint32_t records() const { return sequence_; }
  std::uint32_t number() const { return number_; }
  const std::string& path() const { return path_; }

 private:
  int write_all(std::span<const std::byte> bytes) const;

  Fd fd_;
  std::uint32_t number_ = 0;
  std::uint32_t seed_ = 0;
  std::uint32_t sequence_ = 0;
  std::size_t bytes_ = 0;
  bool broken_ = false;
  std::string path_;
};

}  // namespace ibkr
