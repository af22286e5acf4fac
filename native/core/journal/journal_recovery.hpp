// What a journal's files say, all of them together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journal/journal_folder.hpp"
#include "journal/journal_index.hpp"

namespace ibkr {

/// What was found in a journal.
struct JournalRecovery {
  std::vector<JournalDamage> damage;
  std::size_t files = 0;
  std::size_t base_bytes = 0;     ///< good ones, of the base
  std::size_t segment_bytes = 0;  ///< and of what was appended since
  std::size_t records = 0;
  std::size_t working = 0;
  double high_water = 0;
  std::int32_t last_arm_id = 0;
  /// The records that were asked for, one behind the other, in order.
  std::vector<std::byte> taken;
};

enum class JournalWanted : std::uint8_t { Needed, All };

/// Reads the files, in two passes: what works, then the records of that.
/// `keep_micros`: orders that are over are needed for so long, counted from the newest record.
JournalProblem recover_journal(const JournalFolder& folder, std::span<const JournalFileName> files,
                               JournalWanted wanted, double keep_micros, JournalRecovery& out);

/// Reads a journal without opening it; another process may be writing it.
JournalProblem read_journal(const JournalName& name, JournalRecovery& out);

/// The first pass alone, and the second one.
JournalProblem index_journal(const JournalFolder& folder, std::span<const JournalFileName> files,
                             JournalIndex& index, JournalRecovery& out);
JournalProblem each_needed_record(const JournalFolder& folder, std::span<const JournalFileName> files,
                                  const JournalIndex& index, double keep_micros,
                                  const TakeJournalRecord& take);

}  // namespace ibkr
