#include "journal/journal_recovery.hpp"

#include <errno.h>

namespace ibkr {

namespace {
/// Somebody who writes the journal may remove a file between our looking for it and our opening it.
constexpr int kAttempts = 5;
}  // namespace

JournalProblem index_journal(const JournalFolder& folder, std::span<const JournalFileName> files,
                             JournalIndex& index, JournalRecovery& out) {
  for (const JournalFileName file : files) {
    std::size_t bytes = 0;
    const auto take = [&index](std::span<const std::byte> record) { index.add(record); };
    if (JournalProblem problem = scan_journal_file(folder, file, take, out.damage, bytes)) return problem;
    (file.kind == JournalFileKind::Base ? out.base_bytes : out.segment_bytes) += bytes;
  }
  out.files = files.size();
  out.records = index.records();
  out.working = index.working();
  out.high_water = index.high_water();
  out.last_arm_id = index.last_arm_id();
  return {};
}

JournalProblem each_needed_record(const JournalFolder& folder, std::span<const JournalFileName> files,
                                  const JournalIndex& index, double keep_micros,
                                  const TakeJournalRecord& take) {
  const double since = index.newest_micros() - keep_micros;
  std::vector<JournalDamage> known;
  std::size_t bytes = 0;
  for (const JournalFileName file : files) {
    const auto take_needed = [&](std::span<const std::byte> record) {
      if (index.is_needed(record, since)) take(record);
    };
    if (JournalProblem problem = scan_journal_file(folder, file, take_needed, known, bytes)) return problem;
  }
  return {};
}

JournalProblem recover_journal(const JournalFolder& folder, std::span<const JournalFileName> files,
                               JournalWanted wanted, double keep_micros, JournalRecovery& out) {
  JournalIndex index;
  if (JournalProblem problem = index_journal(folder, files, index, out)) return problem;
  const auto keep = [&out](std::span<const std::byte> record) {
    out.taken.insert(out.taken.end(), record.begin(), record.end());
  };
  if (wanted == JournalWanted::Needed) return each_needed_record(folder, files, index, keep_micros, keep);
  std::vector<JournalDamage> known;
  std::size_t bytes = 0;
  for (const JournalFileName file : files)
    if (JournalProblem problem = scan_journal_file(folder, file, keep, known, bytes)) return problem;
  return {};
}

JournalProblem read_journal(const JournalName& name, JournalRecovery& out) {
  const JournalFolder folder(name);
  for (int attempt = 1;; ++attempt) {
    out = {};
    std::vector<JournalFileName> all;
    if (JournalProblem problem = folder.list(all)) return problem;
    JournalProblem problem = recover_journal(folder, JournalFolder::current(all), JournalWanted::All, 0, out);
    const bool gone = problem.fault == JournalFault::System && problem.error == ENOENT;
    if (!gone || attempt == kAttempts) return problem;
  }
}

}  // namespace ibkr
