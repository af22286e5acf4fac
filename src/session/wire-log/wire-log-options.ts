import type { z as zod } from "zod";
import { integer, text } from "../../validation/rules.js";

/** Where the frames of a connection are written, for finding out what was said. */
export interface WireLogOptions {
  /** The file; older ones are beside it: `FILE.1`, `FILE.2`, … Files that are there are gone on with. */
  readonly file: string;
  /** A file is no larger, 65,536 … 1,099,511,627,776 bytes. Default 67,108,864. */
  readonly maxBytes?: number | undefined;
  /** Files at once, the newest included, 1 … 1,000. Default 4. */
  readonly maxFiles?: number | undefined;
}

export type ResolvedWireLogOptions = Required<{
  [K in keyof WireLogOptions]: NonNullable<WireLogOptions[K]>;
}>;

export const wireLogRules = () => ({
  file: text("a file to write") as zod.ZodType<string>,
  maxBytes: integer(65_536, 2 ** 40).default(67_108_864),
  maxFiles: integer(1, 1_000).default(4),
});
