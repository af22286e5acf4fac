// Half a bracket is a position that nothing closes: where its journal cannot be written none of an order's parts leaves.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectOrders } from "../../src/connect/connected-orders.js";
import { type LogEntry, SimulatedGateway } from "../../src/sim/index.js";

const ROUNDS = 30;

let folder: string;
let gateway: SimulatedGateway;
const placed: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ibkr-full-"));
  placed.length = 0;
  const onEntry = ({ kind, name, body }: LogEntry) => {
    if (kind === "request" && name === "placeOrder")
      placed.push((body as { order: { orderRef?: string } }).order.orderRef ?? "");
  };
  gateway = await SimulatedGateway.start({ seed: 1, log: { onEntry } });
});
afterEach(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

interface Part {
  readonly orderRef: string;
  readonly status: string;
  readonly code?: string;
  readonly message?: string;
}

/** A shell that has a disk of its own, of 512 KiB, at `folder`; undefined where that may not be. */
function withSmallDisk(): readonly string[] | undefined {
  const script = `mount -t tmpfs -o size=512k journal "$0" && exec "$@"`;
  const shell = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, folder] as const;
  const { status } = spawnSync(shell[0], [...shell.slice(1), "true"]);
  return status === 0 ? shell : undefined;
}

test.each([193, 226])(
  "on a disk that is full a bracket leaves whole or not at all, wherever it breaks off, server version %i",
  async (version) => {
    const shell = withSmallDisk();
    if (shell === undefined) {
      // The limit of a file's size is no disk that has room again: nothing stands for it.
      console.log("left out: a small disk cannot be mounted here (unshare, mount)");
      expect(shell).toBeUndefined();
      return;
    }
    const given = JSON.stringify({ port: gateway.port, folder, rounds: ROUNDS, version });
    const child = spawn(shell[0], [
      ...shell.slice(1),
      process.execPath,
      join(__dirname, "full-disk-child.cjs"),
      given,
    ]);
    let told = "";
    let error = "";
    child.stdout.on("data", (bytes: Buffer) => (told += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (error += bytes.toString()));
    expect([await once(child, "close"), error]).toEqual([[0, null], ""]);
    const { groups, pages } = JSON.parse(told) as { groups: Part[][]; pages: number };
    expect(pages).toBe(0);
    const at = new Set(placed);
    expect(at.size).toBe(placed.length);
    let refused = 0;
    for (const parts of groups) {
      const there = parts.filter(({ orderRef }) => at.has(orderRef));
      expect([0, parts.length]).toContain(there.length);
      if (there.length > 0) continue;
      refused++;
      for (const { status, code, message } of parts) {
        expect([status, code]).toEqual(["not-sent", "ERR_IBKR_JOURNAL_WRITE"]);
        expect(message).toMatch(/ was not sent: the journal in ".*" cannot be written: .*\(ENOSPC\)/);
      }
    }
    // At least twice a round, and not always at the same part: records and pages have no common measure.
    expect(refused).toBeGreaterThanOrEqual(2 * ROUNDS);
    expect(groups.length - refused).toBeGreaterThan(ROUNDS);
    expect(groups.at(-1)?.every(({ orderRef }) => at.has(orderRef))).toBe(true);
  },
  30_000,
);

test("in a folder that may not be written, and on a full disk, connectOrders says so before there is a connection", async () => {
  chmodSync(folder, 0o555);
  const { geteuid, seteuid } = process;
  const root = geteuid?.() === 0; // who may write everywhere
  try {
    if (root) seteuid?.(65534);
    await expect(
      connectOrders({ host: "127.0.0.1", port: gateway.port, journal: folder }),
    ).rejects.toMatchObject({
      code: "ERR_IBKR_JOURNAL_OPEN",
      message: expect.stringMatching(/permission is denied \(EACCES\)/),
    });
  } finally {
    if (root) seteuid?.(0);
    chmodSync(folder, 0o755);
  }
  expect(gateway.log.entries().filter(({ kind }) => kind === "request")).toEqual([]);
});
