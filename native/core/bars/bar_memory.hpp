// The newest bars of one series, the forming one among them, in memory that the caller gave: written by
// whoever takes the ticks, readable on any thread at any moment. The writer waits for nobody.
//
// Bar n lies in slot n modulo capacity, and the forming bar is simply the one whose number is `closed`: it is
// filled where it will stay, and closing it is one store of `closed`. So nothing is copied, and a reader of
// the newest closed bar never meets a half-made one.
//
// An index published with release would do for bars that never change. These do: the forming one with every
// tick, the newest closed one when it is amended, the oldest when a new one takes its slot. So each slot is a
// seqlock besides, in the form without fences (as stream/board.hpp, after Boehm 2012), which needs neither a
// strongly ordered machine nor a sanitizer's forbearance:
//  - writer: sequence odd (relaxed), number, flags and values (release each), sequence even (release); then,
//  of
//    a bar that closes, `closed` (release);
//  - reader: `closed` (acquire), sequence (acquire), the rest (acquire each), sequence (relaxed): even and
//    unchanged, or again. A value of a write under way has been stored with a release after the odd sequence,
//    so that who acquired it sees that one, too. On arm64 these are stlr and ldar, on x86-64 plain moves.
//
// Several series may have a run in common (BarRun): ticks that are not in their slots yet. It is a seqlock of
// the same form, and is held while its ticks go into the slots, so that a reader who finds its sequence even
// and unchanged around the slot's has each tick once.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bars/bar.hpp"
#include "bars/bar_memory_layout.hpp"

namespace ibkr {

/// Changes a run, and what its ticks do in slots, between two sequences.
class BarRunWriting {
 public:
  explicit BarRunWriting(BarRun& run) : run_(run) {
    // relaxed: only this thread writes it, and what is written under it is released.
    const std::atomic_ref sequence(run_.sequence);
    before_ = sequence.load(std::memory_order_relaxed);
    sequence.store(before_ + 1, std::memory_order_relaxed);
  }
  ~BarRunWriting() {
    // release: who sees it sees all of it.
    std::atomic_ref(run_.sequence).store(before_ + 2, std::memory_order_release);
  }
  BarRunWriting(const BarRunWriting&) = delete;
  BarRunWriting& operator=(const BarRunWriting&) = delete;

  void set(BarRunValue at, double value) const { put(run_.values[static_cast<std::size_t>(at)], value); }
  /// Those of one series.
  void set(BarRunSums& sums, double volume, double notional) const {
    put(sums.volume, volume);
    put(sums.notional, notional);
  }

 private:
  template <typename T>
  static void put(T& place, T value) {
    // release: who reads it sees the odd sequence.
    std::atomic_ref(place).store(value, std::memory_order_release);
  }
  BarRun& run_;
  std::uint32_t before_;
};

/// A view of the memory; copies are the same series. One thread at a time writes, and who takes over must see
/// what the other wrote.
class BarMemory {
 public:
  static constexpr std::size_t bytes_for(std::uint32_t capacity) {
    return sizeof(BarHeader) + capacity * kBarSlotBytes;
  }

  /// For who makes bars. `memory`: zeros, or a series that is to go on; aligned to 64 bytes; outlives it.
  /// There is room for the largest power of two of bars that fits, kMostBars at the most. Nothing if fewer
  /// than kFewestBars fit, if it is not aligned, or if a series of another capacity lies there.
  /// `run`: what the series has in common with others, also zeros or what is to go on, aligned and living as
  /// `memory`; none: nothing.
  static std::optional<BarMemory> make(std::span<std::byte> memory, std::span<std::byte> run = {}) {
    if (!run.empty() &&
        (run.size() < sizeof(BarRun) || reinterpret_cast<std::uintptr_t>(run.data()) % alignof(BarRun) != 0))
      return std::nullopt;
    if (reinterpret_cast<std::uintptr_t>(memory.data()) % alignof(BarHeader) != 0) return std::nullopt;
    if (memory.size() < bytes_for(kFewestBars)) return std::nullopt;
    const std::size_t fit = std::bit_floor((memory.size() - sizeof(BarHeader)) / kBarSlotBytes);
    const auto capacity = static_cast<std::uint32_t>(fit < kMostBars ? fit : kMostBars);
    auto* const header = reinterpret_cast<BarHeader*>(memory.data());
    if (header->version == 0) {
      header->capacity = capacity;
      header->version = kBarMemoryVersion;
    }
    if (header->version != kBarMemoryVersion || header->capacity != capacity) return std::nullopt;
    return BarMemory(header, capacity, run);
  }

