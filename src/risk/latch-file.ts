import {
  closeSync,
  type FSWatcher,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { check } from "../domain/check.js";
import { fileError } from "../domain/system-error.js";
import { type Clock, realClock, type Timer } from "../time/clock.js";
import { fields, text } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import type { StopRecord } from "./saved-risk.js";
import { syncFolderNow } from "./state-file.js";

/*
 * The emergency stop as a file: where it is, nothing leaves. Each line of it is a pull; a file without one, made by hand
 * (`touch STOP`), is one as well.
 */

export const LATCH_FILE = "STOP";
/** The same while it is being taken away: what a process that was killed then leaves still counts. */
const LEAVING = "STOP.leaving";

export interface LatchPull {
  /** Why, for people: 1 to 1,000 characters. */
  readonly reason: string;
  /** Who, for the audit log: 1 to 200 characters. */
  readonly operator: string;
}

export const latchPullRules = lazily(() =>
  fields({
    reason: text("a text of 1 to 1,000 characters").max(1000, { error: "a text of 1 to 1,000 characters" }),
    operator: text("a name of 1 to 200 characters").max(200, { error: "a name of 1 to 200 characters" }),
  }),
);

/** What is in a latch file. */
export interface LatchContent {
  /** From the first on; at least one. */
  readonly pulls: readonly StopRecord[];
  readonly text: string;
}

/**
 * Pulls the emergency stop of the program whose state is in the folder, from any process: it is noticed within 100 ms, also
 * while that program's event loop is busy, and holds for every later run until somebody resumes.
 * @returns `isRecorded`: whether why and who are on the disk; the stop itself is in force when this returns, however full
 * that is
 * @throws IBKRError `ERR_IBKR_ARGUMENT`; `ERR_IBKR_FILE` where the system refuses the file itself: then nothing is stopped
 */
export function pullLatch(
  folder: string,
  pull: LatchPull,
  atMs: number = Date.now(),
): { readonly isRecorded: boolean } {
  const { reason, operator } = check(latchPullRules(), pull, "", "ERR_IBKR_ARGUMENT");
  const path = join(folder, LATCH_FILE);
  const line = `${JSON.stringify({ reason, operator, atMs })}\n`;
  for (;;) {
    let isRecorded = true;
    let isThere = false;
    try {
      const file = openSync(path, "a", 0o644);
      try {
        try {
          writeSync(file, line);
          fsyncSync(file);
        } catch {
          isRecorded = false; // it is there all the same
        }
        // Whoever resumed in between has taken this file away, and not seen the line.
        isThere = isSameFile(file, path);
      } finally {
        closeSync(file);
      }
      syncFolderNow(folder);
    } catch (error) {
      throw fileError("the latch file", path, "written", error);
    }
    if (isThere) return { isRecorded };
  }
}

function isSameFile(file: number, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino === fstatSync(file).ino;
}

/** Whether the stop is pulled, at the price of a system call. */
export function isLatchPulled(folder: string): boolean {
  return statSync(join(folder, LATCH_FILE), { throwIfNoEntry: false }) !== undefined;
}

/**
 * What the latch file says; undefined: there is none.
 * @throws IBKRError `ERR_IBKR_FILE` where the system does not say whether there is one
 */
export function readLatch(folder: string): LatchContent | undefined {
  const found = [LEAVING, LATCH_FILE]
    .map((name) => contentOf(join(folder, name)))
    .filter((content) => content !== undefined);
  if (found.length === 0) return undefined;
  return {
    pulls: found.flatMap(({ pulls }) => pulls).sort((a, b) => a.atMs - b.atMs),
    text: found.map((content) => content.text).join(""),
  };
}

function contentOf(path: string): LatchContent | undefined {
  try {
    const { mtimeMs } = statSync(path);
    const text = readFileSync(path, "utf8");
    const lines = text.split("\n").filter((line) => line !== "");
    const pulls = lines.map((line) => pullIn(line, mtimeMs));
    const byHand = { reason: `the file ${LATCH_FILE}`, operator: "unknown", atMs: mtimeMs };
    return { pulls: pulls.length === 0 ? [byHand] : pulls, text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileError("the latch file", path, "read", error);
  }
}

function pullIn(line: string, otherwiseMs: number): StopRecord {
  try {
    const { reason, operator, atMs } = JSON.parse(line) as Partial<StopRecord>;
    if (typeof reason === "string" && typeof operator === "string" && typeof atMs === "number")
      return { reason, operator, atMs };
  } catch {
    // Written by hand, or cut off: it is the reason as it stands.
  }
  return { reason: line, operator: "unknown", atMs: otherwiseMs };
}

/**
 * Takes the latch file away.
 * @param known what whoever resumes has read: a pull that came later stays
 * @returns whether there is none now
 * @throws IBKRError `ERR_IBKR_FILE`
 */
export function clearLatch(folder: string, known: LatchContent | undefined): boolean {
  const path = join(folder, LATCH_FILE);
  const leaving = join(folder, LEAVING);
  try {
    const now = readLatch(folder);
    if (now?.text !== known?.text) return false;
    if (now === undefined) return true;
    if (isLatchPulled(folder)) {
      // Out of the way first, then looked at: who appends behind the look sees that it is not the latch any more.
      rmSync(leaving, { force: true });
      renameSync(path, leaving);
      if (!known!.text.endsWith(readFileSync(leaving, "utf8"))) {
        if (!isLatchPulled(folder)) linkSync(leaving, path);
        rmSync(leaving);
        return false;
      }
    }
    rmSync(leaving, { force: true });
    syncFolderNow(folder);
    return !isLatchPulled(folder);
  } catch (error) {
    throw fileError("the latch file", path, "written", error);
  }
}

/** How often it is looked for: where the system does not tell of new files, and beside it. */
const LOOK_MS = 50;

/**
 * Looks for the latch file from the event loop: for what follows a stop. The latch itself is set by the core's own watcher,
 * which no busy loop holds up.
 */
export class LatchWatch {
  private readonly timer: Timer;
  private watcher: FSWatcher | undefined;
  private told = false;

  /** @param pulled is called once for a file that is there, and for the next one after {@link reset} */
  constructor(
    private readonly folder: string,
    private readonly pulled: () => void,
    clock: Clock = realClock,
  ) {
    this.timer = clock.every(LOOK_MS, () => this.look());
    try {
      this.watcher = watch(folder, { persistent: false }, () => this.look());
      this.watcher.on("error", () => this.unwatch());
    } catch {
      // No watch left, or a disk that has none: the looks remain.
    }
  }

  look(): void {
    if (this.told || !isLatchPulled(this.folder)) return;
    this.told = true;
    this.pulled();
  }

  /** The stop has been resumed from. */
  reset(): void {
    this.told = false;
  }

  stop(): void {
    this.timer.stop();
    this.unwatch();
  }

  private unwatch(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}
