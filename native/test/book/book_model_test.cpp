// The order book against a plain model, two vectors, over random sequences of messages.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "book/order_book.hpp"
#include "check.hpp"
#include "support/depth_records.hpp"
#include "support/random.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// A message as the gateway means it, sense or not.
struct Message {
  std::int32_t req_id, position, operation, side, smart;
  bool level2;
  double price, size;
  std::string maker;
};

FeedRecord record_of(const Message& m, double micros) {
  const std::int32_t aux = depth_aux(m.operation, m.side, m.level2 ? m.smart : 0);
  FeedRecord record =
      m.level2 ? FeedRecord(RecordKind::MarketDepthL2, m.position, aux, {m.price, m.size}, {m.maker})
               : FeedRecord(RecordKind::MarketDepth, m.position, aux, {m.price, m.size});
  record.head().req_id = m.req_id;
  record.head().received_micros = micros;
  return record;
}

struct Row {
  double price, size;
  std::string maker;
};

class Model {
 public:
  std::vector<Row> asks, bids;
  std::int32_t request = 0;
  std::size_t depth = 0;
  bool forgiving = false, smart = false, makers = false;
  BookDamage damage = BookDamage::None;
  double updated = 0;
  std::uint64_t updates = 0, resets = 0, ignored = 0, forgiven = 0;
  std::array<std::uint64_t, kBookDamages> damages{};

  void open(std::int32_t id, std::size_t rows, bool forgives) {
    request = id;
    depth = rows;
    forgiving = forgives;
    empty(0);
  }
  void reset(double micros) {
    ++resets;
    empty(micros);
  }
  BookTake take(const Message& m, double micros) {
    if (depth == 0 || m.req_id != request) return BookTake::Ignored;
    if (damage != BookDamage::None) return ++ignored, BookTake::Ignored;
    const auto no_row = [&] { return m.position >= static_cast<std::int64_t>(side_of(m).size()); };
    if (forgiving && m.operation == 2 && m.side <= 1 && m.position >= 0 && no_row())
      return ++forgiven, BookTake::Ignored;
    damage = judge(m);
    if (damage != BookDamage::None) return ++damages[static_cast<std::size_t>(damage)], BookTake::Damaged;
    std::vector<Row>& side = side_of(m);
    const Row row{m.price, m.size == kUnset ? std::nan("") : m.size, m.level2 ? m.maker.substr(0, 16) : ""};
    if (m.operation == 0) side.insert(side.begin() + m.position, row);
    if (m.operation == 1) side[m.position] = row;
    if (m.operation == 2) side.erase(side.begin() + m.position);
    if (side.size() > depth) side.pop_back();
    if (m.level2 && m.smart != 0) smart = m.smart == 2;
    makers |= m.level2;
    updated = micros;
    ++updates;
    return BookTake::Changed;
  }
  std::uint32_t flags() const {
    std::uint32_t out = 0;
    if (damage != BookDamage::None) out |= kBookDamaged;
    if (forgiving) out |= kBookForgivesDeletes;
    if (smart) out |= kBookSmart;
    if (makers) out |= kBookMakers;
    if (!bids.empty() && !asks.empty() && bids[0].price > asks[0].price) out |= kBookCrossed;
    if (!bids.empty() && !asks.empty() && bids[0].price == asks[0].price) out |= kBookLocked;
    const auto falls = [](const Row& a, const Row& b) { return a.price > b.price; };
    const auto rises = [](const Row& a, const Row& b) { return a.price < b.price; };
    if (!std::is_sorted(bids.begin(), bids.end(), falls)) out |= kBookBidsMisordered;
    if (!std::is_sorted(asks.begin(), asks.end(), rises)) out |= kBookAsksMisordered;
    return out;
  }

 private:
  std::vector<Row>& side_of(const Message& m) { return m.side == 1 ? bids : asks; }
  void empty(double micros) {
    asks.clear();
    bids.clear();
    smart = makers = false;
    damage = BookDamage::None;
    updated = micros;
  }
  BookDamage judge(const Message& m) {
    const auto rows = static_cast<std::int64_t>(side_of(m).size());
    if (m.side != 0 && m.side != 1) return BookDamage::UnknownSide;
    if (m.operation > 2) return BookDamage::UnknownOperation;
    if (m.position < 0 || m.position >= static_cast<std::int64_t>(depth)) return BookDamage::OutOfRange;
    if (m.operation == 2) return m.position < rows ? BookDamage::None : BookDamage::DeleteOfNothing;
    if (m.operation == 1 && m.position >= rows) return BookDamage::UpdateOfNothing;
    if (m.operation == 0 && m.position > rows) return BookDamage::Gap;
    return m.price == kUnset || !std::isfinite(m.price) ? BookDamage::NoPrice : BookDamage::None;
  }
};

