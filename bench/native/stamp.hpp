// A moment as a price: CLOCK_MONOTONIC in µs with one decimal. Thirteen or fourteen digits, so that every
// decoder's exact path for up to 15 digits takes it.
#pragma once

#include <cstdint>
#include <string_view>

namespace bench {

class Stamp {
 public:
  explicit Stamp(int64_t ns) {
    int64_t tenths = ns / 100;
    value_ = double(tenths) / 10;
    char* p = text_ + sizeof text_;
    *--p = char('0' + tenths % 10);
    *--p = '.';
    int64_t whole = tenths / 10;
    do {
      *--p = char('0' + whole % 10);
      whole /= 10;
    } while (whole);
    begin_ = p;
  }

  double value() const { return value_; }
  std::string_view text() const { return {begin_, size_t(text_ + sizeof text_ - begin_)}; }

 private:
  char text_[24];
  const char* begin_;
  double value_;
};

}  // namespace bench
