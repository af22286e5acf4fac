import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./load.js";

let known: string | undefined;

/** The version of this package. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string })
    .version;
  return known;
}
