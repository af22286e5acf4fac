import { describe, expect, test } from "vitest";
import { displayFor, LineDisplay, TerminalDisplay, type View } from "../../../src/cli/demo/display.js";
import { EventList } from "../../../src/cli/demo/event-list.js";
import { withoutColor } from "../../../src/cli/demo/style.js";
import { APPLE } from "./rows.js";

class Output {
  text = "";
  constructor(
    readonly isTTY: boolean,
    readonly columns = 100,
    readonly rows = 30,
  ) {}
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

const ENTER = "\x1b[?1049h";
const HOME = "\x1b[H";
const LEAVE = "\x1b[?1049l";

function view(events: EventList): View {
  return { title: "the title", elapsed: 1, status: "1 ticks/s", rows: [APPLE], events: events.lines };
}

describe("where the demo shows itself", () => {
  test("a terminal: in place, then the first screen again with the table and everything that happened", () => {
    const out = new Output(true);
    const display = displayFor(out.stream, withoutColor, { TERM: "xterm" });
    expect(display).toBeInstanceOf(TerminalDisplay);
    const events = new EventList();
    events.note("order 1  Submitted");
    const listeners = process.listenerCount("exit");
    display.start();
    expect(process.listenerCount("exit")).toBe(listeners + 1);
    display.show(view(events));
    const first = out.text.length;
    display.show(view(events));
    expect(out.text.slice(0, first)).toContain(ENTER);
    const second = out.text.slice(first);
    expect(second.startsWith(`${HOME}the title`)).toBe(true);
    expect(second).not.toContain(ENTER);
    display.stop(view(events));
    expect(process.listenerCount("exit")).toBe(listeners);
    const [, after] = out.text.split(LEAVE);
    expect(after).toMatch(/^the title\n\nSYMBOL.*\nAAPL.*308\.49.*\n\n.*order 1 {2}Submitted\n$/);
    expect(after).not.toContain("\x1b");
  });

  test("anything else: lines, without escapes", () => {
    for (const [isTTY, env] of [
      [false, { TERM: "xterm" }],
      [true, { TERM: "dumb" }],
    ] as const) {
      const out = new Output(isTTY);
      const display = displayFor(out.stream, withoutColor, env);
      expect(display).toBeInstanceOf(LineDisplay);
      const events = new EventList((line) => display.announce(line));
      display.start();
      display.show(view(events));
      events.note("order 1  Submitted");
      display.show(view(events));
      display.stop(view(events));
      expect(out.text).not.toContain("\x1b");
      expect(out.text.match(/the title/g)).toHaveLength(1);
      expect(out.text.match(/1 ticks\/s/g)).toHaveLength(2);
      expect(out.text).toMatch(/order 1 {2}Submitted\n(.*\n)+AAPL.*308\.49/);
    }
  });
});

describe("the list of events", () => {
  test("counts repeated notices instead of repeating them", () => {
    const announced: string[] = [];
    const events = new EventList((line) => announced.push(line.text));
    events.notice("farm is OK", "aside");
    events.notice("farm is OK", "aside");
    events.notice("price 1", "warning", "price");
    events.notice("price 2", "warning", "price");
    events.note("order 1");
    events.note("order 1");
    expect(events.lines.map(({ text, times }) => [text, times])).toEqual([
      ["farm is OK", 2],
      ["price 1", 2],
      ["order 1", 1],
      ["order 1", 1],
    ]);
    expect(announced).toEqual(["farm is OK", "price 1", "order 1", "order 1"]);
  });
});
