/** The frames of the wire as tests write and read them: four bytes of length, then the payload. No code of `src`. */

/** A payload with its length before it. */
export function framed(payload: Uint8Array | string): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
  const out = Buffer.allocUnsafe(4 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.set(body, 4);
  return out;
}

/** A text payload: every field ended by NUL. */
export function text(...fields: (string | number)[]): Buffer {
  return Buffer.from(fields.map((field) => `${field}\0`).join(""), "utf8");
}

/** The fields of a text payload; what stands behind the last NUL is none. */
export function fieldsOf(payload: Buffer): string[] {
  return payload.toString("utf8").split("\0").slice(0, -1);
}

/** Bytes in hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** The bytes of hexadecimal digits, between which blanks may stand. */
export function bytesOf(digits: string): Buffer {
  const compact = digits.replaceAll(" ", "");
  const bytes = Buffer.from(compact, "hex");
  if (bytes.length * 2 !== compact.length) throw new Error(`"${digits}" is not hexadecimal`);
  return bytes;
}

/** Cuts a stream of bytes into payloads. */
export class FrameCutter {
  private rest: Buffer = Buffer.alloc(0);

  /** Takes what arrived and gives the payloads that are whole by now. */
  push(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const payloads: Buffer[] = [];
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readUInt32BE(0);
      if (this.rest.length < end) break;
      payloads.push(this.rest.subarray(4, end));
      this.rest = this.rest.subarray(end);
    }
    return payloads;
  }
}
