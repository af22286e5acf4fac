import { EventName, type IBApi } from "../../index.js";
import type { Changes } from "./changes.js";

const CLIENT_ID_IN_USE = 326;
const CONNECT_FAILED = 502;
/** Everything up to the first order id: connecting, handshake, and the gateway's own start. */
const READY_MS = 20_000;
/** Some gateways name the accounts after the first order id. */
const ACCOUNTS_MS = 1_000;

/** What the demo knows about its connection. */
export class GatewayLink {
  serverVersion = 0;
  accounts: readonly string[] = [];
  nextOrderId = 0;
  /** Why the connection failed or ended; empty while it stands. */
  failure = "";
  private connected = false;
  private closing = false;

  constructor(
    private readonly ib: IBApi,
    private readonly where: string,
    private readonly clientId: number,
    private readonly changes: Changes,
  ) {
    ib.on(EventName.server, (version) => {
      this.serverVersion = version;
      this.connected = true;
      changes.happened();
    });
    ib.on(EventName.managedAccounts, (list) => {
      this.accounts = list.split(",").filter((account) => account !== "");
      changes.happened();
    });
    ib.on(EventName.nextValidId, (id) => {
      this.nextOrderId = id;
      changes.happened();
    });
    ib.on(EventName.error, (error, code) => this.takeError(error.message, code));
    // Without a request id, which some gateways leave out here, it comes as a notice.
    ib.on(EventName.info, (message, code) => {
      if (code === CLIENT_ID_IN_USE) this.takeError(message, code);
    });
    ib.on(EventName.disconnected, () => this.fail(`${this.where} closed the connection`));
  }

  /**
   * Connects, and waits until there is what the caller needs: an order id, before which a gateway takes nothing, or
   * the handshake alone, because a capture need not hold more.
   * @throws Error that says what to look at
   */
  async open(needed: "order id" | "handshake"): Promise<void> {
    this.ib.connect();
    const isReady = () => (needed === "handshake" ? this.connected : this.nextOrderId > 0);
    const ended = () => isReady() || this.failure !== "";
    await this.changes.until(ended, READY_MS);
    if (this.failure !== "") throw new Error(this.failure);
    if (!isReady()) {
      const missing = this.connected ? "a next order id (is it logged in?)" : "an answer to the handshake";
      throw new Error(`${this.where} did not send ${missing} within ${READY_MS / 1000} s`);
    }
    if (needed === "order id") await this.changes.until(() => this.accounts.length > 0, ACCOUNTS_MS);
  }

  close(): void {
    if (this.failure !== "" || this.closing) return;
    this.closing = true;
    this.ib.disconnect();
  }

  private takeError(message: string, code: number): void {
    if (code === CLIENT_ID_IN_USE) {
      this.fail(`client id ${this.clientId} is in use at ${this.where}: choose another one with --client-id`);
    } else if (code === CONNECT_FAILED) {
      this.fail(
        `no connection to ${this.where}: ${message}. Is TWS or IB Gateway running there, with API connections ` +
          "enabled on that port?",
      );
    } else if (!this.connected) {
      this.fail(`${this.where}: ${message} (${code})`);
    }
  }

  private fail(why: string): void {
    if (this.failure === "" && !this.closing) this.failure = why;
    this.changes.happened();
  }
}