/// Whether the book is the model, to the bit.
bool is(const OrderBook& book, const BookCounters& counters, const Model& model) {
  BookSnapshot now;
  if (!CHECK(book.read(now))) return false;
  bool good = CHECK_EQ(now.request_id, model.request);
  good &= CHECK_EQ(now.depth, model.depth);
  good &= CHECK_EQ(now.flags, model.flags());
  good &= CHECK_EQ(now.damage, model.damage);
  good &= CHECK_EQ(now.updated_micros, model.updated);
  for (const BookSide side : {BookSide::Ask, BookSide::Bid}) {
    const std::vector<Row>& rows = side == BookSide::Bid ? model.bids : model.asks;
    if (!CHECK_EQ(now.side(side).size(), rows.size())) return false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const BookRow& row = now.side(side)[i];
      const bool same = check::same(row.price, rows[i].price) && check::same(row.size, rows[i].size) &&
                        now.maker(side, i) == rows[i].maker;
      if (!same) good &= CHECK_EQ("row " + std::to_string(i), "as in the model");
    }
  }
  good &= CHECK_EQ(counters.updates, model.updates);
  good &= CHECK_EQ(counters.resets, model.resets);
  good &= CHECK_EQ(counters.ignored, model.ignored);
  good &= CHECK_EQ(counters.forgiven, model.forgiven);
  for (std::size_t i = 0; i < kBookDamages; ++i) good &= CHECK_EQ(counters.damages[i], model.damages[i]);
  return good;
}

/// One that makes sense for the model most of the time.
Message random_message(Random& random, const Model& model, std::uint64_t senseless) {
  constexpr const char* kMakers[] = {"", "NSDQ", "ARCA", "DRCTEDGE", "SIXTEEN-LETTERS!", "SEVENTEEN-LETTERS"};
  constexpr std::int32_t kPositions[] = {-1, 60, 61, INT32_MIN, INT32_MAX};
  Message m{.req_id = model.request,
            .position = 0,
            .operation = static_cast<std::int32_t>(random.below(3)),
            .side = static_cast<std::int32_t>(random.below(2)),
            .smart = static_cast<std::int32_t>(random.below(3)),
            .level2 = !random.one_in(3),
            .price = 0,
            .size = static_cast<double>(random.below(1000)) / 8,
            .maker = random.pick(kMakers)};
  const std::vector<Row>& rows = m.side == 1 ? model.bids : model.asks;
  if (rows.empty()) m.operation = 0;
  // A message for a book in order, or one anywhere.
  const std::uint64_t last = m.operation == 0 ? std::min(rows.size(), model.depth - 1) : rows.size() - 1;
  m.position = static_cast<std::int32_t>(random.below(last + 1));
  const double tick = m.side == 1 ? -0.25 : 0.25;
  m.price = m.side == 1 ? 99.75 : 100;
  m.price += tick * m.position;
  if (random.one_in(20)) m.price += static_cast<double>(random.between(-4, 4)) / 4;
  if (random.one_in(50)) m.size = kUnset;
  if (!random.one_in(senseless)) return m;
  switch (random.below(6)) {
    case 0:
      m.req_id += static_cast<std::int32_t>(random.between(-1, 1));
      break;
    case 1:
      m.position = random.pick(kPositions);
      break;
    case 2:
      m.position = static_cast<std::int32_t>(rows.size() + random.below(3));
      break;
    case 3:
      m.operation = static_cast<std::int32_t>(random.one_in(2) ? 3 : random.below(256));
      break;
    case 4:
      m.side = static_cast<std::int32_t>(random.one_in(2) ? 2 : random.below(256));
      break;
    default:
      m.price = random.one_in(2) ? kUnset : HUGE_VAL;
      break;
  }
  return m;
}

TEST("random messages, sense and nonsense, resets and new requests: the book is that of two plain vectors") {
  Random random(check::seed());
  std::array<std::uint64_t, 3> takes{};
  std::array<std::uint64_t, kBookDamages> damages{};
  std::uint32_t flags = 0;
  std::uint64_t full = 0, forgiven = 0;
  const int runs = check::scaled(300, 40);
  for (int run = 0; run < runs; ++run) {
    const auto memory = std::make_unique<BookMemory>();
    OrderBook book(*memory);
    Model model;
    const std::uint64_t senseless = run % 3 == 0 ? 10 : 300;
    const auto open = [&] {
      const bool forgives = random.one_in(2);
      const auto depth = static_cast<std::uint32_t>(random.between(1, random.one_in(4) ? 60 : 10));
      const auto id = static_cast<std::int32_t>(random.between(1, 1000));
      CHECK(book.open(id, depth, forgives ? DeletePolicy::Forgive : DeletePolicy::Damage));
      model.open(id, depth, forgives);
    };
    open();
    for (int step = 0; step < 2000; ++step) {
      const check::Note note("run " + std::to_string(run) + ", step " + std::to_string(step));
      const double micros = step + 1;
      const bool mends = model.damage != BookDamage::None && random.one_in(5);
      if (mends ? random.one_in(3) : random.one_in(1000)) {
        open();
      } else if (mends || random.one_in(1000)) {
        book.reset(micros);
        model.reset(micros);
      } else {
        const Message message = random_message(random, model, senseless);
        const BookTake expected = model.take(message, micros);
        REQUIRE(CHECK_EQ(book.take(record_of(message, micros)), expected));
        ++takes[static_cast<std::size_t>(expected)];
      }
      REQUIRE(is(book, memory->counters, model));
      flags |= model.flags();
      full += model.bids.size() == model.depth;
    }
    for (std::size_t i = 0; i < kBookDamages; ++i) damages[i] += model.damages[i];
    forgiven += model.forgiven;
  }
  // The sequences had something of everything.
  for (const std::uint64_t n : takes) CHECK(n > 100);
  for (std::size_t i = 1; i < kBookDamages; ++i) CHECK(damages[i] > 10);
  CHECK_EQ(flags, 255u);
  CHECK(full > 1000);
  CHECK(forgiven > 10);
  CHECK(takes[0] > (takes[1] + takes[2]) * 2);
}

}  // namespace
