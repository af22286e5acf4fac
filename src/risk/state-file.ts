import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { fileError, reasonOf } from "../domain/system-error.js";
import { problemOf } from "../validation/problem.js";
import { type SavedRisk, savedRiskRules } from "./saved-risk.js";

/*
 * One line that says what follows, and the state. It is written beside the old one, synced, and put in its place: whoever
 * is killed, or finds the disk full, leaves the old one whole.
 */

export const STATE_FILE = "risk-state.json";
const FORMAT = 1;

/** What a folder has of an earlier process. */
export type FoundRisk =
  | { readonly kind: "found"; readonly saved: SavedRisk }
  /** There is no state: a first run, or it was removed. */
  | { readonly kind: "missing" }
  /** It is not what was written: a byte differs, or something is missing. */
  | { readonly kind: "corrupt"; readonly reason: string }
  /** It is whole, and of another version of this package, or no state at all. */
  | { readonly kind: "foreign"; readonly reason: string }
  /** The system does not give it. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads the state of a folder. Never throws: what is wrong with it is the answer. */
export function readSavedRisk(folder: string): FoundRisk {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, STATE_FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "missing" };
    return { kind: "unreadable", reason: reasonOf(error) };
  }
  return savedRiskIn(bytes);
}

/** What the bytes of a state file say. */
export function savedRiskIn(bytes: Buffer): FoundRisk {
  const end = bytes.indexOf("\n");
  const head = /^ibkr-native risk state (\d{1,9}) (\d{1,12}) ([0-9a-f]{64})$/.exec(
    bytes.subarray(0, Math.max(end, 0)).toString("latin1"),
  );
  if (head === null) return { kind: "foreign", reason: "its first line is not that of a risk state" };
  const [, format, length, digest] = head;
  if (Number(format) !== FORMAT)
    return { kind: "foreign", reason: `it has format ${format}; known is ${FORMAT}` };
  const body = bytes.subarray(end + 1);
  if (body.length !== Number(length))
    return { kind: "corrupt", reason: `it has ${body.length} bytes behind its first line and not ${length}` };
  if (digestOf(body) !== digest) return { kind: "corrupt", reason: "its checksum differs" };
  // What follows has the checksum of its writer; a writer with a fault is told, too.
  const value: unknown = parsed(body);
  const result = savedRiskRules().safeParse(value);
  if (!result.success) return { kind: "corrupt", reason: problemOf(result.error, value, "state") };
  return { kind: "found", saved: result.data };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const digestOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

function encoded(saved: SavedRisk): Buffer {
  const body = Buffer.from(`${JSON.stringify(saved)}\n`);
  return Buffer.concat([
    Buffer.from(`ibkr-native risk state ${FORMAT} ${body.length} ${digestOf(body)}\n`),
    body,
  ]);
}

/** Writes one state after another; who holds the folder's lock has one. */
export class StateFile {
  private readonly path: string;
  private readonly unfinished: string;
  private writing: Promise<void> | undefined;
  private next: SavedRisk | undefined;
  /** Each state has a number: one that has been overtaken by `saveNow` does not take its place. */
  private newest = 0;

  constructor(private readonly folder: string) {
    this.path = join(folder, STATE_FILE);
    this.unfinished = `${this.path}.tmp`;
  }

  /** A state that cannot be used goes out of the way, under a name that is returned: it is evidence. */
  setAside(atMs: number): string {
    const name = `${STATE_FILE}.${new Date(atMs).toISOString().replaceAll(/[-:.]/g, "")}`;
    try {
      renameSync(this.path, join(this.folder, name));
    } catch (error) {
      throw fileError("the risk gate's state", this.path, "written", error);
    }
    return name;
  }

  /**
   * Behind the event loop. Of states that come while one is written only the last is written.
   * @returns when it, or one that came later, is on the disk
   * @throws IBKRError `ERR_IBKR_FILE`; the state before it is still there
   */
  save(saved: SavedRisk): Promise<void> {
    this.next = saved;
    if (this.writing === undefined) {
      this.writing = this.writeAll().finally(() => {
        this.writing = undefined;
      });
    }
    return this.writing;
  }

  /**
   * At once, for what must be on the disk before anything else happens.
   * @throws IBKRError `ERR_IBKR_FILE`; the state before it is still there
   */
  saveNow(saved: SavedRisk): void {
    this.newest += 1;
    this.next = undefined;
    // A name of its own: one that is being written behind the loop is not disturbed.
    const unfinished = `${this.unfinished}.now`;
    try {
      const file = openSync(unfinished, "w", 0o600);
      try {
        const bytes = encoded(saved);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, this.path);
      syncFolderNow(this.folder);
    } catch (error) {
      throw fileError("the risk gate's state", this.path, "written", error);
    }
  }

  private async writeAll(): Promise<void> {
    while (this.next !== undefined) {
      const saved = this.next;
      this.next = undefined;
      const number = ++this.newest;
      try {
        const file = await open(this.unfinished, "w", 0o600);
        try {
          await file.writeFile(encoded(saved));
          await file.datasync();
        } finally {
          await file.close();
        }
        if (number !== this.newest) continue;
        // At once, so that no saveNow() comes between the question and the deed.
        renameSync(this.unfinished, this.path);
        await syncFolder(this.folder);
      } catch (error) {
        throw fileError("the risk gate's state", this.path, "written", error);
      }
    }
  }
}

/** Some file systems have nothing to do for a folder, and say so. */
const NOTHING_TO_SYNC = ["EINVAL", "ENOTSUP", "EPERM"];

/** Makes the names in a folder last. */
export function syncFolderNow(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch (error) {
    if (!NOTHING_TO_SYNC.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    closeSync(handle);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!NOTHING_TO_SYNC.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}
