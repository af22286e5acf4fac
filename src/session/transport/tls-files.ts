import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { IBKRError } from "../../domain/ibkr-error.js";
import { fileError } from "../../domain/system-error.js";

/** PEM, or the name of a file with it. */
export type PemOrFile = string;

const PEM = /-----BEGIN /;

/**
 * Read at each connect: a certificate that was renewed is taken with the next one.
 * @param what the option: `ca`, `cert`, `key`
 * @throws IBKRError `ERR_IBKR_FILE` for a file that cannot be read, or has none; `ERR_IBKR_OPTION` for text that is none
 */
export async function pemOf(what: string, given: PemOrFile): Promise<string> {
  const isFile = !PEM.test(given);
  const text = isFile ? await contentsOf(what, given) : given;
  const expected = what === "key" ? "a private key" : "a certificate";
  // What is secret is not shown.
  if (what === "key" ? !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) : !isCertificate(text))
    throw isFile
      ? new IBKRError(
          "ERR_IBKR_FILE",
          `transport.${what} ${JSON.stringify(given)} has not ${expected} in PEM`,
        )
      : new IBKRError("ERR_IBKR_OPTION", `transport.${what} is PEM without ${expected}`);
  return text;
}

async function contentsOf(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw fileError(`transport.${what}`, file, "read", cause);
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).fingerprint256 !== "";
  } catch {
    return false; // whatever else it is
  }
}