  std::uint32_t capacity() const { return mask_ + 1; }

  // --- for any thread ---

  /// How many bars have been closed, modulo 2^32. The newest closed one has this less 1 as its number, the
  /// forming one this.
  std::uint32_t closed() const {
    return std::atomic_ref(header_->closed).load(std::memory_order_acquire);  // acquire: pairs with close()
  }

  enum class Read : std::uint8_t {
    Ok,
    NotThere,  ///< not made yet (of the forming one: no tick came since the last closed one), or overwritten
    Busy,      ///< was being written at each of many tries: the writer was interrupted, try again
  };
  /// The bar with this number as it was at one instant; `out` means nothing unless it is Ok.
  Read read(std::uint32_t number, Bar& out) const {
    return run_ == nullptr ? read_slot(number, out) : read_with_run(number, out);
  }

  /// Ticks and corrections that went into no bar.
  std::uint64_t losses(BarLoss loss) const {
    // relaxed: a number, no order.
    return std::atomic_ref(header_->losses[static_cast<std::size_t>(loss)]).load(std::memory_order_relaxed);
  }

  // --- for the writer ---

  /// Changes one slot between two sequences; readers see all of it or nothing.
  class Writing {
   public:
    Writing(const BarMemory& memory, std::uint32_t number)
        : slot_(memory.slots_[number & memory.mask_]),
          // relaxed: nobody else writes it.
          before_(std::atomic_ref(slot_.sequence).load(std::memory_order_relaxed)) {
      // relaxed: the releases below carry it.
      std::atomic_ref(slot_.sequence).store(before_ + 1, std::memory_order_relaxed);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() {
      // 0 is left to slots that were never written. release: who sees it sees the values.
      const std::uint32_t after = before_ + 2 == 0 ? 2 : before_ + 2;
      std::atomic_ref(slot_.sequence).store(after, std::memory_order_release);
    }
    void set(BarValue at, double value) { put(slot_.values[static_cast<std::size_t>(at)], value); }
    void set_flags(std::uint32_t flags) { put(slot_.flags, flags); }
    void set_all(const Bar& bar);

   private:
    template <typename T>
    static void put(T& place, T value) {
      // release: who reads it sees the odd sequence.
      std::atomic_ref(place).store(value, std::memory_order_release);
    }
    BarSlot& slot_;
    std::uint32_t before_;
  };

  /// The forming bar is closed: as it stands in its slot it can be read as the newest closed one.
  void close(std::uint32_t number) {
    // release: who reads `closed` sees the bar.
    std::atomic_ref(header_->closed).store(number + 1, std::memory_order_release);
  }

