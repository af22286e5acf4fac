import type { Socket } from "node:net";
import type { Clock } from "../../time/clock.js";
import { Random } from "../market/random.js";
import type { Dialect } from "../wire/dialect.js";
import type { FloodPlan } from "./flood-plan.js";
import { TickType } from "./tick-type.js";

export interface FloodResult {
  ticks: number;
  bytes: number;
  elapsedMs: number;
}

/** Ticks encoded once and written over and over. */
const BLOCK_TICKS = 16_384;
/** Pause between two paced writes, ms. */
const PACE_MS = 1;

/**
 * Writes pre-encoded blocks of TICK_PRICE frames (bid, ask, last in turn, request by request) and waits whenever the
 * socket's buffer is full, so that memory stays flat however slow the client is.
 */
export async function flood(
  socket: Socket,
  dialect: Dialect,
  reqIds: readonly number[],
  plan: FloodPlan,
  seed: number,
  clock: Clock,
): Promise<FloodResult> {
  const { bytes: block, ends } = encodeBlock(dialect, reqIds, seed);
  const started = process.hrtime.bigint();
  const perWrite = plan.ticksPerSecond === undefined ? BLOCK_TICKS : 0;
  let sent = 0;
  let bytes = 0;
  let position = 0;
  const paceStart = clock.now();
  while (sent < plan.ticks && !socket.destroyed) {
    const due = perWrite || Math.floor(((clock.now() - paceStart) * plan.ticksPerSecond!) / 1000) - sent;
    const count = Math.min(due, plan.ticks - sent, BLOCK_TICKS - position);
    if (count > 0) {
      const slice = block.subarray(position === 0 ? 0 : ends[position - 1], ends[position + count - 1]);
      position = (position + count) % BLOCK_TICKS;
      sent += count;
      bytes += slice.length;
      if (!socket.write(slice)) await drained(socket);
    } else {
      await new Promise<void>((resolve) => clock.after(PACE_MS, resolve));
    }
  }
  for (const reqId of reqIds) {
    const end = dialect.encode("tickSnapshotEnd", { reqId });
    if (end !== undefined && !socket.destroyed) socket.write(end);
  }
  return { ticks: sent, bytes, elapsedMs: Number(process.hrtime.bigint() - started) / 1e6 };
}

function encodeBlock(
  dialect: Dialect,
  reqIds: readonly number[],
  seed: number,
): { bytes: Buffer; ends: Int32Array } {
  const random = new Random(seed);
  const kinds = [TickType.BID, TickType.ASK, TickType.LAST];
  const cents = reqIds.map(() => random.int(5_000, 50_000));
  const frames: Buffer[] = [];
  const ends = new Int32Array(BLOCK_TICKS);
  let length = 0;
  for (let i = 0; i < BLOCK_TICKS; i++) {
    const which = i % reqIds.length;
    const kind = kinds[Math.floor(i / reqIds.length) % kinds.length];
    cents[which] = Math.max(100, cents[which] + random.int(-2, 2));
    const frame = dialect.encode("tickPrice", {
      reqId: reqIds[which],
      tickType: kind,
      price: (cents[which] + (kind === TickType.ASK ? 1 : 0)) / 100,
      size: random.int(1, 20) * 100,
      attrMask: kind === TickType.LAST ? 0 : 1,
    })!;
    frames.push(frame);
    length += frame.length;
    ends[i] = length;
  }
  return { bytes: Buffer.concat(frames), ends };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
