// What is done to the records of subscriptions on their way into the ring: the quote on the board, the
// filter, conflation, and what becomes of them where the ring is full.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ring/channel.hpp"
#include "ring/record_sieve.hpp"
#include "ring/tape.hpp"
#include "stream/aggregate_desk.hpp"
#include "stream/board.hpp"
#include "stream/command_list.hpp"
#include "stream/desk_entry.hpp"
#include "stream/quote_watch.hpp"
#include "stream/treatment.hpp"

namespace ibkr {

/// Stands between the decoders and the ring of one channel. What is not marked otherwise is for the holder of
/// the reader lock. Once a subscription's fields have all come once, its records allocate nothing.
class StreamDesk final : public RecordSieve {
 public:
  explicit StreamDesk(Channel& channel) : channel_(channel) {}

  // For one thread, the one that JavaScript runs on; it waits for nobody. The reader follows at its next
  // take_commands(), and so before it decodes what the gateway answers to what was sent afterwards.
  /// Quotes go here from now on; before the first treatment.
  void open(Board board);
  /// What goes on of treated records is copied to this tape, too, in that order. Once, at any time.
  void record_on(TapeMemory tape);
  /// From now on the records of this request are treated; what waits under an older treatment of it goes on.
  /// `treatment.counters` is not null.
  void treat(std::int32_t req_id, Treatment treatment);
  /// And now not any more: what waits is dropped, its counters are let go of.
  void forget(std::int32_t req_id);
  /// Something is to be done with the bars or the book of a treated request.
  void order(std::int32_t req_id, AggregateOrder order);
  /// `watch` sees the quotes from now on, for the sake of `subject`, see there; it outlives the desk's use.
  void watch(QuoteWatch& watch, std::shared_ptr<QuoteWatch::Subject> subject);

  /// Does what was asked for meanwhile.
  void take_commands() {
    if (commands_.any()) take_all_commands();
  }

  /// No request is treated: records need not come here.
  bool idle() const { return entries_.empty(); }
  /// Some records can be taken without room in the ring.
  bool absorbs() const { return absorbing_ != 0; }
  /// Longer frames are not to be judged without room.
  static constexpr std::size_t kMostBytesWithoutRoom = Backlog::kMostSlots * kSlotBytes / 2;

  /// A filter has sessions, or somebody has bars: set_clock_offset() is to be called now and then.
  bool wants_clock() const { return with_sessions_ != 0 || aggregates_.wants_clock(); }
  /// Milliseconds since 1970 less CLOCK_MONOTONIC.
  void set_clock_offset(double ms) {
    epoch_minus_monotonic_ms_ = ms;
    aggregates_.set_clock_offset(ms);
  }

  /// Bars that have ended by the clock are closed. `now_micros`: CLOCK_MONOTONIC.
  void advance(double now_micros) {
    latest_micros_ = std::max(latest_micros_, now_micros);
    aggregates_.advance(now_micros);
  }
  /// Tells of bars and books that have changed, as far as the ring has room.
  void notify() { aggregates_.notify(channel_, tape(), latest_micros_); }
  /// The gateway has begun the depth of this request anew (error 317): its book is empty.
  void reset_book(std::int32_t req_id);
  /// Somebody has bars or a book.
  bool has_aggregates() const { return aggregates_.any(); }

  /// The gateway has lost its own way to Interactive Brokers, or has it again: in between the watch sees
  /// nothing.
  void set_upstream_lost(bool lost) { is_upstream_lost_ = lost; }

  /// What the watch has done goes into the channel. Before what has come is published.
  void report_watch() {
    if (watch_ != nullptr && !watch_->report(channel_)) watch_ = nullptr;
  }

  struct Sifted {
    std::uint32_t kept;       ///< records that are left, at the front of the run
    std::uint32_t untreated;  ///< of these, those that no treatment holds back
  };
  /// Judges records of one slot each that lie in the ring; those that go no further are taken out. Not while
  /// something is starved: that comes first.
  Sifted sift(std::span<Record> run);
  Verdict judge(Record& record, bool room) override;

