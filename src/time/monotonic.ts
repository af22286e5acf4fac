/** `performance.now()` counts CLOCK_MONOTONIC from the process's start: this many µs later than the clock itself. */
let originMicros: number | undefined;

/** The clock itself, whatever a test puts into its place later. */
const { bigint: nanoseconds } = process.hrtime;

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
    const before = nanoseconds();
    const now = performance.now();
    const after = nanoseconds();
    const gap = Number(after - before);
    if (gap >= tightest) continue;
    tightest = gap;
    origin = Number(before + after) / 2000 - now * 1000;
  }
  return origin;
}
