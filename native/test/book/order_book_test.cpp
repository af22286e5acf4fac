// The order book of one request: what messages do to it, what damages it, what it says of itself.
#include "book/order_book.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "support/depth_records.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using enum DepthOperation;
using enum BookSide;

constexpr std::int32_t kRequest = 1;  // a FeedRecord's

/// Memory as JavaScript gives it: zeros.
struct Made {
  std::unique_ptr<BookMemory> memory = std::make_unique<BookMemory>();
  OrderBook book{*memory};

  explicit Made(std::uint32_t depth, DeletePolicy deletes = DeletePolicy::Damage) {
    CHECK(book.open(kRequest, depth, deletes));
  }
  BookSnapshot now() const {
    BookSnapshot out;
    CHECK(book.read(out));
    return out;
  }
  void take(std::initializer_list<FeedRecord> records) {
    for (const FeedRecord& record : records) CHECK(book.take(record) == BookTake::Changed);
  }
};

/// A side as "10x1 9x2 NSDQ".
std::string shown(const BookSnapshot& book, BookSide side) {
  std::string out;
  const auto number = [](double value) { return std::isnan(value) ? "?" : std::to_string(value); };
  const auto brief = [&](double value) {
    std::string text = number(value);
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  for (std::size_t i = 0; i < book.side(side).size(); ++i) {
    const BookRow& row = book.side(side)[i];
    if (i != 0) out += ' ';
    out += brief(row.price) + "x" + brief(row.size);
    if (!book.maker(side, i).empty()) out += " " + std::string(book.maker(side, i));
  }
  return out;
}

constexpr std::uint32_t kJudgements = kBookCrossed | kBookLocked | kBookBidsMisordered | kBookAsksMisordered;

TEST("memory of zeros is a book of no request: empty, and nothing goes into it") {
  BookMemory memory{};
  OrderBook book(memory);
  CHECK(book.take(depth(Insert, Bid, 0, 10, 1)) == BookTake::Ignored);
  FeedRecord of_zero = depth(Insert, Bid, 0, 10, 1);
  of_zero.head().req_id = 0;
  CHECK(book.take(of_zero) == BookTake::Ignored);
  CHECK_EQ(memory.sequence, 0u);
  BookSnapshot out;
  REQUIRE(book.read(out));
  CHECK_EQ(out.depth, 0u);
  CHECK_EQ(out.flags, 0u);
  CHECK_EQ(shown(out, Bid) + shown(out, Ask), "");
}

TEST("inserted rows move those below down, and deleted ones let them up") {
  Made made(5);
  made.take({depth(Insert, Bid, 0, 10, 1), depth(Insert, Bid, 1, 8, 3), depth(Insert, Bid, 1, 9, 2),
             depth(Insert, Ask, 0, 12, 5), depth(Insert, Ask, 0, 11, 4)});
  CHECK_EQ(shown(made.now(), Bid), "10x1 9x2 8x3");
  CHECK_EQ(shown(made.now(), Ask), "11x4 12x5");
  made.take({depth(Delete, Bid, 0, 0, 0), depth(Delete, Ask, 1, 0, 0), depth(Update, Bid, 1, 8.5, 7, 99)});
  const BookSnapshot now = made.now();
  CHECK_EQ(shown(now, Bid), "9x2 8.5x7");
  CHECK_EQ(shown(now, Ask), "11x4");
  CHECK_EQ(now.updated_micros, 99.0);
  CHECK_EQ(now.request_id, kRequest);
  CHECK_EQ(now.depth, 5u);
  CHECK_EQ(made.memory->counters.updates, 8u);
}

TEST("what an insert pushes off the end is gone, and only on its side") {
  Made made(3);
  made.take({depth(Insert, Ask, 0, 11, 1), depth(Insert, Ask, 1, 12, 2), depth(Insert, Ask, 2, 13, 3),
             depth(Insert, Bid, 0, 9, 1), depth(Insert, Ask, 0, 10, 9)});
  CHECK_EQ(shown(made.now(), Ask), "10x9 11x1 12x2");
  made.take({depth(Insert, Ask, 2, 11.5, 8)});
  CHECK_EQ(shown(made.now(), Ask), "10x9 11x1 11.5x8");
  CHECK_EQ(shown(made.now(), Bid), "9x1");
  made.take({depth(Delete, Ask, 0, 0, 0)});
  CHECK_EQ(shown(made.now(), Ask), "11x1 11.5x8");
  Made one(1);
  one.take({depth(Insert, Bid, 0, 9, 1), depth(Insert, Bid, 0, 10, 2)});
  CHECK_EQ(shown(one.now(), Bid), "10x2");
}

TEST("as many rows as may be asked for, and no more") {
  Made made(kMaxBookRows);
  for (std::size_t i = 0; i < kMaxBookRows + 5; ++i)
    made.take({depth(Insert, Bid, 0, static_cast<double>(i), 1), depth(Insert, Ask, 0, 1000.0 - i, 1)});
  CHECK_EQ(made.now().side(Bid).size(), kMaxBookRows);
  CHECK_EQ(made.now().side(Bid).back().price, 5.0);
  CHECK_EQ(made.now().side(Ask).back().price, 995.0);
  for (const std::uint32_t none : {0u, static_cast<std::uint32_t>(kMaxBookRows) + 1, 0xFFFF'FFFFu})
    CHECK(!made.book.open(7, none));
  CHECK_EQ(made.now().request_id, kRequest);
  CHECK_EQ(made.now().side(Bid).size(), kMaxBookRows);
}

TEST("market makers move with their rows; a message without one leaves its row without") {
  Made made(3);
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "NSDQ"), depth_l2(Insert, Bid, 0, 11, 2, "ARCA"),
             depth_l2(Insert, Bid, 2, 9, 3, "DRCTEDGE"), depth_l2(Insert, Bid, 1, 10, 4, "")});
  CHECK_EQ(shown(made.now(), Bid), "11x2 ARCA 10x4 10x1 NSDQ");
  made.take({depth_l2(Delete, Bid, 0, 0, 0, "ARCA"), depth_l2(Update, Bid, 0, 10, 5, "IEX")});
  CHECK_EQ(shown(made.now(), Bid), "10x5 IEX 10x1 NSDQ");
  made.take({depth(Update, Bid, 1, 9, 6)});
  CHECK_EQ(shown(made.now(), Bid), "10x5 IEX 9x6");
}

