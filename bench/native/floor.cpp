// The floor: a client that only receives. It finds the frames and reads nothing but what the measurement
// needs (the end marker in a flood, the stamp in paced ticks), from a blocking recv; as an order sender it
// patches a ready message. Prints one JSON line.
//
// In board mode one thread receives, and writes each stamp where another one looks all the time.
//
//   floor --port P --mode flood|paced|board|orders|react --version V --symbols S --ticks N --warmup W --gap MICROS

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "net.hpp"
#include "options.hpp"
#include "percentiles.hpp"
#include "stamp.hpp"
#include "wire.hpp"

using namespace bench;

namespace {

constexpr size_t kBuffer = 256 * 1024;

// A limit order in text, as long as the clients': what stands before the limit price, and behind it.
constexpr const char* kOrderUpToLimit[] = {"",    "AAPL", "STK", "", "", "",    "",  "SMART", "",
                                           "USD", "",     "",    "", "", "BUY", "1", "LMT"};
constexpr const char* kOrderFromLimit[] = {"", "DAY", "", "DU1234567", "", "", "", "1"};
constexpr int kOrderTail = 90;

/// A text message's id, or a protobuf message's id without its offset; 0 in an empty frame.
int message_id(const char* body, uint32_t n, bool protobuf) {
  if (protobuf) return n >= 4 ? int(load_be32(body)) - kProtobufOffset : 0;
  return n ? atoi(body) : 0;
}

class Floor {
 public:
  Floor(uint16_t port, bool protobuf, int version)
      : fd_(connect_loopback(port)), protobuf_(protobuf), buffer_(kBuffer) {
    std::string offer = "v100.." + std::to_string(version);
    std::string out("API\0", 4);
    append_be32(out, uint32_t(offer.size()));
    out += offer;
    send_all(fd_, out.data(), out.size());
    bool greeted = false;
    read_until([&](const char*, uint32_t) { return greeted = true; });
    out.clear();
    if (protobuf_)
      Frame(out).raw_id(71).integer(1, 1);
    else
      Frame(out).field(71).field(2).field(1).field("");
    send_all(fd_, out.data(), out.size());
    read_until([&](const char* b, uint32_t n) { return message_id(b, n, protobuf_) == 9; });
  }

  void subscribe(int symbols) {
    std::string out;
    for (int id = 1; id <= symbols; ++id)
      if (protobuf_)
        Frame(out).raw_id(1).integer(1, id);
      else
        Frame(out).field(1).field(11).field(id).field("");
    send_all(fd_, out.data(), out.size());
  }

  void go() {
    std::string out;
    if (protobuf_)
      Frame(out).raw_id(59).integer(1, 1);
    else
      Frame(out).field(59).field(1).field(1);
    send_all(fd_, out.data(), out.size());
  }

  /// Counts frames up to TICK_SNAPSHOT_END. Ticks have a one-digit id or raw id 201 and 202, so two bytes
  /// tell.
  int64_t count_until_end() {
    int64_t ticks = 0;
    const bool protobuf = protobuf_;
    read_until([&](const char* b, uint32_t) {
      if (protobuf ? (b[2] == 1 && b[3] == 1) : (b[0] == '5' && b[1] == '7')) return true;
      ++ticks;
      return false;
    });
    return ticks;
  }

  /// Latency of each paced tick in µs, without the first `warmup`.
  std::vector<double> latencies(int64_t ticks, int64_t warmup) {
    std::vector<double> out;
    out.reserve(size_t(ticks));
    int64_t seen = 0;
    read_until([&](const char* b, uint32_t n) {
      if (message_id(b, n, protobuf_) == 57) return true;
      double stamp = price(b, n);
      if (seen++ >= warmup) out.push_back(double(now_ns()) / 1e3 - stamp);
      return false;
    });
    return out;
  }

  /// The same as a second thread has it, that reads the newest value without a pause; each of its values is
  /// looked at once, and the first `warmup` are left out.
  std::vector<double> board_latencies(int64_t ticks, int64_t warmup) {
    alignas(128) std::atomic<double> newest{0};
    std::atomic<bool> done{false};
    std::vector<double> out;
    out.reserve(size_t(ticks));
    std::thread reader([&] {
      double last = 0;
      int64_t seen = 0;
      // relaxed: the end is seen a look later at the most.
      while (!done.load(std::memory_order_relaxed)) {
        // acquire: as a board's reader has it, though nothing hangs on this one.
        double stamp = newest.load(std::memory_order_acquire);
        if (stamp == last) continue;
        last = stamp;
        if (seen++ >= warmup) out.push_back(double(now_ns()) / 1e3 - stamp);
      }
    });
    read_until([&](const char* b, uint32_t n) {
      if (message_id(b, n, protobuf_) == 57) return true;
      newest.store(price(b, n), std::memory_order_release);  // release: as a board's writer has it
      return false;
    });
    done.store(true, std::memory_order_relaxed);
    reader.join();
    return out;
  }

