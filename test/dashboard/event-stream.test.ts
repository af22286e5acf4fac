import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { EventStream } from "../../src/dashboard/event-stream.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { atEnd, cleansUp } from "../client/client-stage.js";

cleansUp();

/** A page that has asked and does not read, and the stream to it. */
async function unread(): Promise<{
  page: Socket;
  stream: EventStream;
  response: ServerResponse;
  clock: VirtualClock;
}> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const page = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  atEnd(() => page.destroy());
  page.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  const clock = new VirtualClock();
  return { page, stream: new EventStream(response, undefined, clock), response, clock };
}

const LARGE = "x".repeat(1 << 20);
const section = (n: number) => [["quotes", JSON.stringify([n, LARGE])]] as const;

/** Writes until the system takes no more. @returns how many were written */
async function fill(stream: EventStream): Promise<number> {
  let written = 0;
  while (stream.isReady) {
    stream.write(section(written++));
    // What the socket can take goes on now.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return written;
}

test("a page that does not read: nothing is kept for it beyond what was being written", async () => {
  const { stream, response } = await unread();
  await fill(stream);
  const { writableLength } = response;
  for (let i = 0; i < 1_000; i++) expect(stream.write(section(1_000 + i))).toBe(false);
  expect(stream.skipped).toBe(1_000);
  expect(response.writableLength).toBe(writableLength);
  expect(writableLength).toBeLessThan(3 * LARGE.length);
});

test("when it reads again it is told what is newest", async () => {
  const { page, stream, response } = await unread();
  await fill(stream);
  stream.write(section(5_000));
  let text = "";
  page.on("data", (chunk: Buffer) => {
    text = (text + chunk).slice(-2 * LARGE.length - 100);
  });
  page.resume();
  await once(response, "drain");
  expect(stream.write(section(6_000))).toBe(true);
  while (!text.includes("[6000,")) await once(page, "data");
  expect(text).not.toContain("[5000,");
});

test("a page that has not read for 30 s is hung up on", async () => {
  const { page, stream, response, clock } = await unread();
  await fill(stream);
  clock.advance(29_999);
  expect(response.destroyed).toBe(false);
  clock.advance(1);
  expect(response.destroyed).toBe(true);
  page.on("error", () => {}).resume();
  await once(page, "close");
});

test("what is as it was is not sent again", async () => {
  const { page, stream } = await unread();
  for (let i = 0; i < 3; i++) stream.write([["head", '{"state":"ready"}']]);
  stream.write([["head", '{"state":"down"}']]);
  let text = "";
  page.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  page.resume();
  while (!text.includes("down")) await once(page, "data");
  expect(text.match(/event: head/g)).toHaveLength(2);
});
