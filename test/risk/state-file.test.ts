import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSavedRisk, STATE_FILE, StateFile, savedRiskIn } from "../../src/risk/state-file.js";
import { NOON, savedRisk, scopeDay, stateFolder } from "./state-bench.js";

const fileIn = (folder: string): string => join(folder, STATE_FILE);

/** A state as another version would write it, with its checksum right. */
function write(folder: string, body: string, format = 1): void {
  const digest = createHash("sha256").update(body).digest("hex");
  writeFileSync(
    fileIn(folder),
    `ibkr-native risk state ${format} ${Buffer.byteLength(body)} ${digest}\n${body}`,
  );
}

describe("a state", () => {
  test("is read as it was written, by either way", async () => {
    const folder = stateFolder();
    const full = savedRisk({ stop: { reason: "ä\n", operator: "o", atMs: NOON }, closed: true });
    await new StateFile(folder).save(full);
    expect(readSavedRisk(folder)).toEqual({ kind: "found", saved: full });
    new StateFile(folder).saveNow(savedRisk());
    expect(readSavedRisk(folder)).toEqual({ kind: "found", saved: savedRisk() });
    expect(readdirSync(folder)).toEqual([STATE_FILE]);
  });

  test("that was there is the one that counts until the next is whole on the disk", async () => {
    const folder = stateFolder();
    const file = new StateFile(folder);
    await file.save(savedRisk());
    writeFileSync(`${fileIn(folder)}.tmp`, "half a sta");
    writeFileSync(`${fileIn(folder)}.tmp.now`, "");
    expect(readSavedRisk(folder)).toEqual({ kind: "found", saved: savedRisk() });
  });

  test("of those that come while one is written only the last is written", async () => {
    const folder = stateFolder();
    const file = new StateFile(folder);
    const ends = [1, 2, 3].map((savedMs) => file.save(savedRisk({ savedMs })));
    await Promise.all(ends);
    expect(readSavedRisk(folder)).toMatchObject({ saved: { savedMs: 3 } });
  });

  test("that was saved at once is not overtaken by an older one that is still being written", async () => {
    const folder = stateFolder();
    const file = new StateFile(folder);
    const slow = file.save(savedRisk({ savedMs: 1 }));
    file.saveNow(savedRisk({ savedMs: 2 }));
    expect(readSavedRisk(folder)).toMatchObject({ saved: { savedMs: 2 } });
    await slow;
    expect(readSavedRisk(folder)).toMatchObject({ saved: { savedMs: 2 } });
    await file.save(savedRisk({ savedMs: 3 }));
    expect(readSavedRisk(folder)).toMatchObject({ saved: { savedMs: 3 } });
  });
});

describe("what is found is told:", () => {
  test("missing", () => {
    expect(readSavedRisk(stateFolder())).toEqual({ kind: "missing" });
    expect(readSavedRisk(join(stateFolder(), "none"))).toEqual({ kind: "missing" });
  });

  test("corrupt: any byte that differs, and any that is missing", () => {
    const folder = stateFolder();
    new StateFile(folder).saveNow(savedRisk());
    const good = readFileSync(fileIn(folder));
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] ^= 1;
      expect(["corrupt", "foreign"], `byte ${at}`).toContain(savedRiskIn(bad).kind);
      expect(["corrupt", "foreign"], `${at} bytes`).toContain(savedRiskIn(good.subarray(0, at)).kind);
    }
    const longer = savedRiskIn(Buffer.concat([good, Buffer.from(" ")]));
    expect(longer).toMatchObject({ kind: "corrupt", reason: /bytes behind its first line/ });
  });

  test("corrupt: what a writer with a fault has left", () => {
    const folder = stateFolder();
    write(folder, JSON.stringify(savedRisk({ scopes: [scopeDay({ orders: -1 })] })));
    expect(readSavedRisk(folder)).toEqual({
      kind: "corrupt",
      reason: "state.scopes[0].orders is -1 (allowed: an integer from 0 on)",
    });
    write(folder, "{");
    expect(readSavedRisk(folder).kind).toBe("corrupt");
  });

  test("foreign: of another version, or no state", () => {
    const folder = stateFolder();
    write(folder, JSON.stringify(savedRisk()), 2);
    expect(readSavedRisk(folder)).toEqual({ kind: "foreign", reason: "it has format 2; known is 1" });
    writeFileSync(fileIn(folder), "{}\n");
    expect(readSavedRisk(folder).kind).toBe("foreign");
    writeFileSync(fileIn(folder), "");
    expect(readSavedRisk(folder).kind).toBe("foreign");
  });

  test("unreadable: the system does not give it", () => {
    const folder = stateFolder();
    mkdirSync(fileIn(folder));
    expect(readSavedRisk(folder)).toEqual({ kind: "unreadable", reason: "it is a folder (EISDIR)" });
  });
});

describe("a state that cannot be written", () => {
  test("is an error, and the one before it is still there", async () => {
    const folder = stateFolder();
    const file = new StateFile(folder);
    await file.save(savedRisk());
    mkdirSync(`${fileIn(folder)}.tmp`);
    mkdirSync(`${fileIn(folder)}.tmp.now`);
    const error = {
      code: "ERR_IBKR_FILE",
      message: /^the risk gate's state .* cannot be written: it is a fold/,
    };
    await expect(file.save(savedRisk({ savedMs: 2 }))).rejects.toMatchObject(error);
    expect(() => file.saveNow(savedRisk({ savedMs: 3 }))).toThrow("it is a folder");
    expect(readSavedRisk(folder)).toEqual({ kind: "found", saved: savedRisk() });
  });

  test("goes out of the way under a name of its own when it cannot be used", () => {
    const folder = stateFolder();
    writeFileSync(fileIn(folder), "noise");
    expect(new StateFile(folder).setAside(NOON)).toBe("risk-state.json.20260106T170000000Z");
    expect(readdirSync(folder)).toEqual(["risk-state.json.20260106T170000000Z"]);
    expect(() => new StateFile(folder).setAside(NOON)).toThrow("there is no such file");
  });
});
