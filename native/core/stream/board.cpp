#include "stream/board.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

#include "ring/record_values.hpp"
#include "wire/price.hpp"

namespace ibkr {

namespace {

/// No position: of a tick type that a quote does not have.
constexpr auto kNowhere = static_cast<BoardValue>(kBoardValues);

/// Beyond every known tick type that has a place.
constexpr std::size_t kTickTypes = 128;

/// Where the numbers of one tick type belong, by the message that brings them.
struct Place {
  BoardValue price = kNowhere;
  BoardValue size = kNowhere;  // of a price, or of TICK_SIZE with this type
  BoardValue generic = kNowhere;
  BoardValue micros = kNowhere;
  BoardValue option_volatility = kNowhere;
  bool last_time = false;
  bool model = false;
  bool delayed = false;
};

using Places = std::array<Place, kTickTypes>;

constexpr void both(Places& places, std::size_t live, std::size_t delayed, Place place) {
  places[live] = place;
  place.delayed = true;
  places[delayed] = place;
}

constexpr Places make_places() {
  using enum BoardValue;
  Places places{};
  both(places, 0, 69, {.size = BidSize});
  both(places, 1, 66, {.price = Bid, .size = BidSize, .micros = BidMicros});
  both(places, 2, 67, {.price = Ask, .size = AskSize, .micros = AskMicros});
  both(places, 3, 70, {.size = AskSize});
  both(places, 4, 68, {.price = Last, .size = LastSize, .micros = LastMicros});
  both(places, 5, 71, {.size = LastSize});
  both(places, 6, 72, {.price = High});
  both(places, 7, 73, {.price = Low});
  both(places, 8, 74, {.size = Volume});
  both(places, 9, 75, {.price = Close});
  both(places, 10, 80, {.option_volatility = BidImpliedVolatility});
  both(places, 11, 81, {.option_volatility = AskImpliedVolatility});
  both(places, 12, 82, {.option_volatility = LastImpliedVolatility});
  both(places, 13, 83, {.model = true});
  both(places, 14, 76, {.price = Open});
  places[21] = {.size = AverageVolume};
  places[23] = {.generic = HistoricalVolatility};
  places[24] = {.generic = ImpliedVolatility};
  places[27] = {.size = CallOpenInterest};
  places[28] = {.size = PutOpenInterest};
  places[34] = {.size = AuctionVolume};
  places[35] = {.price = AuctionPrice};
  places[36] = {.size = AuctionImbalance};
  places[37] = {.price = Mark};
  both(places, 45, 88, {.last_time = true});
  places[46] = {.generic = Shortable};
  both(places, 49, 90, {.generic = Halted});
  places[89] = {.size = ShortableShares};
  return places;
}

constexpr Places kPlaces = make_places();
constexpr Place kNoPlace{};

const Place& place_of(std::int32_t tick_type) {
  const auto index = static_cast<std::uint32_t>(tick_type);
  return index < kTickTypes ? kPlaces[index] : kNoPlace;
}

/// -1 is no size.
double size_of(double size) { return size == -1 ? kNone : number_of(size); }

std::string_view text_of(const Record& record) {
  if ((record.flags & kFlagSpilled) != 0 || record.aux <= 0) return {};
  return {reinterpret_cast<const char*>(&record) + kBytesOffset, static_cast<std::size_t>(record.aux)};
}

/// Seconds since 1970 as milliseconds; none if the text is anything but digits.
double millis_of(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;  // exact as a double, and for 30,000 years enough
  std::uint64_t seconds = 0;
  if (text.empty() || text.size() > kMostDigits) return kNone;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
  if (error != std::errc{} || end != text.end()) return kNone;
  return static_cast<double>(seconds) * 1000;
}

/// A slot while it is written.
class Writing {
 public:
  explicit Writing(BoardSlot& slot)
      // relaxed: nobody else writes it.
      : slot_(slot), before_(std::atomic_ref(slot.sequence).load(std::memory_order_relaxed)) {
    // relaxed: the values' releases below carry it.
    std::atomic_ref(slot.sequence).store(before_ + 1, std::memory_order_relaxed);
    if (before_ == 0) clear();
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;
  ~Writing() {
    // 0 is left to slots that were never written. release: who sees it sees the values.
    const std::uint32_t after = before_ + 2 == 0 ? 2 : before_ + 2;
    std::atomic_ref(slot_.sequence).store(after, std::memory_order_release);
  }

  void clear() {
    for (double& value : slot_.values) put(value, kNone);
    set_request(0);
  }
  /// Every NaN is the same one.
  void set(BoardValue at, double value) {
    if (at != kNowhere) put(slot_.values[static_cast<std::size_t>(at)], std::isnan(value) ? kNone : value);
  }
  void set_request(std::uint32_t id) {
    // release: as the values.
    std::atomic_ref(slot_.request_id).store(id, std::memory_order_release);
  }

 private:
  static void put(double& place, double value) {
    // release: who reads it sees the odd sequence.
    std::atomic_ref(place).store(value, std::memory_order_release);
  }

  BoardSlot& slot_;
  std::uint32_t before_;
};

void take_price(Writing& quote, const Record& record, const Place& place) {
  const auto [price, size] = values_of<TickPriceValues>(record);
  if (place.price == kNowhere) return;
  quote.set(place.price, price_of(price, size));
  if (size != kUnset) quote.set(place.size, size_of(size));
  if (place.micros == kNowhere) return;
  quote.set(place.micros, record.received_micros);
  if (!place.delayed) quote.set(BoardValue::Delayed, 0);
}

void take_option(Writing& quote, const Record& record, const Place& place) {
  const auto values = values_of<TickOptionComputationValues>(record);
  quote.set(place.option_volatility, number_of(values.implied_vol));
  if (!place.model) return;
  quote.set(BoardValue::GreekImpliedVolatility, number_of(values.implied_vol));
  quote.set(BoardValue::Delta, number_of(values.delta));
  quote.set(BoardValue::Gamma, number_of(values.gamma));
  quote.set(BoardValue::Vega, number_of(values.vega));
  quote.set(BoardValue::Theta, number_of(values.theta));
  quote.set(BoardValue::OptionPrice, number_of(values.opt_price));
  quote.set(BoardValue::UnderlyingPrice, number_of(values.und_price));
  quote.set(BoardValue::PvDividend, number_of(values.pv_dividend));
}

void take_trade(Writing& quote, const Record& record) {
  const auto values = values_of<TickByTickAllLastValues>(record);
  quote.set(BoardValue::Last, number_of(values.price));
  quote.set(BoardValue::LastSize, size_of(values.size));
  quote.set(BoardValue::LastTimeMs, number_of(values.time) * 1000);
  quote.set(BoardValue::LastMicros, record.received_micros);
}

/// The line's own last ticks tell of the trade itself.
void take_rt_trade(Writing& quote, const Record& record) {
  const auto values = values_of<RtTradeValues>(record);
  quote.set(BoardValue::Volume, size_of(values.volume));
  quote.set(BoardValue::Vwap, number_of(values.vwap));
}

void take_bid_ask(Writing& quote, const Record& record) {
  const auto values = values_of<TickByTickBidAskValues>(record);
  quote.set(BoardValue::Bid, price_of(values.bid_price, values.bid_size));
  quote.set(BoardValue::BidSize, size_of(values.bid_size));
  quote.set(BoardValue::BidMicros, record.received_micros);
  quote.set(BoardValue::Ask, price_of(values.ask_price, values.ask_size));
  quote.set(BoardValue::AskSize, size_of(values.ask_size));
  quote.set(BoardValue::AskMicros, record.received_micros);
}

/// What a message with a tick type says of a quote.
void take_tick(Writing& quote, const Record& record) {
  const Place& place = place_of(record.field);
  if (place.delayed) quote.set(BoardValue::Delayed, 1);
  switch (record.kind) {
    case RecordKind::TickPrice:
      return take_price(quote, record, place);
    case RecordKind::TickSize:
      // A size with the type of a price is none that a gateway sends.
      if (place.price == kNowhere) quote.set(place.size, size_of(values_of<TickSizeValues>(record).size));
      return;
    case RecordKind::TickGeneric:
      return quote.set(place.generic, size_of(values_of<TickGenericValues>(record).value));
    case RecordKind::TickString: {
      const double millis = place.last_time ? millis_of(text_of(record)) : kNone;
      if (!std::isnan(millis)) quote.set(BoardValue::LastTimeMs, millis);
      return;
    }
    default:
      return take_option(quote, record, place);
  }
}

}  // namespace

void Board::take(std::uint32_t slot, const Record& record) {
  if (slot >= count_) return;
  Writing quote(slots_[slot]);
  switch (record.kind) {
    case RecordKind::TickPrice:
    case RecordKind::TickSize:
    case RecordKind::TickGeneric:
    case RecordKind::TickString:
    case RecordKind::TickOptionComputation:
      take_tick(quote, record);
      break;
    case RecordKind::TickByTickAllLast:
      take_trade(quote, record);
      break;
    case RecordKind::TickByTickBidAsk:
      take_bid_ask(quote, record);
      break;
    case RecordKind::RtTrade:
      take_rt_trade(quote, record);
      break;
    default:
      break;
  }
  quote.set(BoardValue::UpdatedMicros, record.received_micros);
  quote.set_request(static_cast<std::uint32_t>(record.req_id));
}

double Board::value(std::uint32_t slot, BoardValue at) const {
  // relaxed: written by this thread, or handed over through the reader lock.
  if (slot >= count_ || std::atomic_ref(slots_[slot].sequence).load(std::memory_order_relaxed) == 0)
    return kNone;
  return std::atomic_ref(slots_[slot].values[static_cast<std::size_t>(at)]).load(std::memory_order_relaxed);
}

void Board::clear(std::uint32_t slot) {
  if (slot < count_) Writing(slots_[slot]).clear();
}

bool Board::read(std::uint32_t slot, std::span<double> out) const {
  constexpr int kTries = 1000;
  if (slot >= count_) return false;
  BoardSlot& from = slots_[slot];
  const std::span<double> values = out.first(std::min(out.size(), kBoardValues));
  for (int tries = 0; tries < kTries; ++tries) {
    // acquire: the values below are those of this write or of later ones.
    const std::uint32_t before = std::atomic_ref(from.sequence).load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    for (std::size_t i = 0; i < values.size(); ++i) {
      // acquire: of a write under way the odd sequence is seen below.
      values[i] = std::atomic_ref(from.values[i]).load(std::memory_order_acquire);
    }
    // relaxed: the acquires above keep it behind them.
    if (std::atomic_ref(from.sequence).load(std::memory_order_relaxed) != before) continue;
    if (before == 0) std::ranges::fill(values, kNone);
    return true;
  }
  return false;
}

}  // namespace ibkr
