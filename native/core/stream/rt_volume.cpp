#include "stream/rt_volume.hpp"

#include <array>

#include "wire/number.hpp"
#include "wire/unset.hpp"

namespace ibkr {

namespace {

bool read_number(std::string_view field, double& out) {
  if (field.empty()) return out = kUnset, true;
  return parse_double(field, out);
}

}  // namespace

std::optional<RtVolume> read_rt_volume(std::string_view text) {
  constexpr std::size_t kFields = 6;
  std::array<std::string_view, kFields> fields;
  for (std::size_t i = 0; i < kFields; ++i) {
    const std::size_t end = text.find(';');
    if ((end == std::string_view::npos) != (i == kFields - 1)) return std::nullopt;
    fields[i] = text.substr(0, end);
    text.remove_prefix(i == kFields - 1 ? text.size() : end + 1);
  }
  const bool single = fields[5] == "true";
  if (!single && fields[5] != "false") return std::nullopt;
  RtVolume out{{}, single};
  RtTradeValues& values = out.values;
  if (!read_number(fields[0], values.price) || !read_number(fields[1], values.size) ||
      !read_number(fields[2], values.time) || !read_number(fields[3], values.volume) ||
      !read_number(fields[4], values.vwap))
    return std::nullopt;
  return out;
}

}  // namespace ibkr
