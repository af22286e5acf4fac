import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const CAPTURES = join(__dirname, "..", "fixtures", "captures");

/** A protobuf frame of a capture. */
export interface CapturedFrame {
  readonly where: string;
  readonly side: "server" | "client";
  readonly serverVersion: number;
  /** Base id. */
  readonly id: number;
  /** The frame without its length. */
  readonly payload: Buffer;
}

/** All protobuf frames of test/fixtures/captures. */
export function protobufFrames(): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  for (const file of readdirSync(CAPTURES).filter((name) => name.endsWith(".txt"))) {
    let serverVersion = 0;
    readFileSync(join(CAPTURES, file), "utf8")
      .split("\n")
      .forEach((line, index) => {
        const [word, side, base64] = line.split(" ");
        if (word === "handshake") serverVersion = JSON.parse(line.slice(word.length)).server_version;
        if (word !== "raw" || (side !== "server" && side !== "client")) return;
        const payload = Buffer.from(base64, "base64").subarray(4);
        const rawId = payload.readUInt32BE(0);
        if (rawId <= 200) return;
        frames.push({ where: `${file}:${index + 1}`, side, serverVersion, id: rawId - 200, payload });
      });
  }
  return frames;
}
