import { IBKRError } from "./ibkr-error.js";

/*
 * What the system refuses, in words: Node's own name neither the file that a part of the program wanted nor what to do.
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ENOSPC: "there is no room left",
  EROFS: "it is on a disk that cannot be written",
  EMFILE: "too many files are open",
  EADDRINUSE: "the port is in use (allowed: one that is free, or 0, and the system chooses)",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host",
  ECONNREFUSED: "nobody listens there",
};

/**
 * @param what whose file it is: `scenario`
 * @returns `scenario "day.yaml" cannot be read: there is no such file or folder (ENOENT)`
 */
export function fileError(what: string, file: string, deed: "read" | "written", cause: unknown): IBKRError {
  const message = `${what} ${JSON.stringify(file)} cannot be ${deed}: ${reasonOf(cause)}`;
  return new IBKRError("ERR_IBKR_FILE", message, { cause });
}

/** @returns `cannot listen on 127.0.0.1:4002: the port is in use (…) (EADDRINUSE)` */
export function listenError(host: string, port: number, cause: unknown): IBKRError {
  return new IBKRError("ERR_IBKR_LISTEN", `cannot listen on ${host}:${port}: ${reasonOf(cause)}`, { cause });
}

/** What the system said, with its code, in words where there are some. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  return reason === undefined ? message : `${reason} (${code})`;
}
