// Cuts the byte stream into frames: four bytes of length, big endian, then that many bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace ibkr {

inline constexpr std::uint32_t kMaxFrame = 0xFFFFFF;
inline constexpr std::size_t kFrameHeader = 4;

inline std::uint32_t read_be32(const char* p) {
  const auto* b = reinterpret_cast<const unsigned char*>(p);
  return static_cast<std::uint32_t>(b[0]) << 24 | static_cast<std::uint32_t>(b[1]) << 16 |
         static_cast<std::uint32_t>(b[2]) << 8 | b[3];
}

inline void write_be32(char* p, std::uint32_t v) {
  p[0] = static_cast<char>(v >> 24);
  p[1] = static_cast<char>(v >> 16);
  p[2] = static_cast<char>(v >> 8);
  p[3] = static_cast<char>(v);
}

/// One buffer, filled by the socket and read in place. It grows only for a frame that is larger than it, with
/// the bytes that come and not with those that are announced, and trim() makes it small again.
class Framer {
 public:
  enum class Result { Frame, Incomplete, BadLength };

  /// Bytes that can be read behind every frame (they belong to the next one, or mean nothing).
  static constexpr std::size_t kSlack = 64;

  explicit Framer(std::size_t capacity)
      : buffer_(block(capacity)), capacity_(capacity), usual_capacity_(capacity) {}

  /// Where the next bytes of the stream go; never empty.
  std::span<char> space() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ - begin_ == capacity_) {
      // Only an incomplete frame fills all of it. Four bytes may announce 16 MB: what has come is doubled.
      move_to(need_ > capacity_ ? std::min(need_, 2 * capacity_) : 2 * capacity_);
    } else if (begin_ != 0 &&
               (end_ == capacity_ || begin_ + need_ > capacity_ || end_ - begin_ < kCheapMove)) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    return {buffer_.get() + end_, capacity_ - end_};
  }
  void filled(std::size_t n) { end_ += n; }

  /// The next whole frame without its length; valid until space() is called.
  Result next(std::string_view& payload) {
    const std::size_t have = end_ - begin_;
    need_ = 0;
    if (have < kFrameHeader) return Result::Incomplete;
    const std::uint32_t length = read_be32(buffer_.get() + begin_);
    if (length - 1 >= kMaxFrame) {  // 0 wraps round: a frame has an id at least
      bad_length_ = length;
      return Result::BadLength;
    }
    if (have - kFrameHeader < length) {
      need_ = kFrameHeader + length;
      return Result::Incomplete;
    }
    payload = {buffer_.get() + begin_ + kFrameHeader, length};
    begin_ += kFrameHeader + length;
    return Result::Frame;
  }
  /// Everything that has come and was not taken, and how much of it is taken now: whole frames.
  std::string_view rest() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void take(std::size_t bytes) { begin_ += bytes; }
  /// Takes back the frame that next() gave last: it is given again.
  void put_back(std::string_view payload) { begin_ -= kFrameHeader + payload.size(); }

  /// The length that made next() say BadLength, as the signed number a Java or C client would see.
  std::int32_t bad_length() const { return static_cast<std::int32_t>(bad_length_); }
  std::size_t buffered() const { return end_ - begin_; }
  /// Gives back the memory that a large frame needed, once it is no longer wanted; as space(), it ends the
  /// payload's validity.
  void trim() {
    if (capacity_ != usual_capacity_ && end_ - begin_ < usual_capacity_ && need_ <= usual_capacity_)
      move_to(usual_capacity_);
  }
  /// Bytes the buffer takes now.
  std::size_t capacity() const { return capacity_; }
  void reset() { begin_ = end_ = need_ = 0; }

 private:
  static constexpr std::size_t kCheapMove =
      256;  // a tail this short is moved to the front: larger reads follow
  static std::unique_ptr<char[]> block(std::size_t capacity) {
    return std::make_unique_for_overwrite<char[]>(capacity + kSlack);
  }
  void move_to(std::size_t capacity) {
    auto other = block(capacity);
    std::memcpy(other.get(), buffer_.get() + begin_, end_ - begin_);
    buffer_ = std::move(other);
    capacity_ = capacity;
    end_ -= begin_;
    begin_ = 0;
  }

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::size_t usual_capacity_;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t need_ = 0;  // whole size of the incomplete frame at begin_, if its length is known
  std::uint32_t bad_length_ = 0;
};

}  // namespace ibkr
