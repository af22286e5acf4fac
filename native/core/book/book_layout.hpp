// An order book in memory that the caller gives (and shares with JavaScript): what lies where. The only
// place that says so; TypeScript gets it through native/addon/layout_bars.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ibkr {

/// Goes along with a book that is handed to another thread: who reads it must mean the same.
inline constexpr std::uint32_t kBookVersion = 1;

/// Of each side; a request that asks for more has no book.
inline constexpr std::size_t kMaxBookRows = 60;

/// As the messages number them; the index of everything that there is of each side.
enum class BookSide : std::uint8_t { Ask = 0, Bid = 1 };
inline constexpr std::size_t kBookSides = 2;

/// Bits of BookMemory::flags.
enum BookFlags : std::uint32_t {
  kBookDamaged = 1,          ///< a message made no sense: the rows stay as they were before it, until a reset
  kBookCrossed = 2,          ///< the first bid is above the first ask
  kBookLocked = 4,           ///< the first bid is the first ask
  kBookBidsMisordered = 8,   ///< a bid is above the one before it
  kBookAsksMisordered = 16,  ///< an ask is below the one before it
  kBookSmart = 32,           ///< SMART depth, as the newest message with a market maker says
  kBookMakers = 64,  ///< rows have market makers or exchanges; without it those in memory have no meaning
  kBookForgivesDeletes = 128,  ///< DeletePolicy::Forgive
};

/// Why a book is damaged.
enum class BookDamage : std::uint8_t {
  None,
  UnknownSide,
  UnknownOperation,
  OutOfRange,       ///< a position below 0, or beyond the rows that were asked for
  Gap,              ///< a row inserted below one that is not there
  UpdateOfNothing,  ///< of a row that is not there
  DeleteOfNothing,  ///< of a row that is not there
  NoPrice,          ///< a row inserted or updated with a price that is unset, or no finite number
};
inline constexpr std::size_t kBookDamages = 8;

struct BookRow {
  double price;
  double size;  ///< NaN where the gateway left it unset
};

/// What comes of messages. Written with the rows, each of them on its own; they go on over resets and
/// requests.
struct BookCounters {
  std::uint64_t updates;  ///< messages that changed rows
  std::uint64_t resets;
  std::uint64_t forgiven;               ///< deletes of rows that were not there, under DeletePolicy::Forgive
  std::uint64_t ignored;                ///< depth of this request that came while the book was damaged
  std::uint64_t damages[kBookDamages];  ///< by BookDamage; None has none
};

/// The market maker, or the exchange, of a row: its first bytes, and zeros behind a shorter one.
inline constexpr std::size_t kBookMakerBytes = 16;
inline constexpr std::size_t kBookMakerWords = kBookMakerBytes / sizeof(std::uint64_t);

/// One book. All zero, as fresh memory is, it belongs to no request. Rows behind a side's count have no
/// meaning. An odd number of cache lines, so that the heads of many books do not compete for the same places
/// of a cache.
struct alignas(64) BookMemory {
  std::uint32_t sequence;          ///< odd while it is written
  std::int32_t request_id;         ///< of the request whose messages it takes
  std::uint32_t pause;             ///< always 0: what a reader sleeps on while the writer is interrupted
  std::uint32_t flags;             ///< BookFlags
  std::uint32_t depth;             ///< rows of each side that were asked for; 0: it belongs to no request
  std::uint32_t rows[kBookSides];  ///< how many there are, by side
  std::uint32_t damage;            ///< BookDamage
  std::uint32_t misordered[kBookSides];  ///< rows that are better than the one before them, by side
  double updated_micros;  ///< CLOCK_MONOTONIC when the newest message arrived that changed the rows; 0: none
  std::uint64_t spare[2];
  BookCounters counters;
  alignas(64) BookRow levels[kBookSides][kMaxBookRows];  ///< the best first
  std::uint64_t makers[kBookSides][kMaxBookRows][kBookMakerWords];
};
inline constexpr std::size_t kBookBytes = sizeof(BookMemory);
static_assert(kBookBytes == 4032 && kBookBytes / 64 % 2 == 1);
static_assert(offsetof(BookMemory, updated_micros) == 40 && offsetof(BookMemory, counters) == 64);

}  // namespace ibkr
