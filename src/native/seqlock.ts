import { IBKRError } from "../domain/ibkr-error.js";

/** A write takes some ten nanoseconds: who meets it this often has met a writer that the system has interrupted. */
const TRIES = 200;
const PAUSE_MS = 0.05;
/** Of pauses, together a second or more: nobody interrupts a thread for so long. */
const MOST_PAUSES = 20_000;

/**
 * After the given number of vain tries lets the writer have the core, should it be waiting for this one.
 * @param pause word that is always 0
 * @throws IBKRError `ERR_IBKR_INTERNAL` where that has not helped for a second
 */
export function waitForWriter(words: Int32Array, pause: number, tries: number, what: string): void {
  if (tries < TRIES) return;
  if (tries >= TRIES + MOST_PAUSES)
    throw new IBKRError("ERR_IBKR_INTERNAL", `${what} cannot be read: whoever writes it ended in the middle`);
  Atomics.wait(words, pause, 0, PAUSE_MS);
}