TEST("rows that came before the first market maker have none, whatever was in the memory") {
  Made made(3);
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "NSDQ"), depth_l2(Insert, Ask, 0, 11, 1, "ARCA")});
  made.book.reset(5);
  made.take({depth(Insert, Bid, 0, 10, 1), depth(Insert, Ask, 0, 11, 1)});
  CHECK(!made.now().is(kBookMakers));
  CHECK_EQ(shown(made.now(), Bid), "10x1");
  made.take({depth_l2(Insert, Bid, 1, 9, 1, "IEX")});
  CHECK(made.now().is(kBookMakers));
  CHECK_EQ(shown(made.now(), Bid), "10x1 9x1 IEX");
  CHECK_EQ(shown(made.now(), Ask), "11x1");
}

TEST("a market maker is cut to its place") {
  static_assert(kBookMakerBytes == 16);
  Made made(3);
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "SIXTEEN-LETTERS!"),
             depth_l2(Insert, Bid, 1, 9, 1, "SEVENTEEN-LETTERS"),
             depth_l2(Insert, Bid, 2, 8, 1, std::string(400, 'x'))});
  CHECK_EQ(shown(made.now(), Bid), "10x1 SIXTEEN-LETTERS! 9x1 SEVENTEEN-LETTER 8x1 xxxxxxxxxxxxxxxx");
}

