// One measurement: a feed, a client against it, and their two results.

import { fileURLToPath } from "node:url";
import { nativeProgram } from "./native.mjs";
import { JsonProcess } from "./process.mjs";
import { startTerminator } from "./terminators.mjs";

const TIMEOUT_MILLIS = 25_000;

const flags = (options) => Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);

function startClient(entry, spec, timeoutMillis) {
  if (entry.client === "floor")
    return new JsonProcess("floor", nativeProgram("floor"), flags(entry.floorFlags(spec)), timeoutMillis);
  const script = fileURLToPath(new URL(`../clients/${entry.client}.cjs`, import.meta.url));
  const args = [...(entry.nodeFlags ?? []), script, JSON.stringify(spec)];
  return new JsonProcess(entry.client, process.execPath, args, timeoutMillis);
}

/** A program of the core alone: nothing is sent or received. */
async function runCore({ program, folders }, plan, timeoutMillis) {
  const child = new JsonProcess(program, nativeProgram(program, folders), flags(plan.flags), timeoutMillis);
  try {
    return await child.next();
  } finally {
    await child.finish(500);
  }
}

/** Runs `entry` of `benchCase` once and returns its metrics. */
export async function runEntry(benchCase, entry, sizes) {
  const plan = benchCase.plan(sizes, entry);
  const timeoutMillis = plan.timeoutMillis ?? TIMEOUT_MILLIS;
  if (benchCase.core) return benchCase.metrics(await runCore(benchCase.core, plan, timeoutMillis));
  const feed = new JsonProcess("feed", nativeProgram("feed"), flags(plan.feed), timeoutMillis);
  let client;
  let front;
  try {
    const { port: feedPort, epochMicros } = await feed.next();
    if (entry.front) front = await startTerminator(entry.front, feedPort);
    const { port = feedPort, fingerprint } = front ?? {};
    const spec = { port, epochMicros, fingerprint, ...plan.client, ...entry.spec };
    client = startClient(entry, spec, timeoutMillis);
    const measured = await client.next();
    return benchCase.metrics(measured, await feed.next(), entry, plan);
  } finally {
    // Nothing of this run may still take CPU time during the next one.
    await client?.finish(500);
    await front?.stop();
    await feed.finish(0);
  }
}
