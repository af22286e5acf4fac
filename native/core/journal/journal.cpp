#include "journal/journal.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "journal/journal_record.hpp"

namespace ibkr {

namespace {
/// With as many files to read, opening makes one of them.
constexpr std::size_t kManyFiles = 8;
/// How often the thread looks whether a file has become long, where it has nothing to sync.
constexpr double kLookMs = 100;
/// How much of a file is mapped, as a multiple of when the next one begins: addresses, not memory.
constexpr std::size_t kMappedTimes = 4;
constexpr std::size_t kLeastMapped = 256u << 20;
constexpr std::size_t kMostMapped = std::size_t{16} << 30;

double now_micros() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec / 1000);
}
}  // namespace

JournalProblem Journal::open(const JournalOptions& options, JournalRecovery& recovery) {
  options_ = options;
  folder_ = JournalFolder(options.name);
  std::vector<JournalFileName> all;
  if (JournalProblem problem = folder_.list(all)) return problem;
  if (JournalProblem problem = lock_.take(options.name)) return problem;
  all.clear();  // nobody else changes it from here on
  if (JournalProblem problem = folder_.list(all)) return problem;

  if (JournalProblem problem = recover_journal(folder_, JournalFolder::current(all), JournalWanted::Needed,
                                               options_.keep_micros, recovery)) {
    lock_.release();
    return problem;
  }
  base_bytes_ = recovery.base_bytes;
  wants_carry_over_ =
      recovery.files >= kManyFiles || recovery.segment_bytes >= std::max(options_.rotate_bytes, base_bytes_);

  const std::uint32_t number = all.empty() ? 1 : all.back().number + 1;
  const auto refused = [this](int error) {
    lock_.release();
    return JournalProblem{
        JournalFault::System, error, 0, file_.is_open() ? file_.path() : folder_.name().folder, {}};
  };
  if (const int error = begin_file(number, file_)) return refused(error);
  file_number_.store(number, std::memory_order_relaxed);  // relaxed: a number to show
  open_ = true;
  if (!options_.own_thread) return {};
  int error = stop_.open();
  if (error == 0) error = thread_.start<&Journal::run>(this);
  if (error != 0) {
    close();
    return {JournalFault::System, error, 0, folder_.name().folder, {}};
  }
  return {};
}

int Journal::begin_file(std::uint32_t number, JournalFile& out) {
  const JournalFileName name{JournalFileKind::Segment, number};
  JournalFile made;
  const std::size_t most = std::min(options_.rotate_bytes, kMostMapped) * kMappedTimes;
  const std::size_t mapped = options_.mapped ? std::clamp(most, kLeastMapped, kMostMapped) : 0;
  if (const int error = made.create(folder_.path_of(name), folder_.head_of(name, now_micros()), mapped))
    return error;
  if (options_.sync != JournalSync::Never) {
    int error = made.sync();
    if (error == 0) error = folder_.sync();
    if (error != 0) {
      unlink(made.path().c_str());
      return error;
    }
  }
  out.swap(made);
  return 0;
}

int Journal::append(std::span<std::byte> record) {
  if (!is_journal_record(record)) return EINVAL;
  std::uint64_t position = 0;
  {
    const std::lock_guard lock(append_mutex_);
    if (!open_) return EBADF;
    // relaxed: whoever appends a moment before the failure is known is no worse off than one before it.
    if (const int failed = failed_.load(std::memory_order_relaxed)) return failed;
    if (const int error = file_.append(record)) return error;
    // relaxed: a number to show, written under the mutex.
    records_.fetch_add(1, std::memory_order_relaxed);
    // release: who reads the position to sync it, syncs a file that has these bytes.
    position = appended_.fetch_add(record.size(), std::memory_order_release) + record.size();
  }
  return options_.sync == JournalSync::Always ? sync_to(position) : 0;
}

