// What the desk knows of one request that is treated, and where it finds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ring/channel.hpp"
#include "ring/record.hpp"
#include "stream/aggregates.hpp"
#include "stream/backlog.hpp"
#include "stream/conflator.hpp"
#include "stream/filter.hpp"
#include "stream/treatment.hpp"

namespace ibkr {

/// What every record needs comes first, in one cache line; what waits lies in the two behind it.
struct alignas(64) DeskEntry {
  DeskEntry(std::int32_t id, Treatment&& treatment);
  void apply(Treatment&& treatment);
  bool conflates() const { return is_conflated; }
  /// When what waits may go.
  double due_micros() const { return backlog.empty() ? flushed_micros + conflate_micros : 0; }
  bool absorbs() const { return policy != FullPolicy::Backpressure || conflates(); }
  std::size_t waiting() const { return conflator.waiting() + backlog.records(); }
  /// Its records go on as they come, if the ring has room: there is nothing that they replace or wait for.
  bool is_direct() const { return !listed && !conflates(); }
  /// A record of it touches more than its first line.
  bool is_needed_whole() const { return conflates(); }
  void prefetch(bool whole) const {
    __builtin_prefetch(this, 1);
    if (!whole) return;
    for (std::size_t line = 1; line < 3; ++line)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + line * 64, 1);
  }

  std::optional<FilterReason> judge(const Record& record, double epoch_minus_monotonic_ms) const {
    if (judges_ticks && TickFilter::is_for(record)) return tick_filter.judge(record);
    if (!filter) return std::nullopt;
    return filter->judge(record, record.received_micros / 1000 + epoch_minus_monotonic_ms);
  }

  std::int32_t req_id;
  std::uint32_t board_slot;
  TreatmentCounters* counters;
  TickFilter tick_filter{};
  bool judges_ticks = false;  // tick_filter does, and in place of filter
  bool has_sessions = false;
  bool listed = false;  // among those of which something waits; without it nothing of it does
  FullPolicy policy;
  bool is_conflated = false;         // conflate_micros is not 0
  Aggregates* aggregates = nullptr;  // of the desk
  // Second line:
  double conflate_micros;
  std::unique_ptr<Filter> filter;
  Conflator conflator;
  double flushed_micros = 0;
  Backlog backlog;
};

/// Entries by their request: an open addressing table, as request ids follow each other, so that neighbours
/// are rare. Its users own the entries.
class DeskTable {
 public:
  struct Place {
    std::int32_t req_id = 0;
    bool whole = false;  // all of the entry is needed, which is not fetched yet
    DeskEntry* entry = nullptr;
  };

  /// Its place, or the free one where it would be.
  const Place& place_of(std::int32_t req_id) const { return places_[index_of(req_id)]; }
  DeskEntry* find(std::int32_t req_id) const { return place_of(req_id).entry; }
  void prefetch(std::int32_t req_id) const {
    __builtin_prefetch(&places_[static_cast<std::uint32_t>(req_id) & mask_]);
  }

  /// It is large enough for so many.
  bool has_room(std::size_t count) const { return count * 2 <= places_.size(); }
  void put(DeskEntry* entry);
  /// What is_needed_whole() says of it is another thing now.
  void changed(const DeskEntry& entry);
  /// Puts all entries there are, into a table of their size.
  void rebuild(const std::vector<std::unique_ptr<DeskEntry>>& entries);

 private:
  static constexpr std::size_t kFewestPlaces = 64;

  std::size_t index_of(std::int32_t req_id) const {
    for (std::size_t at = static_cast<std::uint32_t>(req_id) & mask_;; at = (at + 1) & mask_) {
      const Place& place = places_[at];
      if (place.entry == nullptr || place.req_id == req_id) return at;
    }
  }

  std::vector<Place> places_ = std::vector<Place>(kFewestPlaces);
  std::size_t mask_ = kFewestPlaces - 1;
};

}  // namespace ibkr
