import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const CAPTURES = join(__dirname, "..", "fixtures", "captures");
/** A raw id above this has a protobuf body. */
const PROTOBUF_OFFSET = 200;

/** A frame of a capture. */
export interface CapturedFrame {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  readonly side: "server" | "client";
  readonly serverVersion: number;
  /** Whole, with its length. */
  readonly frame: Buffer;
}

/** A protobuf frame of a capture. */
export interface ProtobufFrame extends CapturedFrame {
  /** `file:line`. */
  readonly where: string;
  /** Base id. */
  readonly id: number;
  /** The frame without its length. */
  readonly payload: Buffer;
}

/** All frames of test/fixtures/captures, by file and line. */
export function capturedFrames(): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  for (const file of readdirSync(CAPTURES).filter((name) => name.endsWith(".txt"))) {
    let serverVersion = 0;
    readFileSync(join(CAPTURES, file), "utf8")
      .split("\n")
      .forEach((text, index) => {
        const [word, side, base64] = text.split(" ");
        if (word === "handshake") serverVersion = JSON.parse(text.slice(word.length)).server_version;
        if (word !== "raw" || (side !== "server" && side !== "client")) return;
        frames.push({ file, line: index + 1, side, serverVersion, frame: Buffer.from(base64, "base64") });
      });
  }
  return frames;
}

/** Their protobuf frames. */
export function protobufFrames(): ProtobufFrame[] {
  return capturedFrames().flatMap((captured) => {
    const payload = captured.frame.subarray(4);
    const rawId = payload.readUInt32BE(0);
    if (rawId <= PROTOBUF_OFFSET) return [];
    return [
      { ...captured, where: `${captured.file}:${captured.line}`, id: rawId - PROTOBUF_OFFSET, payload },
    ];
  });
}
