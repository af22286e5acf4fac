import { refused } from "../domain/check.js";
import { RING_ALIGNMENT } from "./layout.js";
import { loadAddon } from "./load.js";

/** Memory that C++ writes and any thread reads, by what one thread posts to another. */
export interface SharedHandle {
  readonly memory: Uint8Array;
  /** Of the layout; both threads must have the same. */
  readonly version: number;
}

/** So many bytes, all zero, where the ring might begin, too: at a cache line of their own. */
export function sharedBytes(bytes: number): Uint8Array {
  const shared = new SharedArrayBuffer(bytes + RING_ALIGNMENT);
  return new Uint8Array(shared, loadAddon().alignOffset(new Uint8Array(shared)), bytes);
}

/**
 * A handle may come from a thread that has another version of the package loaded: to be looked at before all else in it.
 * @param at what the handle is called
 * @throws IBKRError `ERR_IBKR_OPTION`
 */
export function checkVersion(handle: SharedHandle, version: number, at = "handle"): void {
  if (handle.version !== version) throw refused(`${at}.version`, handle.version, String(version));
}

/**
 * Without the rules of options: who only reads need not load them.
 * @throws IBKRError `ERR_IBKR_OPTION`
 */
export function checkMemory(memory: unknown, bytes: number, what: string, at = "handle"): void {
  if (!(memory instanceof Uint8Array) || !(memory.buffer instanceof SharedArrayBuffer))
    throw refused(`${at}.memory`, memory, `${what}, shared`);
  if (memory.byteLength < bytes)
    throw refused(`${at}.memory.byteLength`, memory.byteLength, `${bytes} or more`);
  if (memory.byteOffset % Float64Array.BYTES_PER_ELEMENT !== 0)
    throw refused(`${at}.memory.byteOffset`, memory.byteOffset, "a multiple of 8");
}
