// One series of bars with its memory, and its bars as text.
#pragma once

#include <limits>
#include <string>
#include <utility>

#include "bars/bar_bench.hpp"
#include "bars/bar_builder.hpp"
#include "check.hpp"

namespace ibkr::test {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline std::string plain(double value) {
  char text[40];
  __builtin_snprintf(text, sizeof text, "%.12g", value);
  return text;
}

/// "start-end open high low close volume x count marks".
inline std::string shown(const Bar& bar) {
  std::string text = plain(bar.start_ms) + "-" + plain(bar.end_ms);
  for (const double price : {bar.open, bar.high, bar.low, bar.close}) text += " " + plain(price);
  text += " " + plain(bar.volume) + " x" + plain(bar.count);
  constexpr std::pair<BarFlags, const char*> kMarks[] = {
      {kBarFirst, " first"},     {kBarLast, " last"},           {kBarGap, " gap"},
      {kBarAmended, " amended"}, {kBarCorrected, " corrected"}, {kBarCarried, " carried"},
      {kBarShort, " short"}};
  for (const auto& [flag, name] : kMarks)
    if (bar.is(flag)) text += name;
  return text;
}

class Series {
 public:
  explicit Series(const BarSpec& spec, double since_ms = 0, std::uint32_t capacity = 16)
      : made_(capacity), builder_(spec, made_.memory(), since_ms) {
    CHECK(!problem_of(spec));
  }
  BarBuilder* operator->() { return &builder_; }
  const BarMemory& memory() const { return builder_.memory(); }
  std::string bar(std::uint32_t number) const {
    Bar bar;
    return memory().read(number, bar) == BarMemory::Read::Ok ? shown(bar) : "none";
  }
  std::string forming() const { return bar(memory().closed()); }
  std::string newest(std::uint32_t back = 1) const { return bar(memory().closed() - back); }

 private:
  MadeBars made_;
  BarBuilder builder_;
};

inline BarSpec minutes() { return {.by = BarBy::Time, .size = 60}; }
/// 09:30 to 09:34:30, and the next one.
inline BarSpec minutes_of_sessions() {
  return {.by = BarBy::Time, .size = 60, .sessions = {{30'000, 300'000}, {1'000'000, 1'300'000}}};
}

}  // namespace ibkr::test
