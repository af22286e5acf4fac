import type { z as zod } from "zod";
import { IBKRError } from "../domain/ibkr-error.js";
import { z } from "../validation/zod.js";
import { configNames } from "./config-options.js";
import { OPTION_TEXTS, type OptionText } from "./option-texts.js";
import { PERFORMANCE_PROFILES } from "./profiles.js";
import { VARIABLES } from "./variables.js";

/** An option as a page or an editor shows it. */
export interface OptionFacts {
  readonly name: string;
  /** Of the option itself; undefined: none, or it follows from another. */
  readonly default: unknown;
  /** Where the default comes from, if not from the option itself. */
  readonly decidedBy: string | undefined;
  /** In the words of its error. */
  readonly allowed: string;
  readonly text: OptionText;
  /** Variables of the environment that stand for it. */
  readonly variables: readonly string[];
}

const DECIDED_BY: Readonly<Record<string, string>> = {
  port: "the environment's: 4002 (paper), 4001 (live)",
  maxReqPerSec: "half of `lines`",
  "logging.connection": "`logLevel`",
  "logging.orders": "`logLevel`",
  "logging.operations": "`logLevel`",
  "logging.data": "`logLevel`",
};

/** The facts of each option by group; an option without a text, or a text without an option, is an error. */
export function optionFacts(): ReadonlyMap<string, readonly OptionFacts[]> {
  const { options } = configNames();
  const texts = Object.values(OPTION_TEXTS).flatMap((group) => Object.keys(group));
  const odd = [...options.keys()].filter((name) => !texts.includes(name));
  odd.push(...texts.filter((name) => !options.has(name)));
  if (odd.length > 0)
    throw new IBKRError("ERR_IBKR_INTERNAL", `options and their texts differ: ${odd.join(", ")}`);
  return new Map(
    Object.entries(OPTION_TEXTS).map(([group, its]) => [
      group,
      Object.entries(its).map(([name, text]) => {
        const rule = options.get(name) as zod.ZodType;
        const decidedBy = DECIDED_BY[name] ?? (isOfProfile(name) ? "the profile's" : undefined);
        const value = decidedBy === undefined ? rule.safeParse(undefined).data : undefined;
        return {
          name,
          text,
          decidedBy,
          default: value,
          allowed: allowedBy(rule),
          variables: VARIABLES[name] ?? [],
        };
      }),
    ]),
  );
}

function isOfProfile(name: string): boolean {
  return name === "journal.fsync" || name in PERFORMANCE_PROFILES.balanced;
}

/** What a rule says to something that nothing allows. */
function allowedBy(rule: zod.ZodType): string {
  return rule.safeParse(Symbol("nothing")).error?.issues[0].message ?? "";
}

type Json = Record<string, unknown>;

/** The JSON schema (draft 7) of a configuration file, for editors. */
export function configSchema(): Json {
  const properties: Json = { $schema: { type: "string", description: "This schema, for editors." } };
  for (const facts of [...optionFacts().values()].flat()) {
    const [section, part] = facts.name.split(".");
    if (part === undefined) {
      properties[section] = schemaOf(facts);
      continue;
    }
    properties[section] ??= sectionSchema(section);
    ((properties[section] as Json)["properties"] as Json)[part] = schemaOf(facts);
  }
  const { journal } = properties;
  properties["journal"] = { anyOf: [{ type: "string", minLength: 1, description: "The folder." }, journal] };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of ibkr-native",
    type: "object",
    additionalProperties: false,
    properties,
  };
}

function sectionSchema(section: string): Json {
  return { type: "object", additionalProperties: configNames().isOpen(section), properties: {} };
}

function schemaOf({ name, text: [unit, meaning], allowed, decidedBy, default: value }: OptionFacts): Json {
  const rule = configNames().options.get(name) as zod.ZodType;
  const {
    $schema: _schema,
    default: _value,
    ...made
  } = z().toJSONSchema(rule, {
    target: "draft-7",
    unrepresentable: "any",
    io: "output",
  }) as Json;
  // The refinements of these rules are code: what they mean is in what they say.
  if (/^(an integer|a power of two|0, or an integer|\d+ to \d+ )/.test(allowed)) made["type"] = "integer";
  if (/^a number above 0/.test(allowed)) Object.assign(made, { type: "number", exclusiveMinimum: 0 });
  if (name === "risk") made["type"] = "object";
  const said = meaning.replaceAll("`", "");
  const by = decidedBy === undefined ? "" : ` Default: ${decidedBy.replaceAll("`", "")}.`;
  const description = `${said[0].toUpperCase()}${said.slice(1)}. Allowed: ${allowed}${unit === "" ? "" : ` (${unit})`}.${by}`;
  return { ...made, description, ...(value !== undefined && { default: value }) };
}
