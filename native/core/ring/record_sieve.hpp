// Looks at records before the consumer may see them.
#pragma once

#include <cstdint>

#include "ring/record.hpp"

namespace ibkr {

class RecordSieve {
 public:
  enum class Verdict : std::uint8_t {
    Pass,     ///< goes on its way
    Taken,    ///< the sieve has what it needs of it: it goes nowhere else
    Refused,  ///< only where there is no room: as if it had not come; it has to come again
  };
  RecordSieve(const RecordSieve&) = delete;
  RecordSieve& operator=(const RecordSieve&) = delete;

  /// A whole record of any kind, which may be changed within its slots. `room`: it has its place in the ring;
  /// without, who passes it makes it wait outside.
  virtual Verdict judge(Record& record, bool room) = 0;

 protected:
  RecordSieve() = default;
  ~RecordSieve() = default;
};

}  // namespace ibkr
