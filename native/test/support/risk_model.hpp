// A risk book written down slowly: every figure is reckoned anew from all orders and positions. Prices are
// multiples of a quarter and quantities whole, so that doubles are exact.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>

#include "risk/risk_book.hpp"

namespace ibkr::test {

struct ModelTerms {
  double quantity = 0, price = 0;
};

struct ModelOrder {
  std::uint64_t instrument = 0, account = 0, strategy = 0;
  bool buy = false;
  ModelTerms settled{}, newest{}, worst{};
  int unsettled = 0;
  double filled = 0;
  double remaining() const { return std::max(0.0, worst.quantity - filled); }
};

/// One scope: 0 is any account, any strategy.
struct ModelScope {
  std::uint64_t account = 0, strategy = 0;
  ScopeLimits limits{};
};

struct ModelFigures {
  double worst_position = 0, gross = 0, net = 0;
  double orders = 0, of_symbol = 0;
};

class RiskModel {
 public:
  std::map<std::uint64_t, ModelOrder> orders;
  std::map<std::array<std::uint64_t, 3>, double> positions;  // instrument, account, strategy
  std::map<std::uint64_t, double> marks;

  double position(const ModelScope& scope, std::uint64_t instrument) const {
    double out = 0;
    for (const auto& [key, quantity] : positions)
      if (key[0] == instrument && covers(scope, key[1], key[2])) out += quantity;
    return out;
  }

  ModelFigures figures(const ModelScope& scope, std::uint64_t instrument) const {
    ModelFigures out;
    double all_up = 0, all_down = 0;
    for (const auto& [symbol, mark] : marks) {
      double buys = 0, sales = 0, buy_money = 0, sell_money = 0, count = 0;
      for (const auto& [key, order] : orders) {
        if (order.instrument != symbol || !covers(scope, order.account, order.strategy)) continue;
        (order.buy ? buys : sales) += order.remaining();
        (order.buy ? buy_money : sell_money) += order.remaining() * order.worst.price;
        if (order.remaining() > 0) ++count;
      }
      const double held = position(scope, symbol);
      const double up = held * mark + buy_money, down = held * mark - sell_money;
      out.gross += std::max(std::fabs(up), std::fabs(down));
      all_up += up;
      all_down += down;
      out.orders += count;
      if (symbol != instrument) continue;
      out.worst_position = std::max(std::fabs(held + buys), std::fabs(held - sales));
      out.of_symbol = count;
    }
    out.net = std::max(std::fabs(all_up), std::fabs(all_down));
    return out;
  }

  /// What a scope says to going from one to the other.
  static DenyCode judge(const ScopeLimits& limits, const ModelFigures& before, const ModelFigures& after) {
    const auto denies = [](double was, double is, double limit) { return is > was && is > limit; };
    if (denies(before.worst_position, after.worst_position, limits.max_position))
      return DenyCode::MaxPosition;
    if (denies(before.gross, after.gross, limits.max_gross_exposure)) return DenyCode::GrossExposure;
    if (denies(before.net, after.net, limits.max_net_exposure)) return DenyCode::NetExposure;
    if (denies(before.orders, after.orders, limits.max_open_orders)) return DenyCode::OpenOrders;
    if (denies(before.of_symbol, after.of_symbol, limits.max_symbol_open_orders))
      return DenyCode::SymbolOpenOrders;
    return DenyCode::None;
  }

 private:
  static bool covers(const ModelScope& scope, std::uint64_t account, std::uint64_t strategy) {
    return (scope.account == 0 || scope.account == account) &&
           (scope.strategy == 0 || scope.strategy == strategy);
  }
};

}  // namespace ibkr::test