  /// Sends `count` limit orders `gap_ns` apart, their limit price being the moment before the message is
  /// finished.
  void place_orders(int count, int64_t gap_ns) {
    std::string out;
    int64_t next = now_ns();
    for (int id = 1; id <= count; ++id) {
      next += gap_ns;
      timespec t{time_t(next / 1'000'000'000), long(next % 1'000'000'000)};
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr);
      send_order(out, id, Stamp(now_ns()).text());
      read_until([&](const char* b, uint32_t n) { return message_id(b, n, protobuf_) == 3; });
    }
  }

  /// Answers each bid with an order of its price, until `count` have been sent and answered.
  void react(int count) {
    std::string out;
    int id = 0, answered = 0;
    read_until([&](const char* b, uint32_t n) {
      const int message = message_id(b, n, false);
      if (message == 3) return ++answered == count;
      if (message != 1 || id == count) return false;
      const char* p = b;
      for (int fields = 0; fields < 3; ++p) fields += *p == 0;  // id, version, request
      if (atoi(p) != kBid) return false;
      const char* const limit = p + strlen(p) + 1;
      if (strtod(limit, nullptr) > 0) send_order(out, ++id, limit);
      return false;
    });
  }

 private:
  static constexpr int kBid = 1;

  void send_order(std::string& out, int id, std::string_view limit) {
    out.clear();
    {
      Frame f(out);
      f.field(3).field(id);
      for (const char* v : kOrderUpToLimit) f.field(v);
      f.field(limit);
      for (const char* v : kOrderFromLimit) f.field(v);
      for (int i = 0; i < kOrderTail; ++i) f.field("");
    }
    send_all(fd_, out.data(), out.size());
  }

  double price(const char* b, uint32_t n) const {
    if (!protobuf_) {
      // id, version, request, field, price
      for (int fields = 0; fields < 4; ++b) fields += *b == 0;
      return strtod(b, nullptr);
    }
    ProtoField f;
    return ProtoReader::find({b + 4, n - 4}, 3, f) ? f.fixed() : 0;
  }

  /// Hands over each frame until `done` says so; ends the program when the feed goes away before.
  template <class Done>
  void read_until(Done done) {
    for (;;) {
      while (end_ - begin_ >= 4) {
        const char* p = buffer_.data() + begin_;
        uint32_t n = load_be32(p);
        if (end_ - begin_ < 4 + size_t(n)) break;
        begin_ += 4 + n;
        if (done(p + 4, n)) return;
      }
      memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      size_t k = recv_some(fd_, buffer_.data() + end_, buffer_.size() - end_);
      if (!k) {
        fprintf(stderr, "the feed closed before the end\n");
        exit(3);
      }
      end_ += k;
    }
  }

  int fd_;
  bool protobuf_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Arguments args(argc, argv);
  auto port = uint16_t(args.integer("port", 0, 1, 65535));
  std::string mode = args.choice("mode", "flood", {"flood", "paced", "board", "orders", "react"});
  int version = args.integer("version", kLastTextVersion, 145, 226);
  int symbols = args.integer("symbols", 1, 1, 10'000);
  auto ticks = int64_t(args.number("ticks", 1e6, 1, 1e9));
  auto warmup = int64_t(args.number("warmup", 0, 0, 1e9));
  auto gap_ns = int64_t(1e3 * args.number("gap", 1000, 1, 1e7));
  args.finish();

  Floor floor(port, version >= kFirstProtobufVersion, version);
  if (mode == "orders") {
    floor.subscribe(symbols);  // where the feed has a rate, ticks come in between
    floor.place_orders(int(ticks + warmup), gap_ns);
    printf("{\"placed\":%ld}\n", long(ticks + warmup));
    return 0;
  }
  floor.subscribe(symbols);
  if (mode == "react") {
    floor.react(int(ticks + warmup));
    printf("{\"placed\":%ld}\n", long(ticks + warmup));
    return 0;
  }
  if (mode == "paced" || mode == "board") {
    std::vector<double> latency =
        mode == "paced" ? floor.latencies(ticks, warmup) : floor.board_latencies(ticks, warmup);
    printf("{");
    print_percentiles("latency", latency);
    printf("}\n");
    return 0;
  }
  floor.count_until_end();
  int64_t cpu = process_cpu_ns(), start = now_ns();
  floor.go();
  int64_t seen = floor.count_until_end();
  int64_t elapsed = now_ns() - start;
  cpu = process_cpu_ns() - cpu;
  printf("{\"ticks\":%ld,\"seconds\":%.6f,\"cpuNs\":%ld}\n", long(seen), double(elapsed) / 1e9, long(cpu));
  return 0;
}
