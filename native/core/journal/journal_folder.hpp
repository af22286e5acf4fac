// The files of a journal in their folder: which there are, who has them, what is in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "journal/journal_layout.hpp"
#include "journal/journal_reader.hpp"
#include "system/file_lock.hpp"

namespace ibkr {

/// Why a journal could not be opened.
enum class JournalFault : std::uint8_t {
  None,
  System,     ///< the system refused `path` with `error`
  Locked,     ///< another process has it: `process_id`, 0 where it is not known
  Foreign,    ///< `path` is no file of a journal
  OtherName,  ///< `path` is of another endpoint or client id: `detail`
  Newer,      ///< `path` is of a newer version
};

struct JournalProblem {
  JournalFault fault = JournalFault::None;
  int error = 0;
  std::int64_t process_id = 0;
  std::string path;
  std::string detail;
  explicit operator bool() const { return fault != JournalFault::None; }
};

struct JournalName {
  std::string folder;
  std::string file;      ///< what the names of its files begin with
  std::string endpoint;  ///< at most kMaxEndpointBytes
  std::int32_t client_id = 0;
};

/// Held while a journal is open; the system lets go of it however the process ends.
class JournalLock {
 public:
  JournalProblem take(const JournalName& name);
  void release() { lock_.release(); }

 private:
  FileLock lock_;
};

/// What was found damaged in a file, or torn.
struct JournalDamage {
  std::string path;
  JournalTail tail = JournalTail::Whole;
  std::size_t offset = 0;      ///< of the first byte that is not good
  std::size_t lost_bytes = 0;  ///< from there to the end, or to the zeros that are room for more
};

struct JournalFileName {
  JournalFileKind kind = JournalFileKind::Segment;
  std::uint32_t number = 0;
};

class JournalFolder {
 public:
  explicit JournalFolder(JournalName name) : name_(std::move(name)) {}
  const JournalName& name() const { return name_; }
  std::string path_of(JournalFileName file) const;
  std::string unfinished_path_of(JournalFileName file) const { return path_of(file) + ".tmp"; }
  JournalFileHead head_of(JournalFileName file, double time_micros) const;

  /// All files, in the order of their numbers, a base before the segment of its number.
  JournalProblem list(std::vector<JournalFileName>& out) const;
  /// Those that count: the last base, and the segments from its number on.
  static std::vector<JournalFileName> current(std::span<const JournalFileName> all);
  /// Makes the names in the folder last. 0 or an errno.
  int sync() const;

 private:
  JournalName name_;
};

using TakeJournalRecord = std::function<void(std::span<const std::byte>)>;

/// Gives every good record of a file to `take`, in order; each is there until take() returns. Nothing is
/// wrong with a damaged file: `damage` says what is lost of it, which zeros alone are not. `good_bytes` is
/// how long it is without.
JournalProblem scan_journal_file(const JournalFolder& folder, JournalFileName file,
                                 const TakeJournalRecord& take, std::vector<JournalDamage>& damage,
                                 std::size_t& good_bytes);

}  // namespace ibkr