int Journal::sync_to(std::uint64_t position) {
  // acquire: pairs with sync_as_holder(), so that a sync which is seen has happened.
  if (synced_.load(std::memory_order_acquire) >= position) return failed_.load(std::memory_order_relaxed);
  const std::lock_guard lock(sync_mutex_);
  // Somebody else's may have taken ours along while we waited. relaxed: the mutex orders it.
  if (synced_.load(std::memory_order_relaxed) >= position) return failed_.load(std::memory_order_relaxed);
  return sync_as_holder();
}

int Journal::sync() { return sync_to(appended_.load(std::memory_order_acquire)); }  // acquire: see append()

/// With sync_mutex_ held: file_ is not exchanged, and whatever lies in files before it is synced.
int Journal::sync_as_holder() {
  // relaxed: a failure stays.
  if (const int failed = failed_.load(std::memory_order_relaxed)) return failed;
  // acquire: these bytes are with the system before the fdatasync begins.
  const std::uint64_t position = appended_.load(std::memory_order_acquire);
  if (synced_.load(std::memory_order_relaxed) == position || !file_.is_open()) return 0;  // relaxed: ours
  if (const int error = file_.sync()) {
    failed_.store(error, std::memory_order_relaxed);  // relaxed: it stands for itself
    return error;
  }
  syncs_.fetch_add(1, std::memory_order_relaxed);      // relaxed: a number to show
  synced_.store(position, std::memory_order_release);  // release: see sync_to()
  return 0;
}

void Journal::maintain() {
  if (options_.sync == JournalSync::Interval) static_cast<void>(sync());
  std::size_t bytes = 0;
  {
    const std::lock_guard lock(append_mutex_);
    bytes = file_.bytes();
  }
  // What somebody else has cut off was on record. relaxed: it stands for itself.
  if (!file_.is_whole(bytes)) failed_.store(EIO, std::memory_order_relaxed);
  file_.prepare(bytes);
  if (bytes >= std::max(options_.rotate_bytes, base_bytes_)) rotate();
  if (wants_carry_over_) carry_over();
}

/// Appends go into a new file from here on; the old one is made to last, and then what is needed of it is
/// carried over, none of which an append waits for.
void Journal::rotate() {
  JournalFile next;
  if (begin_file(file_.number() + 1, next) != 0) {
    failures_.fetch_add(1, std::memory_order_relaxed);  // relaxed: a number to show
    return;
  }
  {
    const std::lock_guard sync_lock(sync_mutex_);
    {
      const std::lock_guard lock(append_mutex_);
      file_.swap(next);
    }
    next.finish();
    if (options_.sync != JournalSync::Never) {
      if (const int error = next.sync())
        failed_.store(error, std::memory_order_relaxed);  // relaxed: as above
    }
  }
  file_number_.store(file_.number(), std::memory_order_relaxed);  // relaxed: a number to show
  rotations_.fetch_add(1, std::memory_order_relaxed);             // relaxed: a number to show
  wants_carry_over_ = true;
}

void Journal::carry_over() {
  wants_carry_over_ = false;
  const std::uint32_t number = file_number_.load(std::memory_order_relaxed);  // relaxed: this thread's own
  std::vector<JournalFileName> all;
  if (folder_.list(all)) {
    failures_.fetch_add(1, std::memory_order_relaxed);  // relaxed: a number to show
    return;
  }
  std::vector<JournalFileName> files = JournalFolder::current(all);
  std::erase_if(files, [number](JournalFileName name) { return name.number >= number; });
  JournalIndex index;
  JournalRecovery found;
  if (index_journal(folder_, files, index, found) ||
      write_base({JournalFileKind::Base, number}, files, index) != 0) {
    failures_.fetch_add(1, std::memory_order_relaxed);  // relaxed: a number to show
    return;
  }
  carry_overs_.fetch_add(1, std::memory_order_relaxed);  // relaxed: a number to show
  clear_up(all, found.damage);
}

