export type Ink = "plain" | "bold" | "dim" | "up" | "down" | "warn";

/** Puts a colour around text, or not. */
export type Paint = (text: string, ink: Ink) => string;

const SEQUENCES: Readonly<Record<Ink, string>> = {
  plain: "",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  up: "\x1b[32m",
  down: "\x1b[31m",
  warn: "\x1b[33m",
};

export const inColor: Paint = (text, ink) => (ink === "plain" ? text : `${SEQUENCES[ink]}${text}\x1b[0m`);
export const withoutColor: Paint = (text) => text;

/** Colours for a terminal that did not ask for none (no-color.org: NO_COLOR set and not empty). */
export function paintFor(isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): Paint {
  return isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? inColor : withoutColor;
}
