import { performance } from "node:perf_hooks";

/** The process that a client runs in. */
export interface ProcessStats {
  readonly uptimeSeconds: number;
  /** Processor time, of all threads. */
  readonly cpuUserSeconds: number;
  readonly cpuSystemSeconds: number;
  /** Memory that is resident, of JavaScript's heap and beside it. */
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
  /** The share of its time that the event loop was busy, 0 to 1, since the process began. */
  readonly eventLoopUtilization: number;
}

const MICROS = 1e6;

export function processStats(): ProcessStats {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    uptimeSeconds: process.uptime(),
    cpuUserSeconds: user / MICROS,
    cpuSystemSeconds: system / MICROS,
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    externalBytes: external,
    eventLoopUtilization: performance.eventLoopUtilization().utilization,
  };
}
