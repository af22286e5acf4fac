import { createColors } from "picocolors";

export type Ink = "plain" | "bold" | "dim" | "up" | "down" | "warn";

/** Puts a colour around text, or not. */
export type Paint = (text: string, ink: Ink) => string;

const { bold, dim, green, red, yellow } = createColors(true);
const INKS: Readonly<Record<Ink, (text: string) => string>> = {
  plain: (text) => text,
  bold,
  dim,
  up: green,
  down: red,
  warn: yellow,
};

export const inColor: Paint = (text, ink) => INKS[ink](text);
export const withoutColor: Paint = (text) => text;

/** Colours for a terminal that did not ask for none (no-color.org: NO_COLOR set and not empty). */
export function paintFor(isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): Paint {
  return isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? inColor : withoutColor;
}
