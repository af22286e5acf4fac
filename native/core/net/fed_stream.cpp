#include "net/fed_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ibkr {

void FedStream::feed(std::string_view bytes, double received_micros) {
  if (ended_) return;
  // Otherwise a read would stop between the two, and look like the last one.
  const bool is_first = keep();
  fresh_ = bytes;
  if (!is_first) keep();
  received_micros_ = received_micros;
}

bool FedStream::keep() {
  if (kept_at_ == kept_.size()) {
    kept_.clear();
    kept_at_ = 0;
  }
  kept_.append(fresh_);
  fresh_ = {};
  return kept_.empty();
}

void FedStream::end(int error) {
  if (ended_) return;
  ended_ = true;
  error_ = error;
}

IoResult FedStream::read(std::span<char> into, double& received_micros) {
  const bool from_kept = kept_at_ < kept_.size();
  const std::string_view from = from_kept ? std::string_view(kept_).substr(kept_at_) : fresh_;
  if (from.empty()) {
    if (!ended_) return {IoResult::Kind::WouldBlock};
    return error_ == 0 ? IoResult{IoResult::Kind::End} : IoResult{IoResult::Kind::Error, 0, error_};
  }
  const std::size_t size = std::min(into.size(), from.size());
  std::memcpy(into.data(), from.data(), size);
  if (from_kept)
    kept_at_ += size;
  else
    fresh_.remove_prefix(size);
  received_micros = received_micros_;
  return {IoResult::Kind::Moved, size};
}

IoResult FedStream::write(std::span<const char> bytes) {
  if (closed_ || ended_) return {IoResult::Kind::Error, 0, error_ == 0 ? EPIPE : error_};
  if (pending_bytes_ > 0) return {IoResult::Kind::WouldBlock};
  // Before the call: the carrier may say within it that it is delivered, and whoever it calls may send.
  pending_bytes_ = bytes.size();
  switch (carry_(bytes)) {
    case Carried::Written:
      pending_bytes_ = 0;
      break;
    case Carried::Pending:
      break;
    case Carried::Failed:
      pending_bytes_ = 0;
      return {IoResult::Kind::Error, 0, error_ == 0 ? EPIPE : error_};
  }
  return {IoResult::Kind::Moved, bytes.size()};
}

}  // namespace ibkr
