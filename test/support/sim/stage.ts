import { type SimulatedGateway, type SimulatedGatewayOptions, VirtualClock } from "../../../src/sim/index.js";
import type { Bench, RawClient, StockClient } from "./harness.js";

export interface Stage {
  gateway: SimulatedGateway;
  clock: VirtualClock;
}

/** A gateway on a virtual clock that stands still. */
export async function stage(bench: Bench, options: SimulatedGatewayOptions = {}): Promise<Stage> {
  const clock = new VirtualClock();
  return { clock, gateway: await bench.gateway({ clock, ...options }) };
}

export async function stageWithClient(
  bench: Bench,
  options: SimulatedGatewayOptions = {},
): Promise<Stage & { client: StockClient }> {
  const { gateway, clock } = await stage(bench, options);
  return { gateway, clock, client: await bench.client(gateway) };
}

/** A connection that has shaken hands and started the API, at 193. */
export async function rawClient(bench: Bench, gateway: SimulatedGateway, clientId = 7): Promise<RawClient> {
  const raw = await bench.raw(gateway.port);
  raw.handshake("v100..193");
  await raw.until("the handshake", () => raw.frames.length === 1);
  raw.send(71, 2, clientId, "");
  await raw.until("the last notice", () => raw.messages(4).length === 3);
  return raw;
}

/** Names of the requests that came so far. */
export function requests(gateway: SimulatedGateway): string[] {
  return gateway.log
    .entries()
    .filter(({ kind }) => kind === "request")
    .map(({ name }) => name);
}
