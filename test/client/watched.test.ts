import { expect, test } from "vitest";
import type { Bulletin, BulletinsListener } from "../../src/broker/news-desk.js";
import type { Watch } from "../../src/broker/watch.js";
import { Calls } from "../../src/client/calls.js";
import { Watched } from "../../src/client/watched.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import { refusalOf } from "./client-stage.js";

const REFUSED = new IBKRError("ERR_IBKR_GATEWAY", "not allowed (321)", { gatewayCode: 321 });
const BULLETIN: Bulletin = { id: 1, kind: "news", text: "hello", exchange: "" };

function bench() {
  const calls = new Calls(1_000);
  const told: unknown[] = [];
  const watched = new Watched(calls, (error) => told.push(error));
  const begun: { listener: BulletinsListener; reject: (error: unknown) => void; open: boolean }[] = [];
  const begin = (listener: BulletinsListener): Watch => {
    let reject: (error: unknown) => void = () => {};
    const ready = new Promise<void>((_yes, no) => {
      reject = no;
    });
    const one = { listener, reject, open: true };
    begun.push(one);
    return {
      ready,
      close: () => {
        one.open = false;
        reject(new DOMException("closed", "AbortError"));
      },
    };
  };
  return { calls, told, watched, begun, begin };
}

test("what a watch brings is its listener's, and what ends it the listener's and the client's", () => {
  const { told, watched, begun, begin } = bench();
  const heard: unknown[] = [];
  const listener = {
    bulletin: (bulletin: Bulletin) => heard.push(bulletin),
    failed: (error: IBKRError) => heard.push(error),
  };
  watched.begin<BulletinsListener>(listener, "bulletin", begin);
  watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin);
  begun[0]?.listener.bulletin(BULLETIN);
  for (const one of begun) one.listener.failed(REFUSED);
  expect(heard).toEqual([BULLETIN, REFUSED]);
  expect(told).toEqual([REFUSED, REFUSED]);
  watched.closeAll();
  expect(begun.map(({ open }) => open)).toEqual([true, true]);
});

test("one that was refused says so to who waits, and is no crash where nobody does", async () => {
  const { watched, begun, begin } = bench();
  const watch = watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin);
  watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin);
  for (const { reject } of begun) reject(REFUSED);
  await expect(watch.ready).rejects.toBe(REFUSED);
});

test("they end with the client, and say that it is closed", async () => {
  const { calls, watched, begun, begin } = bench();
  const watch = watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin);
  const other = watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin);
  other.close();
  await expect(other.ready).rejects.toMatchObject({ name: "AbortError" });
  calls.close();
  watched.closeAll();
  expect(begun.map(({ open }) => open)).toEqual([false, false]);
  expect(await refusalOf(() => watch.ready)).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  expect(() => watched.begin<BulletinsListener>({ bulletin: () => {} }, "bulletin", begin)).toThrow(
    "the client is closed",
  );
});
