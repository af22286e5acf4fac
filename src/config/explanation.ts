import { inspect } from "node:util";
import type { ConfigEntries, ConfigEntry, ConfigSource } from "./config-entry.js";
import { shownValue } from "./guards.js";

/** Where each value comes from; account ids are redacted. */
export class ConfigExplanation {
  /** By option, `port` and `live.pnl`. */
  readonly entries: Readonly<Record<string, ConfigEntry>>;

  /** @param file the file that was read */
  constructor(
    entries: ConfigEntries,
    readonly file: string | undefined,
  ) {
    this.entries = Object.freeze(
      Object.fromEntries([...entries].map(([name, entry]) => [name, redacted(entry)])),
    );
  }

  /** A table with a row for each option. */
  toString(): string {
    const rows = Object.values(this.entries).map((entry) => [
      entry.name,
      textOf(entry.value),
      sourceOf(entry.source, entry.place),
      entry.overridden
        .map(({ value, source, place }) => `${textOf(value)}, ${sourceOf(source, place)}`)
        .join("; "),
    ]);
    const table = [["option", "value", "from", "instead of"], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    return table
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

const WORDS: Readonly<Record<ConfigSource, (place: string) => string>> = {
  arguments: () => "arguments",
  variable: (place) => place,
  file: (place) => place,
  profile: (place) => `profile ${place}`,
  environment: (place) => `environment ${place}`,
  option: (place) => `option ${place}`,
  default: () => "default",
};

function sourceOf(source: ConfigSource, place: string): string {
  return WORDS[source](place);
}

function redacted(entry: ConfigEntry): ConfigEntry {
  const { name } = entry;
  const overridden = entry.overridden.map((other) => ({
    ...other,
    value: shownValue({ name, value: other.value }),
  }));
  return Object.freeze({ ...entry, value: shownValue(entry), overridden: Object.freeze(overridden) });
}

const SHOWN_LENGTH = 60;

function textOf(value: unknown): string {
  if (value === undefined) return "–";
  if (typeof value === "string") return value;
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
