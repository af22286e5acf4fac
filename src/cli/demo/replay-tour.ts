import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileError } from "../../domain/system-error.js";
import { EventName } from "../../index.js";
import { CaptureError, ReplayServer, type ReplaySummary } from "../../sim/index.js";
import { type CapturePlan, planCapture } from "./capture-plan.js";
import type { DemoOptions } from "./options.js";
import { Scene } from "./scene.js";
import type { Stage } from "./stage.js";
import { type Summary, sessionFacts } from "./summary.js";

/** How long the server waits for a request of the capture that the demo does not make. */
const PATIENCE_MS = 500;
/** A capture does not say when its frames came: short ones are spread over about this time, long ones go faster. */
const SPREAD_MS = 4_000;
const LONGEST_INTERVAL_MS = 100;

/** Plays a captured conversation into the client and shows what it makes of it. */
export async function tourReplay(options: DemoOptions, file: string, stage: Stage): Promise<Summary> {
  const text = await readCapture(file);
  const plan = readPlan(file, text);
  const frameIntervalMs = Math.min(LONGEST_INTERVAL_MS, SPREAD_MS / Math.max(1, plan.serverFrames));
  const server = await ReplayServer.start({ text, patienceMs: PATIENCE_MS, frameIntervalMs });
  try {
    const played = server.nextSummary();
    const scene = sceneOf(options, plan, server, file, stage);
    await play(scene, plan, limitMs(options, plan, frameIntervalMs), stage);
    return summarise(scene, plan, await played, file, options.seconds !== undefined || stage.changes.aborted);
  } finally {
    await server.stop();
  }
}

async function play(scene: Scene, plan: CapturePlan, limit: number, stage: Stage): Promise<void> {
  const { link, ib } = scene;
  try {
    await link.open("handshake");
    scene.startShowing();
    if (plan.subscriptions.length === 0) {
      stage.events.note("no market data request in this capture: no table, its events are listed", "aside");
    }
    noteEvents(scene, stage);
    if (plan.marketDataType !== undefined) ib.reqMarketDataType(plan.marketDataType);
    scene.startStreaming();
    await stage.changes.until(() => link.failure !== "" || hasPlayed(scene, plan), limit);
    // The last frames may still be on their way through the client.
    await stage.changes.pause(LONGEST_INTERVAL_MS);
    scene.stopStreaming();
  } finally {
    scene.stopShowing();
    link.close();
  }
}

/** @param cutShort the user did not want all of it */
function summarise(
  scene: Scene,
  plan: CapturePlan,
  { framesSent, requestsMatched, refusal }: ReplaySummary,
  file: string,
  cutShort: boolean,
): Summary {
  const { clientFrames, connections, serverFrames } = plan;
  const problems = refusal === "" ? [] : [refusal];
  if (framesSent < serverFrames && !cutShort)
    problems.push(`${serverFrames - framesSent} frames were not played`);
  const missed = clientFrames - requestsMatched;
  const waited =
    missed > 0 && framesSent === serverFrames
      ? `; for each other one the server waited ${PATIENCE_MS} ms`
      : "";
  return {
    facts: [
      ["capture", `${file}${connections > 1 ? `, the first of its ${connections} connections` : ""}`],
      ["played", `${framesSent} of ${serverFrames} frames, as they were recorded`],
      ["requests", `the demo made ${requestsMatched} of the capture's ${clientFrames}${waited}`],
      ...sessionFacts(scene),
    ],
    // Sender and client share a process and a loop here: their latency would say nothing.
    measurements: [],
    fills: undefined,
    positions: undefined,
    problems,
  };
}

async function readCapture(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw fileError("--replay", file, "read", error);
  }
}

function readPlan(file: string, text: string): CapturePlan {
  try {
    return planCapture(text);
  } catch (error) {
    const what = error instanceof CaptureError ? "is no capture: " : "cannot be replayed: ";
    throw new Error(`--replay: ${file} ${what}${(error as Error).message}`);
  }
}

function sceneOf(
  { clientId, readMode }: DemoOptions,
  plan: CapturePlan,
  server: ReplayServer,
  file: string,
  stage: Stage,
): Scene {
  const { maxServerVersion, subscriptions } = plan;
  const client = { host: "127.0.0.1", port: server.port, clientId, readMode, maxServerVersion };
  return new Scene(
    {
      where: `replay of ${basename(file)}`,
      measured: false,
      client,
      symbols: subscriptions.map(({ symbol }) => symbol),
      subscriptions,
    },
    stage,
  );
}

/** Everything but ticks, notices and what is about the connection itself: there is no table for it. */
const NOT_NOTED: ReadonlySet<string> = new Set([
  ...[EventName.all, EventName.result, EventName.received, EventName.sent, EventName.error, EventName.info],
  ...[EventName.connected, EventName.disconnected, EventName.server, EventName.tickPrice, EventName.tickSize],
  ...[EventName.tickString, EventName.tickGeneric, EventName.tickOptionComputation],
]);

function noteEvents({ ib }: Scene, { events }: Stage): void {
  ib.on(EventName.all, (name: string, args: unknown[]) => {
    if (NOT_NOTED.has(name)) return;
    events.note(`${name} ${args.map((arg) => JSON.stringify(arg) ?? "").join(" ")}`);
  });
}

/** Frames the client has read; the last one ends a capture that does not say that the server closes. */
function hasPlayed({ ib }: Scene, { serverFrames }: CapturePlan): boolean {
  return (ib.stats?.frames ?? 0) >= serverFrames;
}

function limitMs({ seconds }: DemoOptions, plan: CapturePlan, frameIntervalMs: number): number {
  if (seconds !== undefined) return seconds * 1000;
  return plan.serverFrames * (frameIntervalMs + 5) + plan.clientFrames * PATIENCE_MS + plan.pausesMs + 5_000;
}
