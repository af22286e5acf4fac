import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, test } from "vitest";

const ROOT = join(__dirname, "..", "..");

/** A program of a user's, who gives undefined where a thing may be left out. */
const PROGRAM = `
import { type CallOptions, type ConnectClientOptions, type HistoryBar, type OrderOutcome, contracts, type HeldPosition, IBKRClient, IBKRConfig, type IBKRConfigOptions, orders } from "ibkr-native";

const options: ConnectClientOptions = {
  environment: "simulation",
  ...{ account: undefined, requestTimeoutMs: undefined, live: { pnl: undefined }, journal: undefined },
  ...{ profile: undefined, conflateMs: undefined, reconnectFirstMs: undefined, prefix: undefined },
  simulation: { seed: undefined, tickIntervalMs: 5 },
};
export const file = { profile: "low-latency", journal: { fsync: "always" }, account: undefined } satisfies IBKRConfigOptions;
export async function explained(): Promise<unknown[]> {
  const config = await IBKRConfig.load({ ...file, journal: "state", config: undefined });
  const { values } = config;
  const port: number | undefined = values.port;
  return [port, values.journal?.fsync, values.live.pnl, config.file, IBKRConfig.profiles.balanced.keepWarmMs];
}
export const simulated = async () => IBKRClient.connect(await IBKRConfig.fromFile("ibkr.ts"));
export async function main(): Promise<HeldPosition | undefined> {
  await using client = await IBKRClient.connect(options);
  const [aapl] = await client.qualify([contracts.stock("AAPL")]);
  const sub = client.stream.subscribe(aapl, { trades: undefined, bars: ["1m"] });
  await sub.ready;
  const ticket = client.placeOrder({ ...aapl, secType: "STK" }, orders.limit("BUY", 1, 187.2));
  const { averagePrice } = await ticket.done({ timeoutMs: 1_000 });
  console.log(averagePrice, client.account.netLiquidation, client.pnl.daily);
  await client.completedOrders({ apiOnly: undefined });
  const call: CallOptions = { timeoutMs: 1_000 };
  const outcomes: OrderOutcome[] = await client.cancelAll(call);
  const history: Promise<HistoryBar[]> = client.history(aapl, { barSize: "1m", duration: "2 Y", endMs: undefined, ...call });
  for await (const { bars, isStored } of client.history(aapl, { barSize: "1d", startMs: 0 })) console.log(bars[0]?.date, isStored);
  console.log(outcomes.length, (await history).at(-1)?.close);
  return client.positions.get(aapl);
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ibkr-types-"));
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/ibkr-native"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of the program. */
async function compiled(...flags: readonly string[]): Promise<string> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const fixed = ["--noEmit", "--strict", "--noUncheckedIndexedAccess", "--types", "node"];
  const target = ["--target", "es2023", "--lib", "es2023,esnext.disposable"];
  const modules = ["--module", "node16", "--moduleResolution", "node16"];
  const args = [tsc, ...fixed, ...target, ...modules, ...flags, "program.ts"];
  return promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

describe.concurrent("a strict program compiles against the package's types", () => {
  test("which are looked at themselves", async ({ expect }) => {
    expect(await compiled("--skipLibCheck", "false")).toBe("");
  });

  // Types of @stoqey/ib do not hold with it: whoever has it on has skipLibCheck on as well.
  test("with exactOptionalPropertyTypes, but for types of @stoqey/ib", async ({ expect }) => {
    const said = await compiled("--skipLibCheck", "false", "--exactOptionalPropertyTypes");
    const errors = said.split("\n").filter((line) => line.includes(": error "));
    expect(errors.filter((line) => !line.includes("@stoqey/ib"))).toEqual([]);
  });
});