/// A base that is there is whole: it gets its name when it is with the disk.
int Journal::write_base(JournalFileName name, std::span<const JournalFileName> files,
                        const JournalIndex& index) {
  const std::string path = folder_.unfinished_path_of(name);
  unlink(path.c_str());
  JournalFile base;
  if (const int error = base.create(path, folder_.head_of(name, now_micros()))) return error;
  int error = 0;
  std::array<std::byte, kMaxJournalRecordBytes> memory;
  JournalRecordMaker maker(memory);
  JournalHead head;
  head.kind = JournalKind::IdBlock;
  head.arm_id = index.last_arm_id();
  head.time_micros = index.newest_micros();
  const double high_water = index.high_water();
  maker.begin(head, {&high_water, 1});
  error = base.append(maker.finish());
  const auto copy = [&](std::span<const std::byte> record) {
    if (error != 0) return;
    std::copy(record.begin(), record.end(), memory.begin());
    error = base.append(std::span(memory).first(record.size()));
  };
  if (const JournalProblem problem = each_needed_record(folder_, files, index, options_.keep_micros, copy))
    error = problem.error != 0 ? problem.error : EIO;
  if (error == 0) error = base.sync();
  if (error == 0 && rename(path.c_str(), folder_.path_of(name).c_str()) != 0) error = errno;
  if (error == 0) error = folder_.sync();
  if (error != 0)
    unlink(path.c_str());
  else
    base_bytes_ = base.bytes();
  return error;
}

/// Removes what the newest base stands for, but for the last few segments, and those that are damaged.
void Journal::clear_up(std::span<const JournalFileName> all, std::span<const JournalDamage> damage) {
  const std::uint32_t number = file_number_.load(std::memory_order_relaxed);  // relaxed: this thread's own
  const auto is_old_segment = [number](JournalFileName name) {
    return name.number < number && name.kind == JournalFileKind::Segment;
  };
  auto segments = std::count_if(all.begin(), all.end(), is_old_segment);
  for (const JournalFileName name : all) {
    if (name.number >= number) continue;
    if (is_old_segment(name) && segments-- <= static_cast<std::ptrdiff_t>(options_.keep_files)) continue;
    const std::string path = folder_.path_of(name);
    const auto is_this = [&path](const JournalDamage& found) {
      return found.path == path && found.tail == JournalTail::Damaged;
    };
    if (std::none_of(damage.begin(), damage.end(), is_this)) unlink(path.c_str());
  }
}

JournalStats Journal::stats() const {
  JournalStats out;
  // relaxed, all of them: numbers to show, which need not agree with each other.
  out.records = records_.load(std::memory_order_relaxed);
  out.bytes = appended_.load(std::memory_order_relaxed);
  out.syncs = syncs_.load(std::memory_order_relaxed);
  out.rotations = rotations_.load(std::memory_order_relaxed);
  out.carry_overs = carry_overs_.load(std::memory_order_relaxed);
  out.failures = failures_.load(std::memory_order_relaxed);
  out.file = file_number_.load(std::memory_order_relaxed);
  return out;
}

void Journal::run() {
  const double pause = options_.sync == JournalSync::Interval ? options_.interval_ms : kLookMs;
  pollfd stopped{stop_.fd(), POLLIN, 0};
  for (;;) {
    const int ready = poll(&stopped, 1, std::max(1, static_cast<int>(pause)));
    if (ready > 0) return;
    maintain();
  }
}

int Journal::close() {
  if (thread_.there()) stop_.wake();
  thread_.join();
  stop_ = {};
  int error = 0;
  {
    const std::lock_guard sync_lock(sync_mutex_);
    const std::lock_guard lock(append_mutex_);
    if (!open_) return 0;
    open_ = false;
    file_.finish();
    if (options_.sync != JournalSync::Never) error = sync_as_holder();
    if (file_.records() == 0) unlink(file_.path().c_str());
    JournalFile gone;
    file_.swap(gone);
  }
  lock_.release();
  return error;
}

}  // namespace ibkr
