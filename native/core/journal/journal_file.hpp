// One file of a journal that is being written.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "journal/journal_layout.hpp"
#include "system/fd.hpp"
#include "system/file_mapping.hpp"

namespace ibkr {

/// Appended to by one thread at a time; sync(), is_whole() and prepare() may run beside an append.
///
/// A mapped file has room reserved behind its records, zeros, and a record is stored there: no system call.
/// Its first eight bytes, length and checksum, are stored last and at once: they make it a record. Otherwise,
/// and where a mapped file has become longer than its mapping, a record is one write.
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
  /// With nobody at either of them.
  void swap(JournalFile& other) noexcept;

  /// Makes a file that is not there yet, with its head in it. 0, or an errno; then there is no file.
  /// `mapped_bytes`: how much of it is mapped, where the system can; 0: nothing.
  int create(const std::string& path, const JournalFileHead& head, std::size_t mapped_bytes = 0);
  /// Seals the record and puts it into the file. 0, or an errno: then the file ends where it did before. (If
  /// not even that can be had, broken() is true, and the record's rest has no successor.)
  int append(std::span<std::byte> record);
  /// Reserves room for what comes, and has the memory ready. `bytes`: of the file, as of now.
  void prepare(std::size_t bytes);
  /// Nobody has cut anything off it. `bytes`: of the file, as of now.
  bool is_whole(std::size_t bytes) const;
  /// Nothing is appended any more: gives back what was reserved.
  void finish();
  /// 0 or an errno.
  int sync() const;

  bool is_open() const { return fd_.valid(); }
  bool is_mapped() const { return mapping_.size() != 0; }
  bool broken() const { return broken_; }
  std::size_t bytes() const { return bytes_; }
  std::uint32_t records() const { return sequence_; }
  std::uint32_t number() const { return number_; }
  const std::string& path() const { return path_; }

 private:
  int store(std::span<const std::byte> record);
  int write(std::span<const std::byte> record);
  int write_all(std::span<const std::byte> bytes, std::size_t at) const;
  int reserve(std::size_t end);
  int reserve_to(std::size_t from, std::size_t end);

  Fd fd_;
  FileMapping mapping_;
  std::atomic<std::size_t> reserved_{0};  // of the mapped file, from its beginning
  std::uint32_t number_ = 0;
  std::uint32_t seed_ = 0;
  std::uint32_t sequence_ = 0;
  std::size_t bytes_ = 0;
  bool stores_ = true;  // it has not become longer than what is mapped of it
  bool broken_ = false;
  std::string path_;
  // prepare()'s:
  std::size_t prepared_at_ = 0;
  std::size_t let_go_ = 0;
};

}  // namespace ibkr
