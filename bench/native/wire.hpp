// The bytes both programs share: big-endian lengths, frames, protobuf varints.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

/// The protobuf wire id of a message is its id plus this.
constexpr int kProtobufOffset = 200;
constexpr int kFirstProtobufVersion = 213;
constexpr int kLastTextVersion = 193;
constexpr uint32_t kMaxFrame = 0xFFFFFF;

inline uint32_t load_be32(const char* p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return __builtin_bswap32(v);
}

inline void append_be32(std::string& out, uint32_t v) {
  v = __builtin_bswap32(v);
  out.append(reinterpret_cast<const char*>(&v), 4);
}

inline void append_varint(std::string& out, uint64_t v) {
  while (v >= 0x80) {
    out.push_back(char(v | 0x80));
    v >>= 7;
  }
  out.push_back(char(v));
}

/// Opens a frame on construction, writes its length on destruction.
class Frame {
 public:
  explicit Frame(std::string& out) : out_(out), start_(out.size()) { out_.append(4, '\0'); }
  ~Frame() {
    uint32_t n = __builtin_bswap32(uint32_t(out_.size() - start_ - 4));
    memcpy(out_.data() + start_, &n, 4);
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  Frame& field(std::string_view v) {
    out_.append(v);
    out_.push_back('\0');
    return *this;
  }
  Frame& field(int64_t v) {
    char digits[24];
    char* p = digits + sizeof digits;
    uint64_t u = v < 0 ? 0 - uint64_t(v) : uint64_t(v);
    do {
      *--p = char('0' + u % 10);
      u /= 10;
    } while (u);
    if (v < 0) *--p = '-';
    return field(std::string_view(p, size_t(digits + sizeof digits - p)));
  }

  Frame& raw_id(int message) {
    append_be32(out_, uint32_t(message + kProtobufOffset));
    return *this;
  }
  Frame& integer(int number, int64_t v) {
    append_varint(out_, uint64_t(number) << 3);
    append_varint(out_, uint64_t(v));
    return *this;
  }
  Frame& fixed(int number, double v) {
    append_varint(out_, (uint64_t(number) << 3) | 1);
    out_.append(reinterpret_cast<const char*>(&v), 8);
    return *this;
  }
  Frame& bytes(int number, std::string_view v) {
    append_varint(out_, (uint64_t(number) << 3) | 2);
    append_varint(out_, v.size());
    out_.append(v);
    return *this;
  }

 private:
  std::string& out_;
  size_t start_;
};

/// One field of a protobuf message; `text` is its bytes for wire types 1 and 2.
struct ProtoField {
  int number = 0;
  uint64_t integer = 0;
  std::string_view text;

  double fixed() const {
    double d = 0;
    if (text.size() == 8) memcpy(&d, text.data(), 8);
    return d;
  }
};

/// Steps through the fields of a protobuf message; stops at its end or at the first byte it cannot read.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view body) : p_(body.data()), end_(body.data() + body.size()) {}

  bool next(ProtoField& f) {
    uint64_t key;
    if (!varint(key)) return false;
    f.number = int(key >> 3);
    f.text = {};
    uint64_t n = 0;
    switch (key & 7) {
      case 0:
        return varint(f.integer);
      case 1:
        n = 8;
        break;
      case 2:
        if (!varint(n)) return false;
        break;
      case 5:
        n = 4;
        break;
      default:
        return false;
    }
    if (n > uint64_t(end_ - p_)) return false;
    f.text = {p_, size_t(n)};
    p_ += n;
    return true;
  }

  /// The first field of that number.
  static bool find(std::string_view body, int number, ProtoField& f) {
    ProtoReader r(body);
    while (r.next(f))
      if (f.number == number) return true;
    return false;
  }

 private:
  bool varint(uint64_t& v) {
    v = 0;
    for (int shift = 0; p_ < end_ && shift < 64; shift += 7) {
      auto b = uint8_t(*p_++);
      v |= uint64_t(b & 0x7F) << shift;
      if (!(b & 0x80)) return true;
    }
    return false;
  }
  const char* p_;
  const char* end_;
};

}  // namespace bench
