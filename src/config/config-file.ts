import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Document, LineCounter, Node } from "yaml";
import { refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { fileError } from "../domain/system-error.js";
import { type GivenValues, givenBy, type SourceReader } from "./sources.js";

/** What a file says, and the line of each option; undefined where there are no lines. */
interface Content {
  readonly value: unknown;
  lineOf(path: readonly string[]): number | undefined;
}

/** Names the schema for an editor. */
const EDITORS = ["$schema"];

const FORMS: Readonly<Record<string, (file: string) => Promise<Content>>> = {
  ".json": readJson,
  ".yaml": readYaml,
  ".yml": readYaml,
  ".js": readModule,
  ".mjs": readModule,
  ".cjs": readModule,
  ".ts": readTypeScript,
  ".mts": readTypeScript,
  ".cts": readTypeScript,
};

/**
 * Options from a file; names of files in it are relative to its folder.
 * @param subject what named the file, for errors
 * @throws IBKRError `ERR_IBKR_FILE` for a file that cannot be read or is not of its form, `ERR_IBKR_OPTION` that names file,
 *   line, option, value and what is allowed
 */
export async function fromFile(file: string, subject = "config"): Promise<GivenValues> {
  const read = FORMS[extname(file).toLowerCase()];
  if (read === undefined)
    throw refused(subject, file, `a file that ends in ${Object.keys(FORMS).join(", ")}`);
  const { value, lineOf } = await read(file);
  const place = (name: string) => {
    const line = lineOf(name.split("."));
    return line === undefined ? basename(file) : `${basename(file)}:${line}`;
  };
  const reader: SourceReader = {
    source: "file",
    others: EDITORS,
    place,
    subject: (name) => `${place(name)}: ${name}`,
    folder: dirname(resolve(file)),
  };
  return givenBy(reader, value, basename(file));
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: unknown) => {
    throw fileError("configuration", file, "read", error);
  });
}

async function readYaml(file: string): Promise<Content> {
  const { document, lines } = await documentOf(await textOf(file));
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw notOfItsForm(file, fault.linePos?.[0].line, "YAML", fault);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw notOfItsForm(file, undefined, "YAML", error);
  }
  // An empty file says nothing.
  return { value: value ?? {}, lineOf: await lineFinder(document, lines) };
}

async function readJson(file: string): Promise<Content> {
  const source = await textOf(file);
  // Every JSON is YAML: its parser knows where things are, and hears of a name that is there twice.
  const { document, lines } = await documentOf(source);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    throw notOfItsForm(
      file,
      lines.linePos(at === undefined ? source.length : Number(at)).line,
      "JSON",
      error,
    );
  }
  const twice = document.errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (twice !== undefined) throw notOfItsForm(file, twice.linePos?.[0].line, "JSON", twice);
  return { value, lineOf: await lineFinder(document, lines) };
}

async function documentOf(source: string): Promise<{ document: Document.Parsed; lines: LineCounter }> {
  // Only who has a file waits for the parser to load.
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  return { document: parseDocument(source, { lineCounter: lines }), lines };
}

async function lineFinder(document: Document.Parsed, lines: LineCounter): Promise<Content["lineOf"]> {
  const { isMap, isScalar } = await import("yaml");
  return (path) => {
    let node: unknown = document.contents;
    let line: number | undefined;
    for (const name of path) {
      if (!isMap(node)) break;
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      const range = (pair?.key as Node | undefined)?.range;
      if (pair === undefined || range == null) break;
      line = lines.linePos(range[0]).line;
      node = pair.value;
    }
    return line;
  };
}

async function readModule(file: string): Promise<Content> {
  return await contentOf(file, () => import(pathToFileURL(resolve(file)).href));
}

/** Of Node 20, which knows no types; loaded by who has such a file. */
async function readTypeScript(file: string): Promise<Content> {
  return await contentOf(file, async () => {
    const { createJiti } = await import("jiti");
    // No cache: nothing is written beside the program, and a file that has changed is read anew.
    const jiti = createJiti(resolve(file), { fsCache: false, moduleCache: false });
    return await jiti.import(resolve(file));
  });
}

async function contentOf(file: string, load: () => Promise<unknown>): Promise<Content> {
  // An import that fails says neither that nor why the file cannot be read.
  await textOf(file);
  try {
    const value = optionsIn(await load());
    return { value: await (typeof value === "function" ? value() : value), lineOf: () => undefined };
  } catch (cause) {
    const { message } = cause as Error;
    throw new IBKRError(
      "ERR_IBKR_FILE",
      `configuration ${JSON.stringify(file)} cannot be loaded: ${message}`,
      {
        cause,
      },
    );
  }
}

/** The default export, also that of a CommonJS module that was an ES module once. */
function optionsIn(module: unknown): unknown {
  let value = module;
  while (typeof value === "object" && value !== null && "default" in value) value = value.default;
  return value;
}

function notOfItsForm(file: string, line: number | undefined, form: string, cause: unknown): IBKRError {
  // The first line says what; a picture of the place follows.
  const [what] = (cause as Error).message.replace(/ at line \d+, column \d+/, "").split(/:?\n/);
  const place = line === undefined ? basename(file) : `${basename(file)}:${line}`;
  return new IBKRError("ERR_IBKR_FILE", `${place} is not ${form}: ${what}`, { cause });
}
