// All series of bars of one subscription: what its records say goes to those that are made of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "bars/bar_builder.hpp"
#include "bars/bar_runner.hpp"
#include "bars/quote_measures.hpp"
#include "ring/record.hpp"

namespace ibkr {

/// Which records are the trades: a subscription may have several kinds that tell of the same ones.
enum class TradeFeed : std::uint8_t {
  TickByTick,     ///< Last or AllLast; times in seconds
  RtVolume,       ///< tick type 48 (generic tick 233)
  RtTradeVolume,  ///< tick type 77 (375)
  Last,  ///< TickPrice of last (live or delayed) with its size, at its arrival: what the gateway samples
};

/// And which the quotes.
enum class QuoteFeed : std::uint8_t {
  Line,      ///< TickPrice of bid and ask (live or delayed), at their arrival
  BidAsk,    ///< tick by tick
  MidPoint,  ///< tick by tick; has no bid and no ask
};

/// One thread at a time. Nothing but add() and set_sessions() allocates.
class BarSet {
 public:
  /// A time of the exchange's that is farther ahead of the arrival is none: the arrival counts.
  static constexpr double kMostAheadMs = 60'000;

  BarSet(TradeFeed trades, QuoteFeed quotes) : trades_(trades), quotes_(quotes) {}

  /// Another series, as the constructor of BarBuilder; its place in at(). Series by time or ticks, of the
  /// same prices and with the same run in their memories, take their ticks in one go.
  std::size_t add(const BarSpec& spec, BarMemory memory, double since_ms);
  std::size_t size() const { return series_.size(); }
  const BarBuilder& at(std::size_t place) const { return series_[place]; }
  /// BarBuilder::resume() of one.
  bool resume(std::size_t place, const Bar& bar);

  /// A decoded record of the subscription; `arrival_ms` since 1970. Each that brings a price is a tick of it,
  /// whether the price is another or not; of mid each that brings bid or ask while both are known. A trade
  /// without a size has size 0. True if a bar was closed or amended.
  bool take(const Record& record, double arrival_ms);

  /// BarBuilder::advance() for all. True if a bar was closed.
  bool advance(double now_ms);
  /// Before this advance() has nothing to do. It may be too early, never too late.
  double next_close_ms() const { return next_close_ms_; }

  /// What BarBuilder does, for all; corrections for those of trades. True if a bar was closed or amended.
  void gap();
  bool correct(const BarCorrection& correction);
  bool set_sessions(const std::vector<SessionSpan>& sessions);
  bool finish();

  /// Fetches the memory that take() needs beside the set itself, in two steps with time between them.
  void prefetch() const {
    for (std::size_t run = 0; run < runs_; ++run) runners_[run].prefetch_run();
    for (const std::uint32_t single : singles_) series_[single].prefetch();
  }
  void prefetch_bars() const {
    for (const std::uint32_t single : singles_) series_[single].prefetch_bar();
  }

 private:
  static constexpr std::size_t kPrices = 4;
  static constexpr std::uint8_t kNoRun = 0xFF;

  bool joins_run(const BarBuilder& bars, std::uint32_t at);
  bool take_trade(double time_ms, double arrival_ms, double price, double size);
  bool take_side(double& side, BarPrice which, double price, double arrival_ms);
  bool give(BarPrice which, double time_ms, double price, double size);
  bool give_each(std::size_t run, double time_ms, double price, double size);
  bool give_single(BarPrice which, double time_ms, double price, double size);
  bool give_one(BarBuilder& bars, double time_ms, double price, double size);
  /// Before anything is done to series but give().
  void settle();
  template <typename Do>
  bool all(Do&& act);

  // What each tick needs comes first.
  double bid_ = kNone, ask_ = kNone;
  double next_close_ms_ = std::numeric_limits<double>::infinity();
  TradeFeed trades_;
  QuoteFeed quotes_;
  std::uint8_t runs_ = 0;  // so many of the runners have series
  std::array<std::uint8_t, kPrices> run_of_{kNoRun, kNoRun, kNoRun, kNoRun};  // by BarPrice
  std::vector<std::uint32_t> singles_;                                        // series without one
  std::array<BarRunner, kPrices> runners_;
  std::array<std::vector<std::uint32_t>, kPrices> members_;  // of each run
  std::vector<BarBuilder> series_;
};

}  // namespace ibkr
