#include "orders/order_ids.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "check.hpp"

namespace {

using namespace ibkr;

struct Memory {
  alignas(64) std::array<std::byte, kOrderIdsBytes> bytes{};
  OrderIds ids{bytes};
};

TEST("ids count up, and never back") {
  Memory memory;
  CHECK_EQ(memory.ids.take().value_or(-1), 0);
  memory.ids.raise(100);
  CHECK_EQ(memory.ids.take().value_or(-1), 100);
  memory.ids.raise(50);
  memory.ids.raise(101);
  CHECK_EQ(memory.ids.take().value_or(-1), 101);
}

TEST("after the last id there is none, also where the gateway names a higher one") {
  Memory memory;
  memory.ids.raise(kLastOrderId);
  CHECK_EQ(memory.ids.take().value_or(-1), 0x7fffffff);
  CHECK(!memory.ids.take().has_value());
  memory.ids.raise(5);
  CHECK(!memory.ids.take().has_value());
}

TEST("no two threads get the same id, while a third raises the counter") {
  Memory memory;
  constexpr int kEach = 20'000;
  std::vector<std::int32_t> taken[2];
  std::thread raiser([&] {
    for (std::uint32_t i = 0; i < kEach; ++i) memory.ids.raise(i * 3);
  });
  std::vector<std::thread> takers;
  for (auto& mine : taken)
    takers.emplace_back([&mine, ids = memory.ids]() mutable {
      for (int i = 0; i < kEach; ++i) mine.push_back(ids.take().value_or(-1));
    });
  for (std::thread& taker : takers) taker.join();
  raiser.join();
  std::vector<std::int32_t> all;
  for (const auto& mine : taken) {
    CHECK(std::ranges::is_sorted(mine));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
  CHECK_EQ(all.size(), std::size_t{2 * kEach});
}

}  // namespace
