import { resolve } from "node:path";
import { IBKRError } from "../domain/ibkr-error.js";
import { nearName } from "../validation/near-name.js";
import { problem, problemOf, unknownName } from "../validation/problem.js";
import { configNames, PATHS } from "./config-options.js";

/** Where values are given, first the one that wins. */
export const GIVEN_SOURCES = ["arguments", "variable", "file"] as const;
export type GivenSource = (typeof GIVEN_SOURCES)[number];

/** A value, and where it was given. */
export interface GivenValue {
  readonly value: unknown;
  readonly source: GivenSource;
  /** The variable's name, or the file and its line; empty for arguments. */
  readonly place: string;
}

/** What one source gives, by the flat name of the option. */
export type GivenValues = ReadonlyMap<string, GivenValue>;

/** How a source is named in errors and in {@link GivenValue.place}. */
export interface SourceReader {
  readonly source: GivenSource;
  /** Names that only this source knows, beside the options. */
  readonly others?: readonly string[];
  /** Where the option, or what is in its way, stands. */
  place(name: string): string;
  /** What an error calls the option. */
  subject(name: string): string;
  /** What names of files are relative to; undefined: the process's folder, when they are opened. */
  readonly folder?: string;
}

/** @throws IBKRError `ERR_IBKR_OPTION` that names the place, the option, its value and what is allowed */
export function givenBy(reader: SourceReader, given: unknown, whole: string): GivenValues {
  const { top, sections, options, isOpen } = configNames();
  const values = new Map<string, GivenValue>();
  const take = (name: string, value: unknown) => {
    if (value !== undefined) values.set(name, givenValue(reader, name, value));
  };
  if (!isObject(given)) throw new IBKRError("ERR_IBKR_OPTION", problem(whole, given, objectWith(top)));
  for (const [name, value] of Object.entries(given)) {
    const below = sections.get(name);
    if (reader.others?.includes(name) || value === undefined) continue;
    if (below === undefined) {
      if (!options.has(name)) throw unknownOption(reader, name, top);
      take(name, value);
    } else if (name === "journal" && typeof value === "string") {
      take("journal.folder", value);
    } else if (!isObject(value)) {
      throw new IBKRError("ERR_IBKR_OPTION", problem(reader.subject(name), value, objectWith(below)));
    } else {
      for (const [part, itsValue] of Object.entries(value)) {
        if (!below.includes(part) && !isOpen(name)) throw unknownOption(reader, `${name}.${part}`, below);
        take(`${name}.${part}`, itsValue);
      }
    }
  }
  return values;
}

/** @throws IBKRError `ERR_IBKR_OPTION` */
export function givenValue(reader: SourceReader, name: string, value: unknown): GivenValue {
  const { source, folder } = reader;
  const place = reader.place(name);
  const checked = checkedOption(name, value, reader.subject(name));
  const isPath = folder !== undefined && PATHS.has(name) && typeof checked === "string";
  return { value: isPath ? resolve(folder, checked) : checked, source, place };
}

function checkedOption(name: string, value: unknown, subject: string): unknown {
  const rule = configNames().options.get(name);
  if (rule === undefined) return value;
  const result = rule.safeParse(value);
  if (result.success) return result.data;
  throw new IBKRError("ERR_IBKR_OPTION", problemOf(result.error, value, subject));
}

function unknownOption(reader: SourceReader, name: string, names: readonly string[]): IBKRError {
  const all = name.includes(".") ? names : [...names, ...(reader.others ?? [])];
  return new IBKRError("ERR_IBKR_OPTION", unknownWithHint(reader.subject(name), name, all));
}

/** `prot is not known (allowed: host, port, …): did you mean port?` */
export function unknownWithHint(subject: string, name: string, names: readonly string[]): string {
  const dot = name.indexOf(".") + 1;
  const meant = nearName(name.slice(dot), names);
  const hint = meant === undefined ? "" : `: did you mean ${name.slice(0, dot)}${meant}?`;
  return unknownName(subject, names.join(", ")) + hint;
}

function objectWith(names: readonly string[]): string {
  return `an object with ${names.join(", ")}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The options of a call. @param others names that are not the configuration's */
export function fromArguments(options: object, others: readonly string[] = []): GivenValues {
  const subject = (name: string) => name;
  return givenBy({ source: "arguments", others, place: () => "", subject }, options, "options");
}
