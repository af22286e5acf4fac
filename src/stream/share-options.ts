import { check } from "../domain/check.js";
import { fields, powerOfTwo } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

export interface ShareOptions {
  /**
   * How much of what came is kept for other threads, in slots of 64 bytes, of which a message takes one or more: a power
   * of two, 1,024 … 16,777,216. Who falls further behind loses messages, and is told how many. Default 65,536 (4.5 MiB).
   * The first share of a connection decides.
   */
  tapeSlots?: number | undefined;
}

const shareRules = lazily(() => fields({ tapeSlots: powerOfTwo(1_024, 16_777_216).default(65_536) }));

/** Fills in defaults. @throws IBKRError `ERR_IBKR_OPTION` */
export function resolveShareOptions(given: ShareOptions): Required<ShareOptions> {
  return check(shareRules(), given);
}
