import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { SavedRisk, ScopeDay } from "../../src/risk/saved-risk.js";

const folders: string[] = [];
const ends: (() => unknown)[] = [];

/** Runs behind the test, while its folders are still there. */
export function afterwards(end: () => unknown): void {
  ends.push(end);
}

/** A folder for one test. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-risk-"));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export const DAY = { startMs: Date.UTC(2026, 0, 5, 22), endMs: Date.UTC(2026, 0, 6, 22) };
export const NOON = Date.UTC(2026, 0, 6, 17);

export const scopeDay = (more: Partial<ScopeDay> = {}): ScopeDay => ({
  scope: "all",
  state: "ACTIVE",
  orders: 0,
  trades: 0,
  volume: 0,
  realized: 0,
  profit: 0,
  highestProfit: 0,
  ...more,
});

export const savedRisk = (more: Partial<SavedRisk> = {}): SavedRisk => ({
  savedMs: NOON,
  closed: false,
  day: DAY,
  limitsVersion: 1,
  scopes: [scopeDay({ orders: 12, trades: 3, volume: 300.5, realized: -17.25 })],
  positions: [{ account: "DU1", conId: 265598, quantity: -100, averagePrice: 187.25, mark: 188 }],
  reservations: [
    { key: "acme:1", account: "DU1", conId: 265598, side: "BUY", remaining: 40, price: 187.5 },
    { key: "7/3", account: "DU1", conId: 265598, side: "SELL", remaining: 1 },
  ],
  executions: ["00025b46.63f8f0f3.01.01"],
  ...more,
});
