#include "book/order_book.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>

#include "wire/unset.hpp"

namespace ibkr {

namespace {

// As the messages number them.
constexpr std::int32_t kInsert = 0;
constexpr std::int32_t kUpdate = 1;
constexpr std::int32_t kDelete = 2;
constexpr std::int32_t kIsSmart = 2;

using Maker = std::array<std::uint64_t, kBookMakerWords>;

template <typename T>
T own(T& place) {
  // relaxed: the writer reads what nobody else writes.
  return std::atomic_ref(place).load(std::memory_order_relaxed);
}

template <typename T>
void put(T& place, T value) {
  // release: who reads it sees the odd sequence.
  std::atomic_ref(place).store(value, std::memory_order_release);
}

void count(std::uint64_t& counter) {
  // relaxed: readers want a number, not an order.
  std::atomic_ref(counter).store(own(counter) + 1, std::memory_order_relaxed);
}

// Who reads can write, too: what it writes by mistake must not lead beyond the arrays.
std::uint32_t depth_of(BookMemory& book) { return std::min<std::uint32_t>(own(book.depth), kMaxBookRows); }
std::uint32_t rows_of(BookMemory& book, std::size_t side) {
  return std::min(own(book.rows[side]), depth_of(book));
}

/// A book while it is written.
class Writing {
 public:
  explicit Writing(BookMemory& book) : book_(book), before_(own(book.sequence)) {
    // relaxed: the values' releases carry it.
    std::atomic_ref(book.sequence).store(before_ + 1, std::memory_order_relaxed);
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;
  ~Writing() {
    // release: who sees it sees the values.
    std::atomic_ref(book_.sequence).store(before_ + 2, std::memory_order_release);
  }

 private:
  BookMemory& book_;
  std::uint32_t before_;
};

/// One depth message.
struct Message {
  std::int32_t operation;
  std::size_t side;
  std::int32_t position;
  std::int32_t smart;
  bool has_maker;
  BookRow row;
};

Message message_of(const Record& record) {
  MarketDepthValues values;
  std::memcpy(&values, record.values, sizeof values);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const bool sized = values.size != kUnset && !std::isnan(values.size);
  return {.operation = record.aux & 0xFF,
          .side = static_cast<std::size_t>(record.aux >> kDepthSideShift & 0xFF),
          .position = record.field,
          .smart = record.aux >> kDepthSmartShift,
          .has_maker = record.kind == RecordKind::MarketDepthL2,
          .row = {.price = values.price, .size = sized ? values.size : kNone}};
}

/// What fits of the string behind the numbers.
Maker maker_of(const Record& record) {
  constexpr std::size_t kAt = strings_offset(kDoublesOf<MarketDepthValues>);
  // Whatever length a record claims, this much of it is there.
  static_assert(kAt + sizeof(std::uint16_t) + kBookMakerBytes <= kSlotBytes);
  const std::byte* const bytes = reinterpret_cast<const std::byte*>(&record) + kAt;
  std::uint16_t length = 0;
  std::memcpy(&length, bytes, sizeof length);
  Maker maker{};
  std::memcpy(maker.data(), bytes + sizeof length, std::min<std::size_t>(length, kBookMakerBytes));
  return maker;
}

/// The rows of one side, best first, and how many of them are better than the one before.
class Side {
 public:
  Side(BookMemory& book, std::size_t side)
      : book_(book), side_(side), rows_(rows_of(book, side)), misordered_(own(book.misordered[side])) {}

  std::uint32_t rows() const { return rows_; }
  double price(std::size_t row) const { return own(book_.levels[side_][row].price); }

  /// At a position of 0 … rows(); below `depth`.
  void insert(std::size_t at, std::uint32_t depth, const BookRow& row, const Maker* maker) {
    if (rows_ == depth) {
      misordered_ -= worse(rows_ - 1);
      --rows_;
    }
    misordered_ -= worse(at);
    for (std::size_t i = rows_; i > at; --i) move(i - 1, i, maker != nullptr);
    ++rows_;
    write(at, row, maker);
    misordered_ += worse(at) + worse(at + 1);
    save();
  }
  void update(std::size_t at, const BookRow& row, const Maker* maker) {
    misordered_ -= worse(at) + worse(at + 1);
    write(at, row, maker);
    misordered_ += worse(at) + worse(at + 1);
    save();
  }
  void remove(std::size_t at, bool with_makers) {
    misordered_ -= worse(at) + worse(at + 1);
    for (std::size_t i = at + 1; i < rows_; ++i) move(i, i - 1, with_makers);
    --rows_;
    misordered_ += worse(at);
    save();
  }

