#include "stream/board.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;
using ibkr::test::Random;
using enum BoardValue;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A decoded record of up to three slots, as the ring has it.
class Message {
 public:
  Message(RecordKind kind, std::int32_t field, std::initializer_list<double> values, double micros = 1)
      : Message(kind, field, micros) {
    std::memcpy(bytes(), values.begin(), values.size() * sizeof(double));
  }
  Message(std::int32_t field, const std::string& text, double micros = 1)
      : Message(RecordKind::TickString, field, micros) {
    record_[0].aux = static_cast<std::int32_t>(text.size());
    std::memcpy(bytes(), text.data(), text.size());
  }
  Record& record() { return record_[0]; }
  operator const Record&() const { return record_[0]; }

 private:
  Message(RecordKind kind, std::int32_t field, double micros) {
    record_[0].kind = kind;
    record_[0].field = field;
    record_[0].req_id = 77;
    record_[0].received_micros = micros;
  }
  std::byte* bytes() { return reinterpret_cast<std::byte*>(record_.data()) + kBytesOffset; }

  std::array<Record, 3> record_{};
};

Message price(std::int32_t type, double price, double size, double micros = 1) {
  return {RecordKind::TickPrice, type, {price, size}, micros};
}
Message size(std::int32_t type, double size) { return {RecordKind::TickSize, type, {size}}; }
Message generic(std::int32_t type, double value) { return {RecordKind::TickGeneric, type, {value}}; }

/// Memory with a board in it, as JavaScript gives it: zeros.
class Made {
 public:
  explicit Made(std::uint32_t slots) : memory_(slots), board_(bytes()) {}
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(memory_)); }
  Board& operator*() { return board_; }
  Board* operator->() { return &board_; }
  BoardSlot& raw(std::uint32_t slot) { return memory_[slot]; }

 private:
  std::vector<BoardSlot> memory_;
  Board board_;
};

using Plain = std::map<BoardValue, double>;

double at(const Plain& quote, BoardValue value) {
  const auto found = quote.find(value);
  return found == quote.end() ? kNone : found->second;
}

/// Every value of a slot is that of the map, and those that the map has not are none.
bool is(const Board& board, std::uint32_t slot, const Plain& expected) {
  std::array<double, kBoardValues> values;
  if (!CHECK(board.read(slot, values))) return false;
  bool good = true;
  for (std::size_t i = 0; i < kBoardValues; ++i) {
    const check::Note note("value " + std::to_string(i));
    good &= CHECK_EQ(values[i], at(expected, static_cast<BoardValue>(i)));
  }
  return good;
}

/// What a fresh board has of these messages.
bool after(std::initializer_list<Message> messages, Plain expected) {
  Made board(1);
  for (const Message& message : messages) board->take(0, message);
  expected.try_emplace(UpdatedMicros, 1);
  return is(*board, 0, expected);
}

// The tick types by what IB's list of them says: live, delayed (-1: none), and where they belong.
struct Known {
  std::int32_t live, delayed;
  BoardValue value;
};
constexpr Known kPlainPrices[] = {{6, 72, High},  {7, 73, Low},           {9, 75, Close},
                                  {14, 76, Open}, {35, -1, AuctionPrice}, {37, -1, Mark}};
struct KnownSide {
  std::int32_t live, delayed;
  BoardValue value, size, micros;
};
constexpr KnownSide kSides[] = {
    {1, 66, Bid, BidSize, BidMicros}, {2, 67, Ask, AskSize, AskMicros}, {4, 68, Last, LastSize, LastMicros}};
constexpr Known kSizes[] = {{0, 69, BidSize},          {3, 70, AskSize},        {5, 71, LastSize},
                            {8, 74, Volume},           {21, -1, AverageVolume}, {27, -1, CallOpenInterest},
                            {28, -1, PutOpenInterest}, {34, -1, AuctionVolume}, {36, -1, AuctionImbalance},
                            {89, -1, ShortableShares}};
constexpr Known kGenerics[] = {
    {23, -1, HistoricalVolatility}, {24, -1, ImpliedVolatility}, {46, -1, Shortable}, {49, 90, Halted}};
constexpr Known kOptions[] = {
    {10, 80, BidImpliedVolatility}, {11, 81, AskImpliedVolatility}, {12, 82, LastImpliedVolatility}};

TEST("memory of zeros is a board without values, and so is a slot that was cleared") {
  Made board(3);
  CHECK_EQ(board->slots(), 3u);
  for (std::uint32_t slot = 0; slot < 3; ++slot) is(*board, slot, {});
  board->take(1, price(1, 10, 5, 3));
  CHECK_EQ(board.raw(1).request_id, 77u);
  is(*board, 1, {{Bid, 10}, {BidSize, 5}, {BidMicros, 3}, {Delayed, 0}, {UpdatedMicros, 3}});
  board->clear(1);
  CHECK_EQ(board.raw(1).request_id, 0u);
  for (std::uint32_t slot = 0; slot < 3; ++slot) is(*board, slot, {});
}

