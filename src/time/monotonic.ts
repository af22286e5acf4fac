/** `performance.now()` counts CLOCK_MONOTONIC from the process's start: this many µs later than the clock itself. */
let originMicros: number | undefined;

/** CLOCK_MONOTONIC in µs, the clock of a message's `receivedMicros`, without the array or bigint of `process.hrtime`. */
export function monotonicMicros(): number {
  originMicros ??= measureOrigin();
  return performance.now() * 1000 + originMicros;
}

/** Reads one clock between two readings of the other, and keeps the tightest of several tries. */
function measureOrigin(): number {
  let tightest = Number.POSITIVE_INFINITY;
  let origin = 0;
  for (let i = 0; i < 50; i++) {
    const before = clockMicros();
    const now = performance.now();
    const after = clockMicros();
    const gap = after - before;
    if (gap >= tightest) continue;
    tightest = gap;
    origin = (before + after) / 2 - now * 1000;
  }
  return origin;
}

/** Where a test has put its own `process.hrtime` there may be no `bigint`. */
function clockMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + nanos / 1000;
}