 private:
  /// 1 if the row before `at` is worse than the row there; 0 if it is not, or one of them is not there.
  std::uint32_t worse(std::size_t at) const {
    if (at == 0 || at >= rows_) return 0;
    const double before = price(at - 1), here = price(at);
    return side_ == static_cast<std::size_t>(BookSide::Bid) ? here > before : here < before;
  }
  void move(std::size_t from, std::size_t to, bool with_maker) {
    BookRow* const levels = book_.levels[side_];
    put(levels[to].price, own(levels[from].price));
    put(levels[to].size, own(levels[from].size));
    if (!with_maker) return;
    auto* const makers = book_.makers[side_];
    for (std::size_t word = 0; word < kBookMakerWords; ++word) put(makers[to][word], own(makers[from][word]));
  }
  void write(std::size_t at, const BookRow& row, const Maker* maker) {
    put(book_.levels[side_][at].price, row.price);
    put(book_.levels[side_][at].size, row.size);
    if (maker == nullptr) return;
    for (std::size_t word = 0; word < kBookMakerWords; ++word)
      put(book_.makers[side_][at][word], (*maker)[word]);
  }
  void save() {
    put(book_.rows[side_], rows_);
    put(book_.misordered[side_], misordered_);
  }

  BookMemory& book_;
  std::size_t side_;
  std::uint32_t rows_;
  std::uint32_t misordered_;
};

/// Both sides empty and whole; `flags` are what stays.
void empty(BookMemory& book, std::uint32_t flags, double micros) {
  put(book.flags, flags);
  put(book.damage, std::uint32_t{0});
  for (std::size_t side = 0; side < kBookSides; ++side) {
    put(book.rows[side], std::uint32_t{0});
    put(book.misordered[side], std::uint32_t{0});
  }
  put(book.updated_micros, micros);
}

/// Of a message for a side that there is.
BookDamage damage_of(const Message& message, std::uint32_t depth, std::uint32_t rows) {
  if (message.position < 0 || static_cast<std::uint32_t>(message.position) >= depth)
    return BookDamage::OutOfRange;
  const auto at = static_cast<std::uint32_t>(message.position);
  if (message.operation == kDelete) return at < rows ? BookDamage::None : BookDamage::DeleteOfNothing;
  if (message.operation == kUpdate && at >= rows) return BookDamage::UpdateOfNothing;
  if (message.operation == kInsert && at > rows) return BookDamage::Gap;
  const double price = message.row.price;
  return std::isfinite(price) && price != kUnset ? BookDamage::None : BookDamage::NoPrice;
}

BookDamage damage_of(BookMemory& book, const Message& message) {
  if (message.side >= kBookSides) return BookDamage::UnknownSide;
  if (message.operation > kDelete) return BookDamage::UnknownOperation;
  return damage_of(message, depth_of(book), rows_of(book, message.side));
}

/// A delete of a row behind the last one, where that does no harm.
bool is_forgiven(BookMemory& book, const Message& message, std::uint32_t flags) {
  return (flags & kBookForgivesDeletes) != 0 && message.operation == kDelete && message.position >= 0 &&
         message.side < kBookSides &&
         static_cast<std::uint32_t>(message.position) >= rows_of(book, message.side);
}

/// From here on rows have makers; those that there are have none.
void begin_makers(BookMemory& book) {
  for (std::size_t side = 0; side < kBookSides; ++side)
    for (std::size_t row = 0; row < rows_of(book, side); ++row)
      for (std::uint64_t& word : book.makers[side][row]) put(word, std::uint64_t{0});
}

/// The flags that follow from the rows.
std::uint32_t judged(BookMemory& book) {
  std::uint32_t flags = 0;
  const Side asks(book, static_cast<std::size_t>(BookSide::Ask));
  const Side bids(book, static_cast<std::size_t>(BookSide::Bid));
  if (asks.rows() != 0 && bids.rows() != 0) {
    const double ask = asks.price(0), bid = bids.price(0);
    if (bid > ask) flags |= kBookCrossed;
    if (bid == ask) flags |= kBookLocked;
  }
  if (own(book.misordered[static_cast<std::size_t>(BookSide::Bid)]) != 0) flags |= kBookBidsMisordered;
  if (own(book.misordered[static_cast<std::size_t>(BookSide::Ask)]) != 0) flags |= kBookAsksMisordered;
  return flags;
}

/// A message that makes sense.
void change(BookMemory& book, std::uint32_t flags, const Message& message, const Record& record) {
  const Writing writing(book);
  std::uint32_t kept = flags & (kBookSmart | kBookMakers | kBookForgivesDeletes);
  if (message.smart != 0) kept = message.smart == kIsSmart ? kept | kBookSmart : kept & ~kBookSmart;
  if (message.has_maker && (kept & kBookMakers) == 0) {
    begin_makers(book);
    kept |= kBookMakers;
  }
  const bool with_makers = (kept & kBookMakers) != 0;
  const Maker maker = message.has_maker ? maker_of(record) : Maker{};
  const Maker* const of_row = with_makers ? &maker : nullptr;
  const auto at = static_cast<std::size_t>(message.position);
  Side side(book, message.side);
  switch (message.operation) {
    case kInsert:
      side.insert(at, depth_of(book), message.row, of_row);
      break;
    case kUpdate:
      side.update(at, message.row, of_row);
      break;
    default:
      side.remove(at, with_makers);
      break;
  }
  put(book.flags, kept | judged(book));
  put(book.updated_micros, record.received_micros);
}

}  // namespace

bool OrderBook::open(std::int32_t request_id, std::uint32_t depth, DeletePolicy deletes) {
  if (depth == 0 || depth > kMaxBookRows) return false;
  const Writing writing(*memory_);
  put(memory_->request_id, request_id);
  put(memory_->depth, depth);
  empty(*memory_, deletes == DeletePolicy::Forgive ? kBookForgivesDeletes : BookFlags{}, 0);
  return true;
}

void OrderBook::close() {
  const Writing writing(*memory_);
  put(memory_->request_id, std::int32_t{0});
  put(memory_->depth, std::uint32_t{0});
  empty(*memory_, 0, 0);
}

void OrderBook::reset(double now_micros) {
  count(memory_->counters.resets);
  const Writing writing(*memory_);
  empty(*memory_, own(memory_->flags) & kBookForgivesDeletes, now_micros);
}

BookTake OrderBook::take(const Record& record) {
  BookMemory& book = *memory_;
  if (record.kind != RecordKind::MarketDepth && record.kind != RecordKind::MarketDepthL2)
    return BookTake::Ignored;
  if (own(book.depth) == 0 || record.req_id != own(book.request_id)) return BookTake::Ignored;
  const std::uint32_t flags = own(book.flags);
  if ((flags & kBookDamaged) != 0) {
    count(book.counters.ignored);
    return BookTake::Ignored;
  }
  const Message message = message_of(record);
  if (is_forgiven(book, message, flags)) {
    count(book.counters.forgiven);
    return BookTake::Ignored;
  }
  const BookDamage damage = damage_of(book, message);
  if (damage == BookDamage::None) {
    count(book.counters.updates);
    change(book, flags, message, record);
    return BookTake::Changed;
  }
  count(book.counters.damages[static_cast<std::size_t>(damage)]);
  const Writing writing(book);
  put(book.damage, static_cast<std::uint32_t>(damage));
  put(book.flags, flags | kBookDamaged);
  return BookTake::Damaged;
}

bool OrderBook::read(BookSnapshot& out) const {
  constexpr int kTries = 1000;
  BookMemory& book = *memory_;
  const auto get = [](auto& place) {
    // acquire: of a write under way the odd sequence is seen below.
    return std::atomic_ref(place).load(std::memory_order_acquire);
  };
  for (int tries = 0; tries < kTries; ++tries) {
    // acquire: the values below are those of this write or of later ones.
    const std::uint32_t before = std::atomic_ref(book.sequence).load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    out.request_id = get(book.request_id);
    out.flags = get(book.flags);
    out.depth = get(book.depth);
    out.damage = static_cast<BookDamage>(get(book.damage));
    out.updated_micros = get(book.updated_micros);
    for (std::size_t side = 0; side < kBookSides; ++side) {
      out.rows[side] = std::min<std::uint32_t>(get(book.rows[side]), kMaxBookRows);
      for (std::size_t row = 0; row < out.rows[side]; ++row) {
        BookRow& level = book.levels[side][row];
        out.levels[side][row] = {.price = get(level.price), .size = get(level.size)};
        if (!out.is(kBookMakers)) continue;
        Maker maker;
        for (std::size_t word = 0; word < kBookMakerWords; ++word)
          maker[word] = get(book.makers[side][row][word]);
        std::memcpy(out.makers[side][row].data(), maker.data(), kBookMakerBytes);
      }
    }
    // relaxed: the acquires above keep it behind them.
    if (std::atomic_ref(book.sequence).load(std::memory_order_relaxed) == before) return true;
  }
  return false;
}

}  // namespace ibkr
