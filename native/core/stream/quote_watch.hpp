// Looks at the board as quotes come: armed orders.
#pragma once

#include <cstdint>
#include <memory>

#include "ring/channel.hpp"
#include "stream/board.hpp"

namespace ibkr {

/// Everything is called by the holder of the reader lock.
class QuoteWatch {
 public:
  /// What is to be watched, as its owner knows it.
  class Subject {
   public:
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    virtual ~Subject() = default;

   protected:
    Subject() = default;
  };

  QuoteWatch(const QuoteWatch&) = delete;
  QuoteWatch& operator=(const QuoteWatch&) = delete;

  /// One more subject; nullptr: some may not be watched any more. True while there is one.
  virtual bool watch(std::shared_ptr<Subject> subject) = 0;
  /// The board has taken over a record.
  virtual void quoted(const Board& board, std::uint32_t slot, double received_micros) = 0;
  /// Records of what was done about it, before the next publish. True while there is a subject.
  virtual bool report(Channel& channel) = 0;

 protected:
  QuoteWatch() = default;
  ~QuoteWatch() = default;
};

}  // namespace ibkr
