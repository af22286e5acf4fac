import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planCapture } from "../../../src/cli/demo/capture-plan.js";

const CAPTURES = join(__dirname, "..", "..", "fixtures", "captures");
const capture = (name: string) => readFileSync(join(CAPTURES, name), "utf8");

/** A frame of text fields as a capture's line. */
function line(side: "client" | "server", ...fields: (string | number)[]): string {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return `raw ${side} ${Buffer.concat([length, body]).toString("base64")}`;
}

const handshake = (version: number) => `handshake {"server_version":${version},"connection_time":"now"}`;

describe("what a capture needs of the client", () => {
  test("a protobuf conversation: its contract, generic ticks, market data type and version", () => {
    expect(planCapture(capture("quote_stream_genericticks.txt"))).toMatchObject({
      serverVersion: 225,
      maxServerVersion: 226,
      connections: 1,
      serverFrames: 21,
      clientFrames: 4,
      pausesMs: 0,
      marketDataType: 3,
      subscriptions: [
        {
          symbol: "AAPL",
          genericTicks: "233,236",
          contract: { conId: 265598, symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" },
        },
      ],
    });
  });

  test("a text conversation", () => {
    const contract = [0, "ES", "FUT", "202612", 0, "", "50", "CME", "", "USD", "ESZ6", "ES"];
    const plan = planCapture(
      [
        handshake(187),
        line("client", 59, 1, 4),
        line("client", 1, 11, 5, ...contract, 0, "233", 0, 0, ""),
        line("server", 1, 6, 5, 4, 5000.25, 3, 0),
        "sleep 250ms",
      ].join("\n"),
    );
    expect(plan).toMatchObject({
      maxServerVersion: 193,
      serverFrames: 1,
      clientFrames: 2,
      pausesMs: 250,
      marketDataType: 4,
      subscriptions: [{ symbol: "ESZ6", genericTicks: "233", contract: { secType: "FUT", exchange: "CME" } }],
    });
  });

  test("no market data request: nothing to subscribe to", () => {
    expect(planCapture(capture("grounded_positions.txt"))).toMatchObject({
      subscriptions: [],
      marketDataType: undefined,
    });
  });

  test.each([194, 206, 212, 227])(
    "server version %d is refused with the versions that are spoken",
    (version) => {
      expect(() => planCapture(handshake(version))).toThrow(
        `server version ${version}; the client speaks 100 to 193 (text) and 213 to 226 (protobuf)`,
      );
    },
  );
});
