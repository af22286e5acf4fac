#include "net/send_queue.hpp"

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

bool taken(const SendResult& result) { return result.disposition != Disposition::Unsent; }

TEST("frames go out whole and framed") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  const SendResult result = c.connection.send_queue().send(std::string_view("71\0002\0007\0\0", 9));
  CHECK_EQ(result.disposition, Disposition::Written);
  CHECK_EQ(result.error, 0);
  CHECK_EQ(result.written, 13u);
  CHECK(!c.connection.send_queue().has_unsent());
  CHECK_EQ(c.peer.receive(13), framed(std::string_view("71\0002\0007\0\0", 9)));
}

TEST("a rehearsal sends nothing, and what comes behind it is as it was") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  SendQueue& queue = c.connection.send_queue();
  queue.rehearse("rehearsed");
  queue.rehearse("");
  CHECK(!queue.has_unsent());
  CHECK_EQ(queue.send("sent").disposition, Disposition::Written);
  queue.rehearse("rehearsed again");
  CHECK_EQ(queue.send("last").disposition, Disposition::Written);
  CHECK_EQ(c.peer.receive(16), framed("sent") + framed("last"));
}

TEST("what a full socket does not take waits, and goes out later in order and complete") {
  Listener listener;
  listener.set_receive_buffer(4096);
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  Random random(check::seed());
  std::string sent;
  int waited = 0;
  const auto send_one = [&] {
    const std::string payload = random.bytes(1 + random.below(3000));
    sent += framed(payload);
    waited += c.connection.send_queue().has_unsent();
    return CHECK(taken(c.connection.send_queue().send(payload)));
  };
  while (!c.connection.send_queue().has_unsent()) REQUIRE(send_one());
  for (int i = 0; i < 300; ++i) REQUIRE(send_one());
  CHECK(c.connection.send_queue().unsent_bytes() > 100'000);
  CHECK_EQ(c.connection.send_queue().flush(), 0);
  CHECK(c.connection.send_queue().has_unsent());
  std::string got;
  for (int i = 0; got.size() < sent.size(); ++i) {
    // The peer reads a little: the socket could take something again, but what waits goes first.
    const std::size_t flying = sent.size() - got.size() - c.connection.send_queue().unsent_bytes();
    const std::string piece = c.peer.receive(std::min<std::size_t>(flying, 20'000));
    REQUIRE(!piece.empty() || flying == 0);
    got += piece;
    if (i < 100) {
      ready(c.connection.fd(), POLLOUT, 2);  // gives the system a moment to take note
      REQUIRE(send_one());
    }
    if (c.connection.send_queue().has_unsent() && ready(c.connection.fd(), POLLOUT, 0))
      CHECK_EQ(c.connection.send_queue().flush(), 0);
  }
  CHECK(got == sent);
  CHECK(!c.connection.send_queue().has_unsent());
  CHECK_EQ(c.connection.send_queue().unsent_bytes(), 0u);
  CHECK(waited > 300);
}

TEST("unsent bytes have a limit, and a frame beyond it is refused whole") {
  Listener listener;
  listener.set_receive_buffer(4096);
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  const std::string payload(8 << 20, 'x');
  int sent = 0;
  SendResult last = c.connection.send_queue().send(payload);
  for (; sent < 20 && taken(last); ++sent) last = c.connection.send_queue().send(payload);
  CHECK(sent < 20);
  CHECK_EQ(last.disposition, Disposition::Unsent);
  CHECK_EQ(last.error, ENOBUFS);
  CHECK_EQ(last.written, 0u);
  CHECK(c.connection.send_queue().unsent_bytes() <= SendQueue::kMaxUnsent);
  const std::size_t before = c.connection.send_queue().unsent_bytes();
  CHECK(taken(c.connection.send_queue().send("small")));
  CHECK_EQ(c.connection.send_queue().unsent_bytes(), before + 9);
}

TEST("no frame leaves that a gateway would close the connection for: empty, or longer than 0xFFFFFF") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  for (const std::string& payload : {std::string(), std::string(kMaxFrame + 1, 'x')}) {
    const SendResult result = c.connection.send_queue().send(payload);
    CHECK_EQ(result.disposition, Disposition::Unsent);
    CHECK_EQ(result.error, EMSGSIZE);
  }
  CHECK(!c.connection.send_queue().has_unsent());
  CHECK(taken(c.connection.send_queue().send("ok")));
  CHECK_EQ(c.peer.receive(6), framed("ok"));
}

TEST("sending to a peer that is gone fails with an errno and no signal") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.abort();
  CHECK(ready(c.connection.fd(), POLLIN));
  SendResult result{Disposition::Queued};
  for (int i = 0; i < 10 && taken(result); ++i) result = c.connection.send_queue().send("hello");
  CHECK_EQ(result.disposition, Disposition::Unsent);
  CHECK_EQ(result.written, 0u);
  CHECK(result.error == EPIPE || result.error == ECONNRESET);
  CHECK_EQ(c.connection.send_queue().error(), result.error);
  // Whatever is tried afterwards has the same answer, and no system call.
  CHECK_EQ(c.connection.send_queue().send("again").error, result.error);
  CHECK_EQ(c.connection.send_queue().flush(), result.error);
}

TEST("of a frame that the socket takes in part it is told how much, and a failure later keeps its errno") {
  Listener listener;
  listener.set_receive_buffer(4096);
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  SendQueue& queue = c.connection.send_queue();
  const std::string payload(8 << 20, 'x');
  const SendResult result = queue.send(payload);
  CHECK_EQ(result.disposition, Disposition::Queued);
  CHECK(result.written > 0 && result.written < payload.size());
  CHECK_EQ(queue.unsent_bytes(), payload.size() + 4 - result.written);
  const SendResult behind = queue.send("behind");
  CHECK_EQ(behind.disposition, Disposition::Queued);
  CHECK_EQ(behind.written, 0u);
  c.peer.abort();
  CHECK(ready(c.connection.fd(), POLLIN));
  const int error = queue.flush();
  CHECK(error == EPIPE || error == ECONNRESET);
  CHECK(queue.has_unsent());
}

/// A frame that says who sent it, in which place, and whose bytes all depend on both.
std::string numbered(unsigned thread, std::uint32_t place, std::size_t size) {
  static const std::string bytes = Random(1).bytes((1 << 20) + 1024);
  std::string out(8, '\0');
  write_be32(out.data(), thread);
  write_be32(out.data() + 4, place);
  return out.append(bytes, (thread * 31 + place * 7) % 1024, size);
}

struct Stress {
  unsigned threads;
  std::uint32_t frames;     ///< of each thread
  std::size_t largest;      ///< bytes
  SocketOptions options;    ///< of our socket
  int receive_buffer;       ///< of the peer's; 0: the system's
  std::size_t slow_reader;  ///< most bytes the peer takes at once; 0: what there is
};

/// Many threads send at once, one of them being the loop, which also flushes when the socket is writable.
/// Every frame must arrive once, whole, and in its thread's order. Returns how many were refused at the
/// limit, and sent again.
std::uint64_t stress(const Stress& how) {
  Listener listener;
  if (how.receive_buffer > 0) listener.set_receive_buffer(how.receive_buffer);
  LoopbackConnection c;
  if (!c.connect(listener, how.options)) return 0;
  SendQueue& queue = c.connection.send_queue();
  const std::uint64_t seed = check::seed();
  std::atomic<unsigned> running{how.threads};
  std::atomic<std::uint64_t> queued{0}, refused{0};
  const auto flush_as_loop = [&](unsigned thread) {
    if (thread == 0 && queue.has_unsent() && ready(c.connection.fd(), POLLOUT, 0)) queue.flush();
  };
  const auto send_all = [&](unsigned thread) {
    Random random(seed + thread);
    for (std::uint32_t place = 0; place < how.frames; ++place) {
      const std::string payload = numbered(thread, place, random.below(how.largest));
      for (;;) {
        const SendResult result = queue.send(payload);
        if (taken(result)) {
          queued.fetch_add(result.disposition == Disposition::Queued, std::memory_order_relaxed);
          break;
        }
        if (result.error != ENOBUFS || result.written != 0) return CHECK_EQ(result.error, ENOBUFS), void();
        refused.fetch_add(1, std::memory_order_relaxed);
        flush_as_loop(thread);
        std::this_thread::yield();
      }
      flush_as_loop(thread);
    }
    running.fetch_sub(1, std::memory_order_release);
  };
  std::thread reader([&] {
    std::vector<std::uint32_t> next(how.threads, 0);
    std::string stream, piece(64 << 10, '\0');
    std::size_t at = 0;
    for (std::uint64_t left = std::uint64_t{how.threads} * how.frames; left > 0;) {
      while (stream.size() - at >= 4 && stream.size() - at - 4 >= read_be32(stream.data() + at)) {
        const std::string_view payload =
            std::string_view(stream).substr(at + 4, read_be32(stream.data() + at));
        at += 4 + payload.size();
        REQUIRE(payload.size() >= 8);
        const unsigned thread = read_be32(payload.data());
        REQUIRE(thread < how.threads);
        const std::uint32_t place = read_be32(payload.data() + 4);
        if (place != next[thread] || payload != numbered(thread, place, payload.size() - 8)) {
          const check::Note note("thread " + std::to_string(thread) + ", frame " + std::to_string(place));
          CHECK_EQ(place, next[thread]);
          CHECK(payload == numbered(thread, place, payload.size() - 8));
          c.peer.abort();
          return;
        }
        ++next[thread];
        --left;
      }
      stream.erase(0, std::exchange(at, 0));
      if (left == 0) break;
      REQUIRE(ready(c.peer.fd(), POLLIN));
      const std::size_t most = how.slow_reader == 0 ? piece.size() : how.slow_reader;
      const ssize_t n = ::recv(c.peer.fd(), piece.data(), most, 0);
      REQUIRE(n > 0);
      stream.append(piece.data(), static_cast<std::size_t>(n));
    }
    CHECK(stream.empty());
  });
  std::vector<std::thread> senders;
  for (unsigned thread = 1; thread < how.threads; ++thread) senders.emplace_back(send_all, thread);
  send_all(0);
  // The loop goes on until everybody has ended and nothing waits.
  while (running.load(std::memory_order_acquire) > 0 || queue.has_unsent()) {
    if (queue.has_unsent() && ready(c.connection.fd(), POLLOUT, 1) && queue.flush() != 0) break;
    std::this_thread::yield();
  }
  for (std::thread& sender : senders) sender.join();
  reader.join();
  CHECK_EQ(queue.error(), 0);
  CHECK_EQ(queue.unsent_bytes(), 0u);
  std::printf("%u threads: %llu of %llu frames were queued\n", how.threads,
              static_cast<unsigned long long>(queued.load(std::memory_order_relaxed)),
              static_cast<unsigned long long>(std::uint64_t{how.threads} * how.frames));
  return refused.load(std::memory_order_relaxed);
}

TEST("two threads send at once: every frame arrives once, whole and in its thread's order") {
  stress({2, check::scaled(40'000u, 6'000u), 200, {}, 0, 0});
}

TEST("four threads send at once: every frame arrives once, whole and in its thread's order") {
  stress({4, check::scaled(20'000u, 3'000u), 200, {}, 0, 0});
}

TEST("two and four threads send to a socket that takes little at a time") {
  for (const unsigned threads : {2u, 4u})
    stress({threads, check::scaled(2'000u, 400u), 3'000, {0, 4096}, 4096, 1500});
}

TEST("four threads that reach the limit of unsent bytes lose nothing of what was taken") {
  CHECK(stress({4, 60, 1 << 20, {0, 4096}, 4096, 0}) > 0);
}

TEST("a frame left while another thread sends is not stranded when that thread is done") {
  // Both send one frame at about the same moment, again and again: nobody comes later to flush.
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  SendQueue& queue = c.connection.send_queue();
  const std::uint32_t rounds = check::scaled(3'000u, 600u);
  const std::string large(20'000, 'l');  // its system call takes long enough to be met in the middle
  std::atomic<std::uint32_t> go{0}, done{0}, left{0};
  std::thread other([&] {
    for (std::uint32_t round = 1; round <= rounds; ++round) {
      while (go.load(std::memory_order_acquire) < round) {
      }
      const SendResult result = queue.send("other");
      CHECK(taken(result));
      left.fetch_add(result.disposition == Disposition::Queued, std::memory_order_relaxed);
      done.store(round, std::memory_order_release);
    }
  });
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    go.store(round, std::memory_order_release);
    left.fetch_add(queue.send(large).disposition == Disposition::Queued, std::memory_order_relaxed);
    while (done.load(std::memory_order_acquire) < round) std::this_thread::yield();
    if (!CHECK(!queue.has_unsent())) break;
    if (!CHECK_EQ(c.peer.receive(large.size() + 13).size(), large.size() + 13)) break;
  }
  go.store(rounds, std::memory_order_release);
  other.join();
  std::printf("%u of %u rounds met\n", left.load(std::memory_order_relaxed), rounds);
  CHECK(left.load(std::memory_order_relaxed) > 0);
}

TEST(
    "numbered frames leave in the order of their numbers, whoever sends them, and what is sent behind stays "
    "behind") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  SendQueue& queue = c.connection.send_queue();
  const std::uint32_t each = check::scaled(60'000u, 8'000u);
  std::atomic<std::uint32_t> counter{0};
  std::atomic<std::uint64_t> queued{0}, withdrawn{0};
  const std::uint64_t seed = check::seed();
  // The frame "ii" of number i, and behind it at times the plain frame "pi".
  const auto send_all = [&](NumberedSender sender) {
    Random random(seed + static_cast<std::uint64_t>(sender));
    std::string payload(9, 'i');
    for (std::uint32_t i = 0; i < each; ++i) {
      queue.claim(sender, counter.load(std::memory_order_relaxed));
      const std::uint32_t number = counter.fetch_add(1, std::memory_order_acq_rel);
      // What is done between number and frame: encoding, the journal.
      for (std::uint32_t left = random.below(200); left > 0; --left)
        std::atomic_signal_fence(std::memory_order_seq_cst);
      if (random.below(64) == 0) std::this_thread::yield();
      if (random.below(50) == 0) {
        queue.withdraw(sender);
        withdrawn.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      payload[0] = 'i';
      write_be32(payload.data() + 1, number);
      payload[5] = static_cast<char>(sender);
      const SendResult result = queue.send_numbered(sender, number, payload);
      if (!CHECK(taken(result))) break;
      queued.fetch_add(result.disposition == Disposition::Queued, std::memory_order_relaxed);
      if (random.below(4) != 0) continue;
      payload[0] = 'p';
      if (!CHECK(taken(queue.send(payload)))) break;
    }
  };
  std::atomic<bool> over{false};
  std::uint64_t frames = 0, plain = 0;
  std::thread reader([&] {
    std::int64_t newest = -1;
    for (;;) {
      const bool was_over = over.load(std::memory_order_acquire);
      if (!ready(c.peer.fd(), POLLIN, was_over ? 0 : 5)) {
        if (was_over) break;
        continue;
      }
      const std::string frame = c.peer.receive(13);
      if (!CHECK_EQ(frame.size(), 13u)) break;
      const std::int64_t number = read_be32(frame.data() + 5);
      if (frame[4] == 'i') {
        ++frames;
        if (!CHECK(number > newest)) break;
        newest = number;
      } else {
        ++plain;
        if (!CHECK(number <= newest)) break;  // never before its own order
      }
    }
  });
  std::thread other([&] { send_all(NumberedSender::Reader); });
  send_all(NumberedSender::Loop);
  other.join();
  // The loop's part where the socket was full; nothing waits for a claim any more.
  while (queue.has_unsent() && ready(c.connection.fd(), POLLOUT)) REQUIRE(queue.flush() == 0);
  over.store(true, std::memory_order_release);
  reader.join();
  CHECK_EQ(queue.unsent_bytes(), 0u);
  CHECK_EQ(frames + withdrawn.load(std::memory_order_relaxed), std::uint64_t{2} * each);
  CHECK(plain > 0);
  std::printf("%llu of %llu frames were queued\n",
              static_cast<unsigned long long>(queued.load(std::memory_order_relaxed)),
              static_cast<unsigned long long>(frames));
}

TEST("a frame waits for a smaller number that is claimed, and leaves with it, or when that is given up") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  SendQueue& queue = c.connection.send_queue();
  queue.claim(NumberedSender::Loop, 5);
  queue.claim(NumberedSender::Reader, 6);
  CHECK_EQ(queue.send_numbered(NumberedSender::Reader, 6, "six").disposition, Disposition::Queued);
  // It may be about the order that waits.
  CHECK_EQ(queue.send("behind six").disposition, Disposition::Queued);
  CHECK_EQ(queue.flush(), 0);
  CHECK(!ready(c.peer.fd(), POLLIN, 0));
  CHECK_EQ(queue.send_numbered(NumberedSender::Loop, 5, "five").disposition, Disposition::Written);
  CHECK_EQ(c.peer.receive(29), framed("five") + framed("six") + framed("behind six"));
  queue.claim(NumberedSender::Loop, 7);
  queue.claim(NumberedSender::Reader, 8);
  CHECK_EQ(queue.send_numbered(NumberedSender::Reader, 8, "eight").disposition, Disposition::Queued);
  CHECK(queue.has_unsent());
  queue.withdraw(NumberedSender::Loop);
  CHECK(!queue.has_unsent());
  CHECK_EQ(c.peer.receive(9), framed("eight"));
  // What is refused ends its claim, too.
  queue.claim(NumberedSender::Loop, 9);
  CHECK_EQ(queue.send_numbered(NumberedSender::Loop, 9, "").error, EMSGSIZE);
  queue.claim(NumberedSender::Reader, 10);
  CHECK_EQ(queue.send_numbered(NumberedSender::Reader, 10, "ten").disposition, Disposition::Written);
}

}  // namespace
