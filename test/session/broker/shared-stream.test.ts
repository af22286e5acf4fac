import { describe, expect, test } from "vitest";
import type { Pending, Requests } from "../../../src/session/broker/requests.js";
import { SharedStream } from "../../../src/session/broker/shared-stream.js";

/** A connection on which the test says what comes. */
function stage() {
  const sent: string[] = [];
  let heard: Pending | undefined;
  const requests = {
    send: (method: string) => sent.push(method),
    takeBack: (method: string) => sent.push(method),
    listen: (pending: Pending) => {
      heard = pending;
      return () => {
        heard = undefined;
      };
    },
  } as unknown as Requests;
  const stream = new SharedStream(requests, {
    begin: ["begin", []],
    end: ["end", []],
    isEnd: (name) => name === "last",
  });
  const user = (name: string, log: string[]) => ({
    take: (event: string) => log.push(`${name} ${event}`),
    complete: () => log.push(`${name} complete`),
    fail: (error: unknown) => log.push(`${name} ${error}`),
  });
  return {
    sent,
    stream,
    user,
    come: (...events: string[]) => {
      for (const event of events) heard?.take(event, []);
    },
    fail: (error: string) => heard?.fail(error),
    isHeard: () => heard !== undefined,
  };
}

describe("a subscription that all share", () => {
  test("who comes in the middle of an answer is complete with his own", () => {
    const { stream, user, come } = stage();
    const log: string[] = [];
    stream.use(user("A", log));
    come("a");
    stream.use(user("B", log));
    come("b", "last");
    expect(log.filter((line) => line.endsWith("complete"))).toEqual(["A complete"]);
    come("a", "b", "last");
    expect(log.filter((line) => line.endsWith("complete"))).toEqual(["A complete", "B complete"]);
    expect(log.filter((line) => line.startsWith("B"))).toEqual(
      ["b", "last", "a", "b", "last", "complete"].map((event) => `B ${event}`),
    );
  });

  test("it is ended behind the last answer, when the last user has left", () => {
    const { stream, user, come, sent, isHeard } = stage();
    const log: string[] = [];
    const [leaveA, leaveB] = [stream.use(user("A", log)), stream.use(user("B", log))];
    leaveA();
    come("last");
    leaveB();
    expect([sent, isHeard()]).toEqual([["begin", "begin"], true]);
    come("last");
    leaveB();
    expect([sent, isHeard(), log]).toEqual([["begin", "begin", "end"], false, ["B last"]]);
    stream.use(user("C", log));
    come("last");
    expect(log.slice(1)).toEqual(["C last", "C complete"]);
  });

  test("a user who leaves while another is told of an event is told no more", () => {
    const { stream, user, come } = stage();
    const log: string[] = [];
    let leave = () => {};
    stream.use({ ...user("A", log), take: () => leave() });
    leave = stream.use(user("B", log));
    come("a");
    expect(log).toEqual([]);
  });

  test("all users hear of its end, and it begins anew", () => {
    const { stream, user, come, fail, sent } = stage();
    const log: string[] = [];
    stream.use(user("A", log));
    stream.use(user("B", log));
    fail("lost");
    expect(log).toEqual(["A lost", "B lost"]);
    stream.use(user("C", log));
    come("last");
    expect([log.slice(2), sent]).toEqual([
      ["C last", "C complete"],
      ["begin", "begin", "begin"],
    ]);
  });
});