  /// Bars that have ended by now are closed. Conflated values that are due at `now_micros`, or up to
  /// `early_micros` later, go into the ring as far as it has room; and whatever waits for room.
  void flush(double now_micros, double early_micros = 0);
  /// Only what was due already and found no room.
  void flush_starved() {
    if (starved() && channel_.ring().has_room_for_record(1))
      flush_waiting(last_flush_micros_, last_early_micros_);
  }
  /// Everything goes, outside the ring where it must: nothing comes any more.
  void flush_all();

  /// For any thread: when a flush has something to do; infinity: nothing waits.
  double next_due_micros() const { return std::min(next_waiting_micros(), aggregates_.next_due_micros()); }
  /// For any thread: when advance() or notify() has something to do.
  double next_bars_micros() const { return aggregates_.next_due_micros(); }
  /// For any thread: something was due and found no room.
  bool starved() const {
    return starved_.load(std::memory_order_acquire);  // acquire: pairs with set_starved()
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  using Entry = DeskEntry;
  struct Command {
    enum class Kind : std::uint8_t { Open, Tape, Treat, Forget, Order, Watch } kind;
    std::int32_t req_id = 0;
    std::optional<Board> board{};
    std::optional<TapeMemory> tape{};
    Treatment treatment{};
    std::unique_ptr<Entry> entry{};
    std::unique_ptr<AggregateOrder> order{};
    QuoteWatch* watch = nullptr;
    std::shared_ptr<QuoteWatch::Subject> subject{};
    Command* next = nullptr;
  };

  void take_all_commands();
  void run(Command& command);
  void add(std::unique_ptr<Entry> entry, const AggregatePlan* plan);
  void change(Entry& entry, Treatment&& treatment);
  void remove(std::int32_t req_id);

  /// Fetches the memory that treat_record() needs.
  void prefetch(const Entry& entry, const Record& record) const;
  /// +1 or -1 of everything that is counted of all entries.
  void tally(const Entry& entry, int change);
  /// A slot's first user begins with an empty quote.
  void hold_slot(std::uint32_t slot);
  void let_go_of_slot(std::uint32_t slot);

  Verdict treat_record(Entry& entry, Record& record, bool room);
  Verdict keep(Entry& entry, Record& record, bool room);
  bool must_refuse(const Entry& entry, const Record& record) const;
  static void read_trade(Entry& entry, Record& record);
  /// A record of it goes on to JavaScript.
  void pass_on(Entry& entry, const Record& record) {
    count(entry.counters->delivered);
    if (tape_) tape_->write(record);
  }
  Tape* tape() { return tape_ ? &*tape_ : nullptr; }
  /// At the end of each run of records.
  void publish_tape() {
    if (tape_) tape_->publish();
  }
  void list(Entry& entry);
  void flush_waiting(double now_micros, double early_micros);
  double next_waiting_micros() const {
    return next_due_micros_.load(std::memory_order_relaxed);  // relaxed: a hint of when to look
  }
  void set_next_due(double micros) {
    next_due_micros_.store(micros, std::memory_order_relaxed);  // relaxed: as in next_due_micros()
  }
  /// As far as the ring has room. True if nothing of it waits any more.
  bool flush_entry(Entry& entry);
  void set_starved(bool starved) {
    starved_.store(starved, std::memory_order_release);  // release: as Channel::publish()
  }

  Channel& channel_;
  std::optional<Board> board_;
  std::optional<Tape> tape_;
  QuoteWatch* watch_ = nullptr;  // while it has something to watch
  bool is_upstream_lost_ = false;
  std::vector<std::uint16_t> slot_users_;  // entries of each slot of the board
  std::vector<std::unique_ptr<Entry>> entries_;
  DeskTable table_;            // of entries_
  std::size_t absorbing_ = 0;  // entries that can take a record without room
  std::size_t with_sessions_ = 0;
  AggregateDesk aggregates_;
  std::vector<Entry*> waiting_;  // of which something waits, in the order in which they began to
  double epoch_minus_monotonic_ms_ = 0;
  double latest_micros_ = 0;  // that the desk was told
  double last_flush_micros_ = 0;
  double last_early_micros_ = 0;
  std::atomic<double> next_due_micros_{kNever};  // of what waits: not before
  std::atomic<bool> starved_{false};
  CommandList<Command> commands_;
};

}  // namespace ibkr
