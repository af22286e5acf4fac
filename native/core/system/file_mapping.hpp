// A file's bytes as memory: what is stored there is with the system at once, and outlives the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace ibkr {

/// What others cut off a mapped file, or a disk does not give, is no memory any more: a store to it is
/// SIGBUS, which ends a process. As long as there is a mapping, a handler of ours puts a page of zeros in its
/// place, and is_lost() says so; SIGBUS elsewhere goes to whoever had it before. Linux only.
class FileMapping {
 public:
  FileMapping() = default;
  FileMapping(const FileMapping&) = delete;
  FileMapping& operator=(const FileMapping&) = delete;
  ~FileMapping() { unmap(); }
  void swap(FileMapping& other) noexcept;

  /// The first `bytes` of a file that may be read and written, also those that it does not have yet: whoever
  /// stores to them sees to that. 0, or an errno: then nothing is mapped.
  int map(int fd, std::size_t bytes);
  void unmap();

  /// 0: nothing is mapped.
  std::size_t size() const { return size_; }
  std::byte* data() const { return data_; }
  /// Of what was stored something is in no file.
  bool is_lost() const;

  /// Makes the pages of these bytes ready to be stored to, so that a store is no page fault. Where the system
  /// cannot, it is one. For any thread.
  void make_ready(std::size_t from, std::size_t bytes) const;
  /// These pages count no longer as the process's memory; what is in them is the file's. For any thread.
  void let_go(std::size_t from, std::size_t bytes) const;

  static std::size_t page_bytes();

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t slot_ = 0;
};

/// Gives a file blocks of the disk for these bytes, and as much length: storing to them does not fail for
/// want of room. 0, or an errno: ENOSPC, EDQUOT, EFBIG; ENOTSUP where the system or the file system cannot.
int reserve_blocks(int fd, std::size_t from, std::size_t bytes);

}  // namespace ibkr
