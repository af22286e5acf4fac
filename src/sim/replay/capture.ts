import { IBKRError } from "../../domain/ibkr-error.js";
/** One step of a captured conversation. */
export type Step =
  | { kind: "server"; payload: Buffer; line: number }
  /** A frame of the server with the chunk sizes it arrived in. */
  | { kind: "chunks"; payload: Buffer; sizes: number[]; line: number }
  | { kind: "client"; payload: Buffer; line: number }
  | { kind: "sleep"; ms: number; line: number }
  | { kind: "disconnect"; line: number };

/** One connection of a captured conversation. */
export interface Leg {
  serverVersion: number;
  connectionTime: string;
  steps: Step[];
}

/** A line of a capture that cannot be read. */
export class CaptureError extends IBKRError {
  /** @param file where the line is, if it is known */
  constructor(
    readonly line: number,
    private readonly what: string,
    file = "",
  ) {
    super("ERR_IBKR_FILE", `${file === "" ? "" : `${file} `}line ${line}: ${what}`);
  }

  /** The same, said of a file. */
  in(file: string): CaptureError {
    return new CaptureError(this.line, this.what, file);
  }
}

const LENGTH_BYTES = 4;
const UNITS: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000 };

/**
 * Reads a capture: lines of `handshake {json}`, `raw server|client BASE64`, `splitraw server SIZES BASE64`,
 * `sleep DURATION`, `disconnect` and `# comment`.
 * @throws CaptureError with the number of the first line that is none of these
 */
export function parseCapture(text: string): Leg[] {
  const legs: Leg[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const content = lines[i].trim();
    if (content === "" || content.startsWith("#")) continue;
    const line = i + 1;
    if (content.startsWith("handshake ")) {
      legs.push({ ...parseHandshake(content.slice("handshake ".length), line), steps: [] });
      continue;
    }
    const leg = legs.at(-1);
    if (leg === undefined) throw new CaptureError(line, "a handshake line has to come first");
    leg.steps.push(parseStep(content, line));
  }
  if (legs.length === 0) throw new CaptureError(lines.length, "there is no handshake line");
  return legs;
}

function parseHandshake(json: string, line: number): Pick<Leg, "serverVersion" | "connectionTime"> {
  let value: { server_version?: unknown; connection_time?: unknown };
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new CaptureError(line, `handshake is not JSON: ${(error as Error).message}`);
  }
  const version = value.server_version;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 100) {
    throw new CaptureError(
      line,
      `server_version is ${JSON.stringify(version)} (expected an integer from 100 on)`,
    );
  }
  return { serverVersion: version, connectionTime: String(value.connection_time ?? "") };
}

function parseStep(content: string, line: number): Step {
  const [word, ...rest] = content.split(/\s+/);
  switch (word) {
    case "raw": {
      if (rest.length !== 2 || (rest[0] !== "server" && rest[0] !== "client")) {
        throw new CaptureError(line, "expected `raw server|client BASE64`");
      }
      return { kind: rest[0], payload: parseFrame(rest[1], line), line };
    }
    case "splitraw": {
      const sizes = (rest[1] ?? "").split(",").map(Number);
      if (rest.length !== 3 || rest[0] !== "server" || sizes.some((size) => !(size > 0))) {
        throw new CaptureError(line, "expected `splitraw server SIZE,SIZE,... BASE64`");
      }
      return { kind: "chunks", payload: parseFrame(rest[2], line), sizes, line };
    }
    case "sleep":
      return { kind: "sleep", ms: parseDuration(rest[0] ?? "", line), line };
    case "disconnect":
      return { kind: "disconnect", line };
    default:
      throw new CaptureError(line, `unknown word ${JSON.stringify(word)}`);
  }
}

function parseFrame(base64: string, line: number): Buffer {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new CaptureError(line, "the frame is not base64");
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < LENGTH_BYTES || bytes.readUInt32BE(0) !== bytes.length - LENGTH_BYTES) {
    throw new CaptureError(line, `the frame has ${bytes.length} bytes, which its length field does not say`);
  }
  return bytes.subarray(LENGTH_BYTES);
}

function parseDuration(text: string, line: number): number {
  const match = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m)$/.exec(text);
  if (match === null)
    throw new CaptureError(line, `sleep is ${JSON.stringify(text)} (expected for example 250ms or 2s)`);
  return Number(match[1]) * UNITS[match[2]];
}