TEST("a length beyond the record's slots reads nothing outside them") {
  Made made(1);
  FeedRecord record = depth_l2(Insert, Bid, 0, 10, 1, "NSDQ");
  const std::uint16_t wrong = 0xFFFF;
  std::memcpy(reinterpret_cast<std::byte*>(&record.head()) + strings_offset(2), &wrong, sizeof wrong);
  made.take({record});
  CHECK_EQ(shown(made.now(), Bid), "10x1 NSDQ");
}

TEST("SMART depth, as the newest message says that says it") {
  Made made(5);
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "NSDQ", 2)});
  CHECK(made.now().is(kBookSmart));
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "NSDQ", 0), depth(Insert, Ask, 0, 11, 1)});
  CHECK(made.now().is(kBookSmart));
  made.take({depth_l2(Insert, Bid, 0, 10, 1, "NSDQ", 1)});
  CHECK(!made.now().is(kBookSmart));
}

TEST("a size that the gateway left unset is none; a price below 0 and of 0 is one") {
  Made made(5);
  made.take({depth(Insert, Bid, 0, 0, kUnset), depth(Insert, Bid, 1, -37.63, 10),
             depth(Insert, Bid, 2, -38, 0),
             depth(Insert, Bid, 3, -39, -std::numeric_limits<double>::quiet_NaN())});
  CHECK_EQ(shown(made.now(), Bid), "0x? -37.63x10 -38x0 -39x?");
  CHECK_EQ(made.now().side(Bid)[3].size, std::numeric_limits<double>::quiet_NaN());
}

/// Of a book with two bids and three rows asked for.
struct Senseless {
  const char* name;
  FeedRecord record;
  BookDamage damage;
};
FeedRecord raw(std::int32_t position, std::int32_t aux) {
  return {RecordKind::MarketDepth, position, aux, {10, 1}};
}
std::vector<Senseless> senseless() {
  using enum BookDamage;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return {{"no side", raw(0, depth_aux(0, 2)), UnknownSide},
          {"no side, the largest", raw(0, depth_aux(0, 255)), UnknownSide},
          {"no operation", raw(0, depth_aux(3, 1)), UnknownOperation},
          {"no operation, the largest", raw(0, depth_aux(255, 1)), UnknownOperation},
          {"position -1", depth(Insert, Bid, -1, 10, 1), OutOfRange},
          {"the smallest position", depth(Delete, Bid, INT32_MIN, 10, 1), OutOfRange},
          {"a row beyond those asked for", depth(Insert, Bid, 3, 10, 1), OutOfRange},
          {"the largest position", depth(Update, Bid, INT32_MAX, 10, 1), OutOfRange},
          {"delete beyond those asked for", depth(Delete, Bid, 3, 0, 0), OutOfRange},
          {"insert that leaves a gap", depth(Insert, Ask, 1, 11, 1), Gap},
          {"update behind the last", depth(Update, Bid, 2, 10, 1), UpdateOfNothing},
          {"update of an empty side", depth(Update, Ask, 0, 10, 1), UpdateOfNothing},
          {"delete behind the last", depth(Delete, Bid, 2, 0, 0), DeleteOfNothing},
          {"delete of an empty side", depth_l2(Delete, Ask, 0, 0, 0, "NSDQ"), DeleteOfNothing},
          {"insert without a price", depth(Insert, Bid, 2, kUnset, 1), NoPrice},
          {"update without a price", depth(Update, Bid, 0, kInfinity, 1), NoPrice},
          {"a price that is no number", depth(Insert, Bid, 0, std::nan(""), 1), NoPrice}};
}