TEST("a slot that there is not is neither written nor read") {
  Made board(2);
  std::array<double, kBoardValues> values;
  // One slot of two is the board's: what lies behind it must stay.
  Board one(board.bytes().first(kBoardSlotBytes + 100));
  CHECK_EQ(one.slots(), 1u);
  one.take(1, price(1, 10, 5));
  one.clear(1);
  CHECK(!one.read(1, values));
  CHECK(!board->read(2, values));
  is(*board, 1, {});
  CHECK_EQ(board.raw(1).sequence, 0u);
}

TEST(
    "the writer reads single values; of a slot that was never written, or that there is not, there are "
    "none") {
  alignas(64) std::array<std::byte, 2 * kBoardSlotBytes> memory{};
  Board board(memory);
  CHECK(std::isnan(board.value(1, Ask)));
  board.take(1, price(2, 10.5, 300));
  CHECK_EQ(board.value(1, Ask), 10.5);
  CHECK_EQ(board.value(1, AskSize), 300.0);
  CHECK(std::isnan(board.value(1, Bid)));
  CHECK(std::isnan(board.value(0, Ask)));
  CHECK(std::isnan(board.value(2, Ask)));
}

TEST("prices of a side have a size and a time of arrival, delayed ones at the same places") {
  for (const KnownSide& side : kSides) {
    const check::Note note("tick type " + std::to_string(side.live));
    after({price(side.live, 101.25, 300, 9)},
          {{side.value, 101.25}, {side.size, 300}, {side.micros, 9}, {Delayed, 0}, {UpdatedMicros, 9}});
    after({price(side.delayed, 101.25, 300, 9)},
          {{side.value, 101.25}, {side.size, 300}, {side.micros, 9}, {Delayed, 1}, {UpdatedMicros, 9}});
    // Live data after delayed.
    after({price(side.delayed, 1, 2, 9), price(side.live, 3, 4, 10)},
          {{side.value, 3}, {side.size, 4}, {side.micros, 10}, {Delayed, 0}, {UpdatedMicros, 10}});
  }
}

TEST("a message version without a size leaves the size as it is") {
  for (const KnownSide& side : kSides)
    after({price(side.live, 10, 5), price(side.live, 11, kUnset)},
          {{side.value, 11}, {side.size, 5}, {side.micros, 1}, {Delayed, 0}});
}

TEST("every other price, size and number has its place, delayed ones the same") {
  for (const Known& known : kPlainPrices) {
    after({price(known.live, 12.5, 0)}, {{known.value, 12.5}});
    if (known.delayed >= 0) after({price(known.delayed, 12.5, 0)}, {{known.value, 12.5}, {Delayed, 1}});
  }
  for (const Known& known : kSizes) {
    after({size(known.live, 700)}, {{known.value, 700}});
    if (known.delayed >= 0) after({size(known.delayed, 700)}, {{known.value, 700}, {Delayed, 1}});
  }
  for (const Known& known : kGenerics) {
    after({generic(known.live, 2)}, {{known.value, 2}});
    if (known.delayed >= 0) after({generic(known.delayed, 2)}, {{known.value, 2}, {Delayed, 1}});
  }
}

TEST("option computations: the model's figures, and the volatilities at bid, ask and last") {
  const auto option = [](std::int32_t type) {
    return Message(RecordKind::TickOptionComputation, type, {0.3, 0.5, 4.5, 0.25, 0.02, 0.11, -0.07, 190});
  };
  Plain model{{GreekImpliedVolatility, 0.3},
              {Delta, 0.5},
              {OptionPrice, 4.5},
              {PvDividend, 0.25},
              {Gamma, 0.02},
              {Vega, 0.11},
              {Theta, -0.07},
              {UnderlyingPrice, 190}};
  after({option(13)}, model);
  model[Delayed] = 1;
  after({option(83)}, model);
  for (const Known& known : kOptions) {
    after({option(known.live)}, {{known.value, 0.3}});
    after({option(known.delayed)}, {{known.value, 0.3}, {Delayed, 1}});
  }
  // What the gateway has not computed is no value, and takes the one before away.
  constexpr double u = kUnset;
  after({option(13), Message(RecordKind::TickOptionComputation, 13, {u, u, u, u, u, u, u, u})}, {});
  after({option(11), Message(RecordKind::TickOptionComputation, 11, {u, u, u, u, u, u, u, u})}, {});
  after({option(53)}, {});  // computed at a price of the user's own
}

