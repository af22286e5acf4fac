import { IBKRError } from "../domain/ibkr-error.js";
import { nearName } from "../validation/near-name.js";
import { problem } from "../validation/problem.js";
import { type GivenValue, type GivenValues, givenValue, type SourceReader } from "./sources.js";

const PREFIX = "IBKR_";

/** Variables of the environment by option; of several the first that is set. The last ones are stock's. */
export const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  host: ["IBKR_HOST", "IB_HOST"],
  port: ["IBKR_PORT", "IB_PORT"],
  clientId: ["IBKR_CLIENT_ID"],
  environment: ["IBKR_ENVIRONMENT"],
  profile: ["IBKR_PROFILE"],
  account: ["IBKR_ACCOUNT"],
  readOnly: ["IBKR_READ_ONLY"],
  logLevel: ["IBKR_LOG_LEVEL"],
  maxReqPerSec: ["MAX_REQ_PER_SECOND"],
};

/** Names a configuration file. */
export const FILE_VARIABLE = "IBKR_CONFIG";

const FLAGS: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

/**
 * An empty variable is none.
 * @throws IBKRError `ERR_IBKR_OPTION` that names the variable, its value and what is allowed, also for one whose name
 *   looks like a misspelt one
 */
export function fromVariables(env: NodeJS.ProcessEnv): GivenValues {
  refuseMisspelt(env);
  const values = new Map<string, GivenValue>();
  for (const [option, variables] of Object.entries(VARIABLES)) {
    const variable = variables.find((name) => env[name]);
    if (variable === undefined) continue;
    const subject = `${variable} (environment variable)`;
    const reader: SourceReader = { source: "variable", place: () => variable, subject: () => subject };
    values.set(option, givenValue(reader, option, valueIn(option, env[variable] as string, subject)));
  }
  return values;
}

function valueIn(option: string, text: string, subject: string): unknown {
  if (option !== "readOnly") return text;
  const flag = FLAGS[text.trim().toLowerCase()];
  if (flag === undefined) throw new IBKRError("ERR_IBKR_OPTION", problem(subject, text, "true, false, 1, 0"));
  return flag;
}

/** `IBKR_READONLY` would leave a program that is only to look free to trade. Other names may be other programs'. */
function refuseMisspelt(env: NodeJS.ProcessEnv): void {
  const ours = [...Object.values(VARIABLES).flat(), FILE_VARIABLE].filter((name) => name.startsWith(PREFIX));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || ours.includes(name) || !env[name]) continue;
    const meant = misspeltFrom(name, ours);
    if (meant === undefined) continue;
    const allowed = ours.join(", ");
    throw new IBKRError(
      "ERR_IBKR_OPTION",
      `${name} (environment variable) is not known (allowed: ${allowed}): did you mean ${meant}?`,
    );
  }
}

/** Other underscores, or a letter or two that differ; with something behind it, it is another name. */
function misspeltFrom(name: string, ours: readonly string[]): string | undefined {
  const plain = (text: string) => text.replaceAll("_", "");
  const same = ours.find((known) => plain(known) === plain(name));
  if (same !== undefined) return same;
  const part = name.slice(PREFIX.length);
  const meant = nearName(
    part,
    ours.map((known) => known.slice(PREFIX.length)),
  );
  const isOther = meant === undefined || /\d/.test(part) || part.includes(meant) || meant.includes(part);
  return isOther ? undefined : PREFIX + meant;
}
