import { isIP } from "node:net";
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { IBKRError } from "../../domain/ibkr-error.js";
import { alertError, certificateError, tlsError } from "./tls-errors.js";
import { type PemOrFile, pemOf } from "./tls-files.js";
import type { Attempt, StreamTransport } from "./transport.js";

/** What is known of the server and of us, checked. */
export interface TlsSettings {
  readonly ca?: PemOrFile | readonly PemOrFile[] | undefined;
  readonly cert?: PemOrFile | undefined;
  readonly key?: PemOrFile | undefined;
  readonly passphrase?: string | undefined;
  readonly servername?: string | undefined;
  readonly fingerprints?: readonly string[] | undefined;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

/** TLS of Node's own, to a terminator in front of a gateway. */
export class TlsTransport implements StreamTransport {
  readonly kind = "tls";
  readonly findsHost = false;
  readonly earlyEnd: string;
  private readonly hasClientCertificate: boolean;
  private readonly pins: readonly string[];

  constructor(private readonly settings: TlsSettings) {
    this.hasClientCertificate = settings.cert !== undefined;
    this.pins = (settings.fingerprints ?? []).map(plainFingerprint);
    this.earlyEnd = this.hasClientCertificate
      ? "the gateway behind the TLS server may be down, or the server does not take the client's certificate"
      : "the gateway behind the TLS server may be down, or the server wants a certificate of the client, and there is none";
  }

  async connect(attempt: Attempt): Promise<TLSSocket> {
    const socket = begun(await this.options(attempt));
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    try {
      await this.secured(socket, attempt);
      this.verify(socket, attempt);
      return socket;
    } catch (error) {
      socket.on("error", () => {}); // whatever else it says: it is given up
      socket.destroy();
      throw error;
    }
  }

  explain(error: Error, attempt: Pick<Attempt, "host" | "port">): Error | undefined {
    return alertError(error, { ...attempt, hasClientCertificate: this.hasClientCertificate });
  }

  private async options({ host, port, address }: Attempt): Promise<ConnectionOptions> {
    const { ca, cert, key, passphrase, servername, minVersion } = this.settings;
    const roots = ca === undefined ? undefined : [ca].flat();
    const name = servername ?? (isIP(host) === 0 ? host : undefined);
    return {
      host: address,
      port,
      // An address is no name to ask for (RFC 6066); it is checked all the same.
      ...(name !== undefined && { servername: name }),
      ...(roots !== undefined && { ca: await Promise.all(roots.map((one) => pemOf("ca", one))) }),
      ...(cert !== undefined && { cert: await pemOf("cert", cert) }),
      ...(key !== undefined && { key: await pemOf("key", key) }),
      ...(passphrase !== undefined && { passphrase }),
      minVersion,
      // A certificate that is named itself needs nobody to vouch for it.
      rejectUnauthorized: !this.isPinnedAlone,
    };
  }

  private get isPinnedAlone(): boolean {
    return this.pins.length > 0 && this.settings.ca === undefined;
  }

  /** Resolves when the handshake is done. */
  private secured(socket: TLSSocket, attempt: Attempt): Promise<void> {
    const { host, port, connectTimeoutMs, handshakeTimeoutMs, signal } = attempt;
    const at = `${host}:${port}`;
    return new Promise((resolve, reject) => {
      let isConnected = false;
      let timer = setTimeout(() => {
        const message = `connect ETIMEDOUT ${at}: no answer within ${connectTimeoutMs} ms`;
        over(new IBKRError("ERR_IBKR_CONNECT", message));
      }, connectTimeoutMs);
      const over = (error?: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
        socket.off("connect", connected).off("error", failed);
        if (error === undefined) resolve();
        else reject(error);
      };
      const connected = () => {
        isConnected = true;
        clearTimeout(timer);
        timer = setTimeout(() => {
          const what = `${at} accepted the connection, but no TLS came about within ${handshakeTimeoutMs} ms`;
          over(
            new IBKRError(
              "ERR_IBKR_TLS",
              `${what}: perhaps it speaks none, or the gateway behind it is down`,
            ),
          );
        }, handshakeTimeoutMs);
      };
      const failed = (error: Error) => over(this.errorOf(error, attempt, isConnected));
      const aborted = () => over(signal.reason);
      socket.on("connect", connected).on("error", failed);
      socket.once("secureConnect", () => over());
      if (signal.aborted) aborted();
      else signal.addEventListener("abort", aborted, { once: true });
    });
  }

  private errorOf(error: Error, { host, port }: Attempt, isConnected: boolean): IBKRError {
    if (!isConnected) {
      const { code } = error as NodeJS.ErrnoException;
      const what = code === undefined ? error.message : `connect ${code} ${host}:${port}`;
      return new IBKRError("ERR_IBKR_CONNECT", what, { cause: error });
    }
    const attempt = { host, port, hasClientCertificate: this.hasClientCertificate };
    return tlsError(error, attempt);
  }

  /** What the library has not looked at: the certificate's fingerprint, and its days where that alone counts. */
  private verify(socket: TLSSocket, { host, port }: Attempt): void {
    if (this.pins.length === 0) return;
    const at = `${host}:${port}`;
    const certificate: PeerCertificate = socket.getPeerCertificate();
    const { fingerprint256 = "", valid_from, valid_to } = certificate;
    if (!this.pins.includes(plainFingerprint(fingerprint256)))
      throw certificateError(at, `is another one than transport.fingerprints allows: ${fingerprint256}`);
    const now = Date.now();
    if (now > Date.parse(valid_to)) throw certificateError(at, `has expired: it was valid until ${valid_to}`);
    if (now < Date.parse(valid_from))
      throw certificateError(at, `is not valid yet: it will be from ${valid_from}`);
  }
}

/** @throws IBKRError where certificate and key do not go together, or the passphrase is another one's */
function begun(options: ConnectionOptions): TLSSocket {
  try {
    return connect(options);
  } catch (cause) {
    const message = `transport: cert and key cannot be used: ${(cause as Error).message}`;
    throw new IBKRError("ERR_IBKR_OPTION", message, { cause });
  }
}

/** 64 digits in lower case. */
function plainFingerprint(given: string): string {
  return given.replaceAll(":", "").toLowerCase();
}
