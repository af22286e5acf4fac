// What is reserved for orders that may execute, and for those that only execute together.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "risk/flat_index.hpp"
#include "risk/order_checks.hpp"
#include "risk/scope.hpp"

namespace ibkr {

enum class UnitKind : std::uint8_t {
  Single,
  /// The first opens, the others close: of them one executes, and only what the first has opened.
  Bracket,
  /// One of them executes.
  Oca,
};

/// The scopes of an order: everything, its account, its strategy.
struct OrderScopes {
  std::uint8_t count = 0;
  std::uint8_t account = 0;  ///< which of them is the account's; without one: everything
  std::array<std::uint16_t, 3> scope{};
  std::array<std::uint32_t, 3> line{};

  bool operator==(const OrderScopes&) const = default;
};

struct WorkingOrder {
  static constexpr std::uint32_t kNone = Instrument::kNone;
  static constexpr std::size_t kMostParts = 8;

  std::uint64_t key = 0;
  std::uint64_t ref = 0;
  std::uint32_t instrument = 0;
  OrderSide side = OrderSide::Buy;
  UnitKind kind = UnitKind::Single;  ///< the leader's
  bool done = false;
  OrderScopes scopes{};
  OrderTerms settled{};  ///< what the gateway has
  OrderTerms newest{};   ///< what was asked for last
  OrderTerms worst{};    ///< the worse of all that may be in force
  std::uint16_t unsettled_changes = 0;
  Quantity filled = 0;
  std::uint32_t leader = kNone;      ///< itself where it is alone
  std::uint32_t next_part = kNone;   ///< of the unit
  std::uint32_t next_order = kNone;  ///< of the instrument, and of the free ones
  std::uint32_t previous_order = kNone;
  Contribution applied{};  ///< the leader's: of the unit

  Quantity remaining() const { return done ? 0 : std::max<Quantity>(0, worst.quantity - filled); }
};

/// The worse of two, in each respect.
inline OrderTerms worse_of(const OrderTerms& a, const OrderTerms& b, OrderSide side) {
  OrderTerms out;
  out.quantity = std::max(a.quantity, b.quantity);
  out.unit_value = std::max(a.unit_value, b.unit_value);
  out.margin = std::max(a.margin, b.margin);
  // fmax and fmin pass over NaN: what does not rest.
  out.price = side == OrderSide::Buy ? std::fmax(a.price, b.price) : std::fmin(a.price, b.price);
  return out;
}

/// Memory for all of them, from the beginning.
class WorkingOrders {
 public:
  explicit WorkingOrders(std::size_t most) : index_(most), orders_(most) {
    for (std::uint32_t i = 0; i < most; ++i)
      orders_[i].next_order = i + 1 < most ? i + 1 : WorkingOrder::kNone;
    free_ = most > 0 ? 0 : WorkingOrder::kNone;
  }

  std::optional<std::uint32_t> find(std::uint64_t key) const { return index_.find(key); }
  WorkingOrder& operator[](std::uint32_t at) { return orders_[at]; }
  const WorkingOrder& operator[](std::uint32_t at) const { return orders_[at]; }
  std::size_t capacity() const { return orders_.size(); }
  std::size_t taken() const { return taken_; }

  template <typename Visit>
  void each(Visit visit) const {
    for (const WorkingOrder& order : orders_)
      if (order.key != 0 && !order.done) visit(order);
  }

  /// Behind a look at taken(): there is room.
  std::uint32_t add(std::uint64_t key) {
    const std::uint32_t at = free_;
    free_ = orders_[at].next_order;
    orders_[at] = {};
    orders_[at].key = key;
    orders_[at].leader = at;
    static_cast<void>(index_.add(key, at));
    ++taken_;
    return at;
  }

  /// Nobody finds it any more; its memory stays as long as a part of its unit works.
  void end(std::uint32_t at) {
    index_.remove(orders_[at].key);
    orders_[at].done = true;
    const std::uint32_t leader = orders_[at].leader;
    for (std::uint32_t part = leader; part != WorkingOrder::kNone; part = orders_[part].next_part)
      if (!orders_[part].done) return;
    for (std::uint32_t part = leader; part != WorkingOrder::kNone;) {
      const std::uint32_t next = orders_[part].next_part;
      orders_[part].key = 0;
      orders_[part].next_order = free_;
      free_ = part;
      --taken_;
      part = next;
    }
  }

  /// What a unit may become at worst.
  Contribution contribution_of(std::uint32_t leader) const {
    Contribution out;
    const WorkingOrder& first = orders_[leader];
    if (first.kind == UnitKind::Single) {
      add_order(out, first, first.remaining());
      return out;
    }
    // Of the parts that exclude each other, the largest of each kind on each side.
    std::array<Quantity, 2> most{};
    std::array<double, 2> unit_value{}, margin{};
    for (std::uint32_t at = leader; at != WorkingOrder::kNone; at = orders_[at].next_part) {
      const WorkingOrder& part = orders_[at];
      if (part.remaining() == 0) continue;
      if (first.kind == UnitKind::Bracket && at == leader) {
        add_order(out, part, part.remaining());
        continue;
      }
      const auto side = static_cast<std::size_t>(part.side);
      most[side] = std::max(most[side], part.remaining());
      unit_value[side] = std::max(unit_value[side], part.worst.unit_value);
      margin[side] = std::max(margin[side], part.worst.margin);
      ++out.orders;
    }
    for (const OrderSide side : {OrderSide::Buy, OrderSide::Sell}) {
      const auto i = static_cast<std::size_t>(side);
      Quantity quantity = most[i];
      // What has not been opened yet cannot be closed.
      if (first.kind == UnitKind::Bracket && side != first.side)
        quantity = std::max<Quantity>(0, quantity - first.remaining());
      add_amounts(out, side, quantity, unit_value[i], margin[i]);
    }
    return out;
  }

 private:
  static void add_order(Contribution& out, const WorkingOrder& order, Quantity quantity) {
    if (quantity == 0) return;
    add_amounts(out, order.side, quantity, order.worst.unit_value, order.worst.margin);
    ++out.orders;
  }
  static void add_amounts(Contribution& out, OrderSide side, Quantity quantity, double unit_value,
                          double margin) {
    const double units = units_of(quantity);
    (side == OrderSide::Buy ? out.buy : out.sell) += quantity;
    (side == OrderSide::Buy ? out.buy_money : out.sell_money) += money_up(units * unit_value);
    out.margin += money_up(units * margin);
  }

  FlatIndex index_;
  std::vector<WorkingOrder> orders_;
  std::uint32_t free_ = WorkingOrder::kNone;
  std::size_t taken_ = 0;
};

}  // namespace ibkr
