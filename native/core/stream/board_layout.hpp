// The quote board in memory that JavaScript allocated: what lies where. The only place that says so;
// TypeScript gets it through native/addon/layout_stream.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ibkr {

/// Goes along with a board that is handed to another thread: who reads it must mean the same.
inline constexpr std::uint32_t kBoardVersion = 2;

/// Where each value of a quote lies in its slot. NaN is no value.
enum class BoardValue : std::uint8_t {
  // What nearly every tick writes: the first line of the slot, behind its head, and the second.
  Bid,
  Ask,
  Last,
  BidSize,
  AskSize,
  LastSize,
  Volume,
  // When they arrived: CLOCK_MONOTONIC in microseconds
  BidMicros,
  AskMicros,
  LastMicros,
  UpdatedMicros,
  Delayed,     ///< 1: the newest of bid, ask and last is delayed
  LastTimeMs,  ///< the exchange's, since 1970
  Halted,      ///< 0 trades, 1 halted, 2 halted for volatility
  Open,
  High,
  Low,
  Close,
  Mark,
  Vwap,
  Frozen,  ///< kept free: no tick says it
  AuctionPrice,
  AuctionVolume,
  AuctionImbalance,
  Shortable,
  ShortableShares,
  CallOpenInterest,
  PutOpenInterest,
  HistoricalVolatility,
  ImpliedVolatility,
  AverageVolume,
  // The model's figures of an option
  GreekImpliedVolatility,
  Delta,
  Gamma,
  Vega,
  Theta,
  OptionPrice,
  UnderlyingPrice,
  PvDividend,
  // Of its computations at these prices
  BidImpliedVolatility,
  AskImpliedVolatility,
  LastImpliedVolatility,
};
/// How many there are.
inline constexpr std::size_t kBoardValues = static_cast<std::size_t>(BoardValue::LastImpliedVolatility) + 1;

/// Room in a slot.
inline constexpr std::size_t kBoardRoom = 54;

/// One quote. All zero, as fresh memory is, it is a quote without values: what is not used is never touched.
/// An odd number of cache lines, so that the heads of many quotes do not compete for the same places of a
/// cache.
struct alignas(64) BoardSlot {
  std::uint32_t sequence;    ///< odd while it is written; 0 only before it is written the first time
  std::uint32_t request_id;  ///< of the record that was taken last; 0 after a clear
  std::uint32_t pause;       ///< always 0: what a reader sleeps on while the writer is interrupted
  std::uint32_t spare;
  double values[kBoardRoom];
};
inline constexpr std::size_t kBoardSlotBytes = sizeof(BoardSlot);
static_assert(kBoardSlotBytes == 448 && offsetof(BoardSlot, values) == 16 && kBoardValues <= kBoardRoom);

/// Of one board: 28 MiB.
inline constexpr std::uint32_t kMaxBoardSlots = 65'536;

}  // namespace ibkr
