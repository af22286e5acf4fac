import { Command, CommanderError, Option } from "commander";
import type { z } from "zod";
import { refused } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { problemOf } from "../../validation/problem.js";

/** A command line that cannot be carried out: the message names option, value and what is allowed. Exit code 2. */
export class UsageError extends Error {}

/** Exit codes, besides 128 and more for the signal that ended a command. */
export const Exit = { DONE: 0, FAILED: 1, USAGE: 2 } as const;

/** A command of `ibkr-native`. What it needs beyond its options is loaded by `run`. */
export interface CliCommand<Values = object> {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What its help says besides. */
  readonly details?: string;
  readonly options: readonly Option[];
  /**
   * @param values by the options' names in camel case
   * @returns the exit code
   * @throws UsageError for values that do not go together
   */
  run(values: Values): Promise<number>;
}

/** An option with a value that a rule checks. */
class RuledOption extends Option {
  constructor(
    flags: string,
    description: string,
    private readonly rule: () => z.ZodType,
    read: (text: string) => unknown,
  ) {
    super(flags, description);
    this.argParser((text) => {
      const value = read(text);
      const { success, data, error } = rule().safeParse(value);
      if (success) return data;
      throw new UsageError(problemOf(error, value, this.long));
    });
  }

  /** What a value has to be, in the words of the rule. */
  get allowed(): string {
    return this.rule().safeParse(undefined).error?.issues[0].message ?? "";
  }
}

/** @param rule checks the text as it was typed */
export function textOption(flags: string, description: string, rule: () => z.ZodType): Option {
  return new RuledOption(flags, description, rule, (text) => text);
}

/** @param rule checks the number; what is no number it gets as text */
export function numberOption(flags: string, description: string, rule: () => z.ZodType): Option {
  return new RuledOption(flags, description, rule, (text) =>
    text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text),
  );
}

/** @param rule checks the list */
export function listOption(flags: string, description: string, rule: () => z.ZodType): Option {
  return new RuledOption(flags, description, rule, (text) => text.split(",").map((part) => part.trim()));
}

/** An option that is there or is not. */
export function flagOption(flags: string, description: string): Option {
  return new Option(flags, description);
}

/**
 * Does something in the API's words: what it says about one of its options is said about that of the command line.
 * @param names the API's option by the command line's, for example `{ "--cash": "startingCash" }`
 */
export async function withFlagNames<T>(
  names: Readonly<Record<string, string>>,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof IBKRError) || error.code !== "ERR_IBKR_OPTION") throw error;
    for (const [flag, name] of Object.entries(names)) {
      if (!error.message.startsWith(name)) continue;
      const rest = error.message.slice(name.length).replace(/^\[\d+\]/, "");
      if (rest.startsWith(" is ")) throw new UsageError(`${flag}${rest}`);
    }
    // What stands for an option on a command line.
    if (error.message.includes(" (environment variable) is ")) throw new UsageError(error.message);
    throw error;
  }
}

/** @returns a usage error in the grammar of all refusals */
export function badUsage(flag: string, value: unknown, allowed: string): UsageError {
  return new UsageError(refused(flag, value, allowed).message);
}

/** Carries out a command line. @returns the exit code */
export async function execute(
  program: { readonly name: string; readonly summary: string; readonly version: string },
  commands: readonly CliCommand[],
  argv: readonly string[],
): Promise<number> {
  const root = new Command(program.name);
  let code: number = Exit.DONE;
  // Errors are said below, in the grammar of this package.
  root.exitOverride().configureOutput({ outputError: () => {} });
  root.description(program.summary).version(program.version, "-v, --version", "the version of this package");
  root.helpOption("-h, --help", "this text, or a command's options behind the command");
  for (const command of commands) {
    const made = root.command(command.name).summary(command.summary).description(descriptionOf(command));
    made.version(program.version, "-v, --version", "the version of this package");
    made.helpOption("-h, --help", "this text");
    for (const option of command.options) made.addOption(option);
    made.action(async (values: object) => {
      code = await command.run(values);
    });
  }
  argv = withShortVersion(argv, commands);
  const [first, second] = argv;
  const named = root.commands.find((command) => command.name() === (first === "help" ? second : first));
  try {
    checkCommand(argv, commands);
    await root.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return Exit.DONE;
    const where = named === undefined ? program.name : `${program.name} ${named.name()}`;
    const problem = error instanceof CommanderError ? problemIn(error, named ?? root) : undefined;
    if (problem === undefined && !(error instanceof UsageError)) {
      process.stderr.write(`${where}: ${(error as Error).message}\n`);
      return Exit.FAILED;
    }
    process.stderr.write(
      `${where}: ${problem ?? (error as Error).message}\n${where} --help lists the options\n`,
    );
    return Exit.USAGE;
  }
}

/** `-V` is `-v`, as people know it from other tools. An option's value stays as it is. */
function withShortVersion(argv: readonly string[], commands: readonly CliCommand[]): readonly string[] {
  const at = commands.some(({ name }) => name === argv[0]) ? 1 : 0;
  return argv[at] === "-V" ? argv.with(at, "-v") : argv;
}

function descriptionOf({ summary, details }: CliCommand): string {
  const text = `${summary[0].toUpperCase()}${summary.slice(1)}.`;
  return details === undefined ? text : `${text}\n\n${details}`;
}

/** @throws UsageError where no command, or none that there is, is named */
function checkCommand([first, second]: readonly string[], commands: readonly CliCommand[]): void {
  const known = commands.map(({ name }) => name);
  const name = first === "help" ? (second ?? known[0]) : first;
  if (name === undefined) throw new UsageError(`a command is missing (allowed: ${known.join(", ")})`);
  if (!name.startsWith("-") && !known.includes(name)) throw badUsage("the command", name, known.join(", "));
}

/** What the parser complains about, in the grammar of all refusals. */
function problemIn(error: CommanderError, command: Command): string {
  const [, flag = ""] = /'(?:-\w, )?(-{1,2}[\w-]+)/.exec(error.message) ?? [];
  const option = command.options.find(({ long, short }) => flag !== "" && (long === flag || short === flag));
  const allowed = option instanceof RuledOption ? option.allowed : "";
  switch (error.code) {
    case "commander.unknownOption":
      // Known, but given a value: `--verbose=1`.
      if (option !== undefined) return `${flag} has a value (allowed: none)`;
      return `${flag} is not known (allowed: ${command.options.map(({ long }) => long).join(", ")}, --help)`;
    case "commander.optionMissingArgument":
      return `${flag} has no value (allowed: ${allowed})`;
    case "commander.missingMandatoryOptionValue":
      return `${flag} is missing (allowed: ${allowed})`;
    case "commander.excessArguments":
      return `${command.args.map((arg) => JSON.stringify(arg)).join(" ")} is not known (allowed: options)`;
    default:
      return error.message.replace(/^error: /, "");
  }
}