TEST("a message that makes no sense damages the book: its rows stay, and it says why until it is reset") {
  for (const Senseless& c : senseless()) {
    const check::Note note(c.name);
    Made made(3);
    made.take({depth(Insert, Bid, 0, 10, 1), depth(Insert, Bid, 1, 9, 2, 7)});
    CHECK(made.book.take(c.record) == BookTake::Damaged);
    // Later ones change nothing, whether they make sense or not.
    CHECK(made.book.take(depth(Insert, Bid, 0, 11, 1, 8)) == BookTake::Ignored);
    CHECK(made.book.take(depth(Update, Bid, 2, 11, 1, 9)) == BookTake::Ignored);
    const BookSnapshot now = made.now();
    CHECK_EQ(now.flags, static_cast<std::uint32_t>(kBookDamaged));
    CHECK_EQ(now.damage, c.damage);
    CHECK_EQ(shown(now, Bid), "10x1 9x2");
    CHECK_EQ(shown(now, Ask), "");
    CHECK_EQ(now.updated_micros, 7.0);
    const BookCounters& counters = made.memory->counters;
    for (std::size_t i = 0; i < kBookDamages; ++i)
      CHECK_EQ(counters.damages[i], i == static_cast<std::size_t>(c.damage) ? 1u : 0u);
    CHECK_EQ(counters.updates, 2u);
    CHECK_EQ(counters.ignored, 2u);

    made.book.reset(10);
    CHECK_EQ(made.now().flags, 0u);
    CHECK_EQ(made.now().damage, BookDamage::None);
    CHECK_EQ(shown(made.now(), Bid), "");
    CHECK_EQ(made.now().updated_micros, 10.0);
    made.take({depth(Insert, Bid, 0, 12, 1)});
    CHECK_EQ(shown(made.now(), Bid), "12x1");
    CHECK_EQ(counters.resets, 1u);
    CHECK_EQ(counters.damages[static_cast<std::size_t>(c.damage)], 1u);
  }
}

TEST("deletes of rows that are not there are forgiven where the owner says so, and counted") {
  Made made(3, DeletePolicy::Forgive);
  made.take({depth(Insert, Bid, 0, 10, 1)});
  for (const std::int32_t position : {1, 2, 3, 60, INT32_MAX})
    CHECK(made.book.take(depth(Delete, Bid, position, 0, 0)) == BookTake::Ignored);
  CHECK(made.book.take(depth(Delete, Ask, 0, 0, 0)) == BookTake::Ignored);
  CHECK_EQ(made.memory->counters.forgiven, 6u);
  CHECK_EQ(shown(made.now(), Bid), "10x1");
  made.book.reset(2);
  CHECK(made.now().is(kBookForgivesDeletes));
  CHECK(made.book.take(depth(Delete, Bid, 0, 0, 0)) == BookTake::Ignored);
  // Nothing else is.
  CHECK(made.book.take(depth(Delete, Bid, -1, 0, 0)) == BookTake::Damaged);
  made.book.reset(3);
  CHECK(made.book.take(depth(Update, Bid, 0, 10, 1)) == BookTake::Damaged);
  CHECK(made.book.open(kRequest, 3));
  CHECK(made.book.take(depth(Delete, Bid, 0, 0, 0)) == BookTake::Damaged);
}

TEST("a book crossed or locked says so, and mends nothing") {
  struct Case {
    double bid, ask;
    std::uint32_t flags;
  };
  for (const Case c : {Case{10, 11, 0}, Case{11, 11, kBookLocked}, Case{11, 10, kBookCrossed}}) {
    Made made(3);
    made.take({depth(Insert, Bid, 0, c.bid, 1)});
    CHECK_EQ(made.now().flags, 0u);  // one side alone
    made.take({depth(Insert, Ask, 0, c.ask, 1)});
    CHECK_EQ(made.now().flags & kJudgements, c.flags);
    CHECK_EQ(made.now().side(Bid)[0].price, c.bid);
    CHECK_EQ(made.now().side(Ask)[0].price, c.ask);
    made.take({depth(Update, Ask, 0, 12, 1)});
    CHECK_EQ(made.now().flags & kJudgements, 0u);
    made.take({depth(Update, Ask, 0, c.ask, 1), depth(Delete, Bid, 0, 0, 0)});
    CHECK_EQ(made.now().flags & kJudgements, 0u);
  }
}

