import { EventName } from "@stoqey/ib";
import { check } from "../../domain/check.js";
import type { IBKRError } from "../../domain/ibkr-error.js";
import { redactAccounts } from "../../domain/redaction.js";
import type { RingRecord } from "../../native/ring-record.js";
import { decodePayload } from "../../protocol/codec.js";
import { INCOMING } from "../../protocol/messages.js";
import { fields } from "../../validation/rules.js";
import type { Interest, SessionObserver } from "../observer.js";
import type { Session } from "../session.js";
import { WireLogFile } from "./wire-log-file.js";
import { frameLine, headOf, noteLine } from "./wire-log-line.js";
import { type ResolvedWireLogOptions, type WireLogOptions, wireLogRules } from "./wire-log-options.js";

/** Signs of a list of accounts in an old layout: number, version, list. */
const LIST_AT = 2;

/**
 * Every frame of a session, both ways, in a file: for finding out what was said. Account ids are masked. While it is on, each frame
 * comes to JavaScript, and orders take the general path; the frame of an armed order that the core sends is not there, a note is.
 */
export class WireLog implements SessionObserver {
  readonly interest: Interest = { kinds: 0, received: false, sent: false, frames: true };
  private readonly options: ResolvedWireLogOptions;
  private readonly file: WireLogFile;
  private readonly detach: () => void;
  /** Something of the newest connection is there. */
  private isOpen = false;

  /** Hears once why nothing is written any more. */
  failed: (error: IBKRError) => void = () => {};

  /**
   * Begins; before the session connects.
   * @throws IBKRError `ERR_IBKR_FILE` where the file cannot be written, `ERR_IBKR_OPTION`
   */
  constructor(
    private readonly session: Session,
    options: WireLogOptions,
  ) {
    this.options = check(fields(wireLogRules()), options, "wireLog") as ResolvedWireLogOptions;
    this.file = new WireLogFile(this.options, (error) => this.failed(error));
    this.detach = session.observers.attach(this);
  }

  frame(way: "in" | "out", payload: string | Uint8Array): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    const { serverVersion } = this.session;
    if (!this.isOpen) {
      this.isOpen = true;
      this.note(`connected, server version ${serverVersion}`);
    }
    if (way === "in") this.learn(bytes, serverVersion);
    this.file.add(frameLine(now(), way, bytes, serverVersion, this.options.maxBytes));
  }

  event(name: string): void {
    if (name !== EventName.disconnected) return;
    this.isOpen = false;
    this.note("disconnected");
  }

  armedLeft(id: number): void {
    this.note(`the armed order ${id} has left`);
  }

  hot(_record: RingRecord): void {}

  close(): void {
    // What tells of the end comes in the next turn.
    if (this.isOpen) this.note("disconnected");
    this.detach();
    this.file.close();
  }

  private note(text: string): void {
    this.file.add(noteLine(now(), this.session.serverVersion, text));
  }

  /** Accounts of the login, whatever their form: before the line that names them is made. */
  private learn(payload: Uint8Array, version: number): void {
    const { id, isProtobuf } = headOf("in", payload, version);
    if (id !== INCOMING.MANAGED_ACCTS.id) return;
    try {
      const list = isProtobuf
        ? decodePayload("ManagedAccounts", payload).accountsList
        : Buffer.from(payload).toString("utf8").split("\0")[LIST_AT];
      redactAccounts((list ?? "").split(","));
    } catch {
      // What cannot be read is told by whoever reads it; its line has what there is.
    }
  }
}

function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