TEST("the exchange's time of the last trade: seconds as text become milliseconds") {
  after({Message(45, "1700000000")}, {{LastTimeMs, 1'700'000'000'000}});
  after({Message(88, "1700000000")}, {{LastTimeMs, 1'700'000'000'000}, {Delayed, 1}});
  for (const char* text : {"", "-5", "17000000x", " 1700000000", "1e9", "1700000000.5", "9999999999999"}) {
    const check::Note note(text);
    after({Message(45, "1700000000"), Message(45, text)}, {{LastTimeMs, 1'700'000'000'000}});
  }
  after({Message(48, "1700000000")}, {});
  Message spilled(45, "1700000000");
  spilled.record().flags = kFlagSpilled;  // its bytes are elsewhere
  after({spilled}, {});
}

TEST("tick by tick: a trade, Last or AllLast, and both sides of a quote at once") {
  for (const std::int32_t type : {1, 2})
    after({Message(RecordKind::TickByTickAllLast, type, {1'700'000'000, 55.5, 20})},
          {{Last, 55.5}, {LastSize, 20}, {LastTimeMs, 1'700'000'000'000}, {LastMicros, 1}});
  after({Message(RecordKind::TickByTickBidAsk, 3, {1'700'000'000, 55.5, 55.75, 20, 30})},
        {{Bid, 55.5}, {Ask, 55.75}, {BidSize, 20}, {AskSize, 30}, {BidMicros, 1}, {AskMicros, 1}});
  after({Message(RecordKind::TickByTickBidAsk, 3, {1'700'000'000, -1, 55.75, 0, 30})},
        {{Ask, 55.75}, {BidSize, 0}, {AskSize, 30}, {BidMicros, 1}, {AskMicros, 1}});
}

TEST("what says nothing that a quote has is noted as an arrival only") {
  after({price(57, 10, 5)}, {});  // the last trade of regular hours
  after({price(1000, 10, 5)}, {});
  after({price(-1, 10, 5)}, {});
  after({size(1, 5), size(6, 5), generic(1, 5), price(8, 5, 5)}, {});  // a type with another's message
  after({Message(RecordKind::TickByTickMidPoint, 4, {1'700'000'000, 55.5})}, {});
  after({Message(RecordKind::RealTimeBar, 1, {1, 2, 3, 4, 5, 6, 7, 8})}, {});
}

TEST("how IB says that there is none, and prices below 0 that are some") {
  struct Case {
    double price, size, expected;
  };
  // A size of -1 is none, too.
  for (const Case c : {Case{-1, 0, kNone},
                       {-1, -1, kNone},
                       {0, 0, kNone},
                       {kUnset, 5, kNone},
                       {-1, 5, -1},
                       {-37.63, 10, -37.63},
                       {-37.63, 0, -37.63},
                       {0, 5, 0},
                       {-0.5, 0, -0.5}}) {
    const check::Note note(std::to_string(c.price) + " x " + std::to_string(c.size));
    const double size_there = c.size == -1 ? kNone : c.size;
    after({price(1, 99, 98), price(1, c.price, c.size)},
          {{Bid, c.expected}, {BidSize, size_there}, {BidMicros, 1}, {Delayed, 0}});
    after({price(9, 99, 0), price(9, c.price, c.size)}, {{Close, c.expected}});
  }
  after({price(1, 99, 98), price(1, -1, kUnset)}, {{BidSize, 98}, {BidMicros, 1}, {Delayed, 0}});
  after({price(9, 99, 0), price(9, 0, kUnset)}, {{Close, 0}});
  after({price(9, 99, 0), price(9, -std::numeric_limits<double>::quiet_NaN(), 1)}, {});
  for (const double none : {-1.0, kUnset}) {
    after({size(0, 5), size(0, none)}, {});
    after({generic(49, 1), generic(49, none)}, {});
  }
  after({size(0, 5), size(0, 0)}, {{BidSize, 0}});
}

/// The next message of a random sequence, and what it does to a plain quote.
Message random_step(Random& random, Plain& quote, double micros) {
  const auto number = [&] { return static_cast<double>(random.between(-200, 2000)) / 4; };
  const auto some = [&] {
    constexpr double kNones[] = {kUnset, -1, 0};
    return random.one_in(4) ? random.pick(kNones) : number();
  };
  const auto put = [&](BoardValue value, double to) { quote[value] = to; };
  const auto unless_none = [](double value) { return value == -1 || value == kUnset ? kNone : value; };
  const auto as_price = [](double value, double of) {
    if (value == kUnset) return kNone;
    if (value == -1 && (of == 0 || of == -1 || of == kUnset)) return kNone;
    if (value == 0 && of == 0) return kNone;
    return value;
  };
  const bool delayed = random.one_in(3);
  const auto type_of = [&](const auto& known) {
    const bool is_delayed = delayed && known.delayed >= 0;
    if (is_delayed) put(Delayed, 1);
    return is_delayed ? known.delayed : known.live;
  };
  put(UpdatedMicros, micros);
  switch (random.below(9)) {
    case 0: {
      const Known& known = random.pick(kPlainPrices);
      const double value = some(), of = some();
      put(known.value, as_price(value, of));
      return price(type_of(known), value, of, micros);
    }
    case 1:
    case 2: {
      const KnownSide& side = random.pick(kSides);
      const double value = some(), of = some();
      put(side.value, as_price(value, of));
      if (of != kUnset) put(side.size, unless_none(of));
      put(side.micros, micros);
      put(Delayed, 0);
      return price(type_of(side), value, of, micros);
    }
    case 3: {
      const Known& known = random.pick(kSizes);
      const double value = some();
      put(known.value, unless_none(value));
      return {RecordKind::TickSize, type_of(known), {value}, micros};
    }
    case 4: {
      const Known& known = random.pick(kGenerics);
      const double value = some();
      put(known.value, unless_none(value));
      return {RecordKind::TickGeneric, type_of(known), {value}, micros};
    }
    case 5: {
      const std::uint64_t seconds = random.below(2'000'000'000);
      put(LastTimeMs, static_cast<double>(seconds) * 1000);
      return {type_of(Known{45, 88, LastTimeMs}), std::to_string(seconds), micros};
    }
    case 6: {
      const double value = number(), of = number(), time = static_cast<double>(random.below(2'000'000'000));
      put(Last, value);
      put(LastSize, unless_none(of));
      put(LastTimeMs, time * 1000);
      put(LastMicros, micros);
      return {RecordKind::TickByTickAllLast, 1, {time, value, of}, micros};
    }
    case 7: {
      const double bid = some(), ask = some(), bid_size = some(), ask_size = some();
      put(Bid, as_price(bid, bid_size));
      put(BidSize, unless_none(bid_size));
      put(Ask, as_price(ask, ask_size));
      put(AskSize, unless_none(ask_size));
      put(BidMicros, micros);
      put(AskMicros, micros);
      return {RecordKind::TickByTickBidAsk, 3, {1, bid, ask, bid_size, ask_size}, micros};
    }
    default: {
      constexpr BoardValue kModel[] = {
          GreekImpliedVolatility, Delta, OptionPrice, PvDividend, Gamma, Vega, Theta, UnderlyingPrice};
      double values[8];
      for (double& value : values) value = random.one_in(4) ? kUnset : number();
      const auto none_or = [](double value) { return value == kUnset ? kNone : value; };
      std::int32_t type = 0;
      if (random.one_in(2)) {
        type = type_of(Known{13, 83, Delta});
        for (std::size_t i = 0; i < std::size(kModel); ++i) put(kModel[i], none_or(values[i]));
      } else {
        const Known& known = random.pick(kOptions);
        type = type_of(known);
        put(known.value, none_or(values[0]));
      }
      return {RecordKind::TickOptionComputation,
              type,
              {values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]},
              micros};
    }
  }
}

TEST("random messages into many slots: after each the quote is that of a plain map") {
  Random random(check::seed());
  constexpr std::uint32_t kSlots = 7;
  Made board(kSlots);
  std::vector<Plain> quotes(kSlots);
  const int steps = check::scaled(200'000, 20'000);
  for (int step = 0; step < steps; ++step) {
    const check::Note note("step " + std::to_string(step));
    const auto slot = static_cast<std::uint32_t>(random.below(kSlots));
    if (random.one_in(500)) {
      board->clear(slot);
      quotes[slot].clear();
    } else {
      board->take(slot, random_step(random, quotes[slot], step));
    }
    if (!is(*board, slot, quotes[slot])) return;
  }
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) is(*board, slot, quotes[slot]);
}

TEST("a sequence that goes round passes over 0, which is that of a slot never written") {
  Made board(1);
  board->take(0, price(1, 10, 5));
  board.raw(0).sequence = 0xFFFF'FFFE;
  board->take(0, price(1, 11, 5));
  CHECK_EQ(board.raw(0).sequence, 2u);
  is(*board, 0, {{Bid, 11}, {BidSize, 5}, {BidMicros, 1}, {Delayed, 0}, {UpdatedMicros, 1}});
}

TEST("as many values are read as there is room for") {
  Made board(1);
  board->take(0, price(2, 10, 5));
  double few[3] = {1, 2, 3};
  CHECK(board->read(0, std::span(few).first(2)));
  CHECK(std::isnan(few[0]));
  CHECK_EQ(few[1], 10.0);
  CHECK_EQ(few[2], 3.0);
}

TEST("a slot whose writer was interrupted gives no quote") {
  Made board(1);
  board->take(0, price(1, 10, 5));
  ++board.raw(0).sequence;
  std::array<double, kBoardValues> values;
  CHECK(!board->read(0, values));
}

}  // namespace
