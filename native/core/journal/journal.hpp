// The write-ahead journal of orders: what a program has to know after a crash. A folder, its files, one
// thread.
//
// Order of things: append() returns when the record is with the system (stored in a mapped file, or one
// write(): JournalFile), under every policy, so that it outlives the process; an order's bytes go out after
// that. What a power failure takes is up to JournalSync.
//
// Two threads: appends are one after another, under a mutex that is held for one record and nothing else (no
// fsync, no opening of files, no allocation; reserving room only where the thread is behind with it). A place
// claimed with an atomic would not do: a thread that is killed between claim and store leaves a hole, in
// front of records whose append() has returned. The mutex spins for longer than a record takes, then sleeps,
// so that a holder who was preempted gets the processor.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "journal/journal_file.hpp"
#include "journal/journal_folder.hpp"
#include "journal/journal_recovery.hpp"
#include "system/fd.hpp"
#include "system/thread.hpp"

namespace ibkr {

/// When records are made to outlive a power failure.
enum class JournalSync : std::uint8_t {
  Always = 0,    ///< before append() returns; threads that append at once share an fdatasync
  Interval = 1,  ///< every `interval_ms`, by a thread that nobody waits for
  Never = 2,     ///< when the system likes; close() does not either
};

struct JournalOptions {
  JournalName name;
  JournalSync sync = JournalSync::Interval;
  double interval_ms = 20;
  std::size_t rotate_bytes = 64u << 20;  ///< a new file when the last one has as many
  std::uint32_t keep_files = 8;          ///< segments that are not needed any more, and kept for people
  double keep_micros = 8 * 86'400e6;     ///< orders that are over are carried over for as long
  bool own_thread = true;                ///< otherwise the owner calls maintain()
  bool mapped = true;                    ///< where the system can; otherwise each record is a write()
};

struct JournalStats {
  std::uint64_t records = 0;  ///< appended since open()
  std::uint64_t bytes = 0;
  std::uint64_t syncs = 0;
  std::uint64_t rotations = 0;
  std::uint64_t carry_overs = 0;
  std::uint64_t failures = 0;  ///< of rotations and carry-overs: tried again later, nothing is lost
  std::uint32_t file = 0;      ///< number of the one that is written
};

/// Spins for some hundred loads where the C library can, then sleeps.
class SpinThenSleepMutex {
 public:
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }

 private:
#if defined(PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP)
  pthread_mutex_t mutex_ = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
#else
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
#endif
};

class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal() { close(); }

  /// Once. Reads what is there, cuts nothing of it, and begins a new file.
  JournalProblem open(const JournalOptions& options, JournalRecovery& recovery);

  /// For any thread. Seals the record in place and writes it. 0, or an errno: EINVAL for what is no record,
  /// EBADF when closed, ENOSPC, …: then it is not in the journal, and nothing that needs it may be sent.
  /// After a failed fdatasync every append fails with its errno: nobody knows what the disk has.
  int append(std::span<std::byte> record);

  /// Waits for the thread, and for the last sync. 0, or the errno of that.
  int close();

  /// For any thread.
  JournalStats stats() const;
  /// Every record so far outlives a power failure, once it returns 0. For any thread but JavaScript's.
  int sync();
  /// What the thread does every interval; for owners of journals without one.
  void maintain();

 private:
  void run();
  int sync_to(std::uint64_t position);
  int sync_as_holder();
  void rotate();
  void carry_over();
  int write_base(JournalFileName base, std::span<const JournalFileName> files, const JournalIndex& index);
  void clear_up(std::span<const JournalFileName> all, std::span<const JournalDamage> damage);
  int begin_file(std::uint32_t number, JournalFile& out);

  JournalOptions options_;
  JournalFolder folder_{JournalName{}};
  JournalLock lock_;

  // Held in this order. The first may wait for the disk; JavaScript takes it under Always only.
  SpinThenSleepMutex sync_mutex_;  // file_ stays the same one; synced_
  SpinThenSleepMutex append_mutex_;
  JournalFile file_;  // written under append_mutex_, exchanged under both
  bool open_ = false;

  std::atomic<std::uint64_t> appended_{0};  // bytes, of all files since open()
  std::atomic<std::uint64_t> synced_{0};    // of them
  std::atomic<int> failed_{0};              // what an fdatasync failed with
  std::atomic<std::uint64_t> records_{0};
  std::atomic<std::uint64_t> syncs_{0};
  std::atomic<std::uint64_t> rotations_{0};
  std::atomic<std::uint64_t> carry_overs_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint32_t> file_number_{0};

  // The thread's, or maintain()'s:
  std::size_t base_bytes_ = 0;
  bool wants_carry_over_ = false;

  WakePipe stop_;
  Thread thread_;
};

}  // namespace ibkr