  void count(BarLoss loss) {
    // relaxed: one writer, and readers want a number.
    const std::atomic_ref cell(header_->losses[static_cast<std::size_t>(loss)]);
    cell.store(cell.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  BarRun* run() const { return run_; }
  /// The run's sums, one for each place.
  std::span<BarRunSums> run_sums() const {
    if (run_ == nullptr) return {};
    return {reinterpret_cast<BarRunSums*>(run_ + 1), run_places_};
  }
  /// From now on the run's ticks count for the forming bar; or not any more.
  void use_run(BarRunUse use, std::uint32_t place) {
    // release: who sees it sees the slots as they were before.
    std::atomic_ref(header_->run_place).store(place, std::memory_order_release);
    std::atomic_ref(header_->run_use).store(static_cast<std::uint32_t>(use), std::memory_order_release);
  }

  /// Where the forming bar is written.
  void prefetch(std::uint32_t number) const {
    const BarSlot& slot = slots_[number & mask_];
    __builtin_prefetch(&slot, 1);
    __builtin_prefetch(&slot.values[static_cast<std::size_t>(BarValue::Volume)], 1);
  }

 private:
  BarMemory(BarHeader* header, std::uint32_t capacity, std::span<std::byte> run)
      : header_(header),
        slots_(reinterpret_cast<BarSlot*>(header + 1)),
        run_(run.empty() ? nullptr : reinterpret_cast<BarRun*>(run.data())),
        mask_(capacity - 1),
        run_places_(run.empty()
                        ? 0
                        : static_cast<std::uint32_t>((run.size() - sizeof(BarRun)) / sizeof(BarRunSums))) {}

  Read read_slot(std::uint32_t number, Bar& out) const;
  Read read_with_run(std::uint32_t number, Bar& out) const;
  void add_run(Bar& out) const;

  BarHeader* header_;
  BarSlot* slots_;
  BarRun* run_;
  std::uint32_t mask_;
  std::uint32_t run_places_;
};

inline void BarMemory::Writing::set_all(const Bar& bar) {
  put(slot_.number, bar.number);
  put(slot_.flags, bar.flags);
  set(BarValue::StartMs, bar.start_ms);
  set(BarValue::EndMs, bar.end_ms);
  set(BarValue::Open, bar.open);
  set(BarValue::High, bar.high);
  set(BarValue::Low, bar.low);
  set(BarValue::Close, bar.close);
  set(BarValue::Volume, bar.volume);
  set(BarValue::Notional, bar.notional);
  set(BarValue::Count, bar.count);
  set(BarValue::FirstMs, bar.first_ms);
  set(BarValue::LastMs, bar.last_ms);
}

inline BarMemory::Read BarMemory::read_slot(std::uint32_t number, Bar& out) const {
  constexpr int kTries = 1000;
  BarSlot& from = slots_[number & mask_];
  // acquire: of a write under way the odd sequence is seen below.
  const auto get = [&from](BarValue at) {
    return std::atomic_ref(from.values[static_cast<std::size_t>(at)]).load(std::memory_order_acquire);
  };
  for (int tries = 0; tries < kTries; ++tries) {
    // acquire: what follows is of this write or of later ones.
    const std::uint32_t before = std::atomic_ref(from.sequence).load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    out.number = std::atomic_ref(from.number).load(std::memory_order_acquire);
    out.flags = std::atomic_ref(from.flags).load(std::memory_order_acquire);
    out.start_ms = get(BarValue::StartMs);
    out.end_ms = get(BarValue::EndMs);
    out.open = get(BarValue::Open);
    out.high = get(BarValue::High);
    out.low = get(BarValue::Low);
    out.close = get(BarValue::Close);
    out.volume = get(BarValue::Volume);
    out.notional = get(BarValue::Notional);
    out.count = get(BarValue::Count);
    out.first_ms = get(BarValue::FirstMs);
    out.last_ms = get(BarValue::LastMs);
    // relaxed: the acquires above keep it behind them.
    if (std::atomic_ref(from.sequence).load(std::memory_order_relaxed) != before) continue;
    return before != 0 && out.number == number ? Read::Ok : Read::NotThere;
  }
  return Read::Busy;
}

inline BarMemory::Read BarMemory::read_with_run(std::uint32_t number, Bar& out) const {
  constexpr int kTries = 1000;
  for (int tries = 0; tries < kTries; ++tries) {
    // acquire: as of a slot.
    const std::uint32_t before = std::atomic_ref(run_->sequence).load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    const bool is_forming = number == closed();
    const Read found = read_slot(number, out);
    if (found == Read::Ok && is_forming) add_run(out);
    // relaxed: the acquires above keep it behind them.
    if (std::atomic_ref(run_->sequence).load(std::memory_order_relaxed) == before) return found;
  }
  return Read::Busy;
}

inline void BarMemory::add_run(Bar& out) const {
  // acquire: as of a slot's values.
  const auto load = [](auto& from) { return std::atomic_ref(from).load(std::memory_order_acquire); };
  const auto get = [&](BarRunValue at) { return load(run_->values[static_cast<std::size_t>(at)]); };
  const auto use = static_cast<BarRunUse>(load(header_->run_use));
  const double count = get(BarRunValue::Count);
  if (use == BarRunUse::None || count == 0) return;
  out.count += count;
  if (const double high = get(BarRunValue::High); high > out.high) out.high = high;
  if (const double low = get(BarRunValue::Low); low < out.low) out.low = low;
  out.close = get(BarRunValue::Close);
  out.last_ms = get(BarRunValue::LastMs);
  if (use == BarRunUse::MovesEnd) out.end_ms = out.last_ms;
  if (const std::uint32_t place = load(header_->run_place); place < run_places_) {
    BarRunSums& sums = run_sums()[place];
    out.volume = load(sums.volume);
    out.notional = load(sums.notional);
  }
}

}  // namespace ibkr
