// When an instrument trades.
#pragma once

namespace ibkr {

/// From `start` on, before `end`; milliseconds since 1970.
struct SessionSpan {
  double start, end;
};

}  // namespace ibkr
