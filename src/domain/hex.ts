/** Bytes as a message shows them: in hexadecimal, the first ones if there are many, and then how many there are. */
export function shownInHex(bytes: Uint8Array, mostBytes: number): string {
  const length = Math.min(bytes.length, mostBytes);
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("hex");
  return bytes.length > mostBytes ? `${shown}… (${bytes.length} bytes)` : shown;
}
