import { constants } from "node:os";
import { join } from "node:path";
import { getSystemErrorName } from "node:util";
import { IBKRError } from "../domain/ibkr-error.js";
import { fileError } from "../domain/system-error.js";
import { loadAddon } from "../native/load.js";

export const LOCK_FILE = "risk.lock";

/** Who has a state folder: one gate at a time, in all processes. */
export class StateLock {
  private readonly lock = new (loadAddon().FileLock)();

  /**
   * @throws IBKRError `ERR_IBKR_RISK_LOCKED` with the process that has it, `ERR_IBKR_FILE` where the system refuses (no
   * such folder, read-only)
   */
  constructor(folder: string) {
    const path = join(folder, LOCK_FILE);
    const { errno, processId } = this.lock.take(path);
    if (errno === 0) return;
    if (errno === constants.errno.EWOULDBLOCK) {
      const who = processId > 0 ? `process ${processId}` : "another process";
      const message = `the risk gate's state is in use: ${who} holds ${JSON.stringify(path)}`;
      throw new IBKRError("ERR_IBKR_RISK_LOCKED", message);
    }
    const code = getSystemErrorName(-errno);
    throw fileError("the risk gate's state", path, "written", { code, message: code });
  }

  /** The system does the same when the process ends, however it does. */
  release(): void {
    this.lock.release();
  }
}
