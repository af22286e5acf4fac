// The order book of one market depth request, in shared memory: written by whoever reads the socket, readable
// on any thread at any moment, without a lock. The writer waits for nobody; a reader reads again what changed
// meanwhile.
//
// The book is a seqlock without fences, as a slot of the quote board is (stream/board.hpp):
//  - writer: sequence odd (relaxed), values (release each), sequence even (release);
//  - reader: sequence (acquire), values (acquire each), sequence (relaxed): even and unchanged, or again.
// A reader that got a value of a write under way has synchronized with its store, so that it sees the odd
// sequence, too. One that saw an even sequence sees all values of that write and of those before.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "book/book_layout.hpp"
#include "ring/record.hpp"

namespace ibkr {

/// What OrderBook::take() did.
enum class BookTake : std::uint8_t {
  Changed,  ///< the rows are new
  Damaged,  ///< from this message on the book is damaged: the owner asks again
  Ignored,  ///< not of this book's request, no depth, damaged already, or a delete that is forgiven
};

/// What a delete of a row that is not there does. Gateways are known to send some, of rows that have fallen
/// off the end.
enum class DeletePolicy : std::uint8_t { Damage, Forgive };

/// The book of one instant.
struct BookSnapshot {
  std::int32_t request_id = 0;
  std::uint32_t flags = 0;
  std::uint32_t depth = 0;
  BookDamage damage = BookDamage::None;
  double updated_micros = 0;
  std::array<std::uint32_t, kBookSides> rows{};
  std::array<std::array<BookRow, kMaxBookRows>, kBookSides> levels;
  std::array<std::array<std::array<char, kBookMakerBytes>, kMaxBookRows>, kBookSides> makers;

  bool is(BookFlags flag) const { return (flags & flag) != 0; }
  /// The best first.
  std::span<const BookRow> side(BookSide side) const {
    const auto index = static_cast<std::size_t>(side);
    return std::span(levels[index]).first(rows[index]);
  }
  /// Empty if the row has none. `row`: below side(side).size().
  std::string_view maker(BookSide side, std::size_t row) const {
    if (!is(kBookMakers)) return {};
    const auto& bytes = makers[static_cast<std::size_t>(side)][row];
    const std::string_view all(bytes.data(), bytes.size());
    return all.substr(0, all.find('\0'));
  }
};

/// A view of the memory; copies are the same book. One thread at a time writes, and who takes over must see
/// what the other wrote (the reader lock does that). Allocates nothing.
class OrderBook {
 public:
  /// `memory`: zeros or a book; outlives it.
  explicit OrderBook(BookMemory& memory) : memory_(&memory) {}

  /// Empty, and for the messages of this request from now on. False, and the book stays as it is, if `depth`
  /// is not 1 … kMaxBookRows.
  bool open(std::int32_t request_id, std::uint32_t depth, DeletePolicy deletes = DeletePolicy::Damage);
  /// Empty, and of no request.
  void close();
  /// Error 317, or the request was made again under the same id: both sides are empty, and whole.
  void reset(double now_micros);

  /// Does what a decoded record says: MarketDepth or MarketDepthL2 with all of its slots. Inserted rows move
  /// those below down; what falls off the end is gone.
  BookTake take(const Record& record);

  /// The book of one instant. False, and `out` has no meaning, if it was being written at each of many tries:
  /// the writer was interrupted, and the caller may try again. Any thread.
  bool read(BookSnapshot& out) const;

 private:
  BookMemory* memory_;
};

}  // namespace ibkr