TEST("prices out of order are flagged by side as long as they are; equal ones are in order") {
  Made made(3);
  made.take({depth(Insert, Bid, 0, 10, 1), depth(Insert, Bid, 1, 10, 1), depth(Insert, Ask, 0, 11, 1),
             depth(Insert, Ask, 1, 11, 1)});
  CHECK_EQ(made.now().flags, 0u);
  made.take({depth(Update, Bid, 1, 10.5, 1)});
  CHECK_EQ(made.now().flags, static_cast<std::uint32_t>(kBookBidsMisordered));
  made.take({depth(Insert, Ask, 2, 10.75, 1)});
  CHECK_EQ(made.now().flags, static_cast<std::uint32_t>(kBookBidsMisordered | kBookAsksMisordered));
  made.take({depth(Insert, Ask, 0, 11, 1)});  // the culprit falls off the end
  CHECK_EQ(made.now().flags, static_cast<std::uint32_t>(kBookBidsMisordered));
  made.take({depth(Delete, Bid, 0, 0, 0)});
  CHECK_EQ(made.now().flags, 0u);
}

TEST("messages of another request, and other messages, leave the book alone") {
  Made made(3);
  made.take({depth(Insert, Bid, 0, 10, 1)});
  CHECK(made.book.open(2, 5));
  const std::uint32_t sequence = made.memory->sequence;
  CHECK(made.book.take(depth(Insert, Bid, 0, 11, 1)) == BookTake::Ignored);  // of request 1, late
  CHECK(made.book.take(depth(Update, Bid, 4, 11, 1)) == BookTake::Ignored);
  for (const FeedRecord& record : one_of_each()) CHECK(made.book.take(record) == BookTake::Ignored);
  CHECK_EQ(made.memory->sequence, sequence);
  CHECK_EQ(made.memory->counters.ignored, 0u);
  CHECK_EQ(shown(made.now(), Bid), "");
  CHECK_EQ(made.now().request_id, 2);
  CHECK_EQ(made.now().depth, 5u);
  CHECK_EQ(made.now().updated_micros, 0.0);
  FeedRecord own = depth(Insert, Bid, 0, 12, 1);
  own.head().req_id = 2;
  made.take({own});
  CHECK_EQ(shown(made.now(), Bid), "12x1");
  made.book.close();
  CHECK_EQ(made.now().request_id, 0);
  CHECK_EQ(made.now().depth, 0u);
  CHECK(made.book.take(own) == BookTake::Ignored);
  CHECK_EQ(shown(made.now(), Bid), "");
}

TEST("a book whose writer was interrupted cannot be read; counts that another has written lead nowhere") {
  Made made(3);
  made.take({depth(Insert, Bid, 0, 10, 1)});
  ++made.memory->sequence;
  BookSnapshot out;
  CHECK(!made.book.read(out));
  ++made.memory->sequence;
  made.memory->rows[0] = 0xFFFF'FFFF;
  CHECK(made.book.read(out));
  CHECK_EQ(out.side(Ask).size(), kMaxBookRows);
}

TEST("numbers that another has written into the memory lead the writer nowhere, either") {
  Made made(3);
  made.take({depth(Insert, Bid, 0, 10, 1)});
  made.memory->depth = 0xFFFF'FFFF;
  for (std::uint32_t& rows : made.memory->rows) rows = 0xFFFF'FFFF;
  CHECK(made.book.take(depth(Insert, Bid, 60, 9, 1)) == BookTake::Damaged);
  made.memory->flags = 0;
  made.take({depth_l2(Insert, Bid, 0, 11, 1, "NSDQ"), depth_l2(Insert, Ask, 59, 12, 1, "NSDQ"),
             depth_l2(Delete, Bid, 59, 0, 0, "")});
  CHECK_EQ(made.now().side(Bid).size(), kMaxBookRows - 1);
  CHECK_EQ(made.now().side(Bid)[1].price, 10.0);
}

TEST("a sequence that goes round stays even") {
  Made made(3);
  made.memory->sequence = 0xFFFF'FFFE;
  made.take({depth(Insert, Bid, 0, 10, 1)});
  CHECK_EQ(made.memory->sequence, 0u);
  CHECK_EQ(shown(made.now(), Bid), "10x1");
}

}  // namespace
