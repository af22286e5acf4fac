import { createReadStream } from "node:fs";
import { fileError } from "../domain/system-error.js";
import type { AuditEntry } from "./audit-entry.js";
import { auditFiles } from "./audit-files.js";

/** A line that is no entry: the last one before a crash, as a rule. */
export interface AuditDamage {
  readonly kind: "damaged";
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
  readonly text: string;
}

/** Entries that are not there: their files were removed, or a crash has taken them. */
export interface AuditGap {
  readonly kind: "gap";
  readonly fromN: number;
  readonly toN: number;
}

/**
 * All entries of an audit log in their order, each once, with what is wrong where it is. Another process may be writing it.
 * @throws IBKRError `ERR_IBKR_FILE`
 */
export async function* readAudit(folder: string): AsyncGenerator<AuditEntry | AuditDamage | AuditGap> {
  let lastN: number | undefined;
  for (const path of filesIn(folder)) {
    let line = 0;
    for await (const text of linesOf(path)) {
      line += 1;
      if (text === "") continue;
      const entry = entryIn(text);
      if (entry === undefined) {
        yield { kind: "damaged", path, line, text };
        continue;
      }
      // The end of a process writes again what it cannot know to be there.
      if (lastN !== undefined && entry.n <= lastN && entry.kind !== "begin") continue;
      const isGap = lastN !== undefined && entry.n > lastN + 1;
      if (isGap) yield { kind: "gap", fromN: lastN! + 1, toN: entry.n - 1 };
      lastN = entry.n;
      yield entry;
    }
  }
}

/** node:readline does not promise to tell what the system says. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = (rest + (chunk as string)).split("\n");
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    throw fileError("the audit log", path, "read", error);
  }
  if (rest !== "") yield rest;
}

function filesIn(folder: string): string[] {
  try {
    return auditFiles(folder).map(({ path }) => path);
  } catch (error) {
    throw fileError("the audit log in", folder, "read", error);
  }
}

function entryIn(text: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<AuditEntry> | null;
    return typeof entry?.n === "number" && typeof entry.kind === "string" ? (entry as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}
