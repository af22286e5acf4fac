import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HistoryDownload, HistoryPacer, pacedRequest } from "../../src/client/history/index.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { blocksOf, run } from "./run-pieces.js";

test("the pieces of docs/history.md are one program that runs, and prints what they say", async () => {
  const folder = mkdtempSync(join(tmpdir(), "history-page-"));
  try {
    const file = JSON.stringify(join(folder, "aapl-1m.jsonl"));
    const pieces = blocksOf("docs/history.md").map((code) => code.replace('"aapl-1m.jsonl"', file));
    expect(pieces).toHaveLength(4);
    const names = { HistoryDownload, HistoryPacer, pacedRequest, connectBroker };
    const { printed, errors } = await run(pieces, names);
    expect(errors).toEqual([]);
    for (const said of [
      /^\d+ \d{13} \d+(\.\d+)?$/,
      /^0 3 \d+$/,
      /^3 3 0$/,
      /^(390|210) false$/,
      /^0$/,
      /^\d{8} US\/Eastern$/,
    ])
      expect(printed).toContainEqual(expect.stringMatching(said));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
