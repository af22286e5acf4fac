#include "session_stats.hpp"

#include "values.hpp"

namespace ibkr::addon {

namespace {
napi_value tcp_of(napi_env env, const TcpState& tcp) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  const auto put = [&](const char* name, std::size_t value) {
    set(env, out, name, number(env, static_cast<double>(value)));
  };
  put("rttMicros", tcp.rtt_micros);
  put("rttVarianceMicros", tcp.rtt_variance_micros);
  put("retransmits", tcp.retransmits);
  put("unackedSegments", tcp.unacked_segments);
  put("congestionWindowSegments", tcp.congestion_window);
  put("segmentBytes", tcp.segment_bytes);
  put("unackedBytes", tcp.unacked_bytes);
  return out;
}
}  // namespace

napi_value stats_of(napi_env env, LoopSession& session) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  Connection& connection = session.connection();
  const ReadCounters& counters = connection.stream().counters();
  const ChannelCounters& channel = connection.stream().channel().counters();
  const auto put = [&](const char* name, double value) { set(env, out, name, number(env, value)); };
  const auto count = [&](const char* name, const std::atomic<std::uint64_t>& counter) {
    put(name, static_cast<double>(counter.load(std::memory_order_relaxed)));  // relaxed: statistics
  };
  const auto flag = [&](const char* name, bool value) {
    napi_value boolean = nullptr;
    if (napi_get_boolean(env, value, &boolean) == napi_ok) set(env, out, name, boolean);
  };
  count("bytesRead", counters.bytes_read);
  count("reads", counters.reads);
  count("frames", counters.frames);
  count("hot", counters.hot);
  count("cold", counters.cold);
  count("malformed", counters.malformed);
  count("trailing", counters.trailing);
  count("fullRingStops", counters.full_ring_stops);
  count("conflated", channel.conflated);
  count("dropped", channel.dropped);
  count("overflowed", channel.overflowed);
  put("ringSlots", connection.stream().channel().ring().capacity());
  put("ringUsedSlots", connection.stream().channel().ring().unread());
  count("ringHighWaterSlots", channel.high_water_slots);
  put("lastReadMicros", counters.last_read_micros.load(std::memory_order_relaxed));  // relaxed: as above
  put("guardTakeovers", static_cast<double>(session.takeovers()));
  put("guardReads", static_cast<double>(session.guard_reads()));
  put("bytesSent", static_cast<double>(connection.send_queue().sent_bytes()));
  put("framesSent", static_cast<double>(connection.send_queue().sent_frames()));
  put("unsentBytes", static_cast<double>(connection.send_queue().unsent_bytes()));
  put("pendingBytes", static_cast<double>(session.pending_bytes()));
  put("unreadBytes", static_cast<double>(connection.unread_bytes()));
  const EffectiveOptions effective = session.effective();
  put("receiveBufferBytes", effective.receive_buffer);
  put("sendBufferBytes", effective.send_buffer);
  flag("noDelay", effective.no_delay);
  flag("keepAlive", effective.keep_alive);
  flag("kernelStamps", effective.kernel_stamps);
  if (const auto tcp = connection.tcp_state()) set(env, out, "tcp", tcp_of(env, *tcp));
  return out;
}

}  // namespace ibkr::addon
