/** The oldest server version spoken: the first with the V100+ handshake. */
export const MIN_VERSION = 100;
/** The newest version of the text dialect, and stock's newest. */
export const MAX_TEXT_VERSION = 193;
/** From here on everything is protobuf. */
export const MIN_PROTOBUF_VERSION = 213;
export const MAX_VERSION = 226;

/** The range of versions a handshake offers, such as `v100..226`. */
export function offerOf(maxVersion: number): string {
  return `v${MIN_VERSION}..${maxVersion}`;
}

/** Versions that speak neither dialect whole: raw message ids, but most bodies still as text. */
export function isBetweenDialects(version: number): boolean {
  return version > MAX_TEXT_VERSION && version < MIN_PROTOBUF_VERSION;
}
