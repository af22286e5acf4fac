import type { z as zod } from "zod";
import { fields, hostName, instance, listOf, oneOf, someOf, text, textLike } from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import { allowedHost } from "./allowed-hosts.js";
import { type ConnectFunction, CustomTransport } from "./custom-transport.js";
import { TlsTransport } from "./tls-transport.js";
import type { StreamTransport } from "./transport.js";

/**
 * TLS to a terminator (stunnel, haproxy) in front of a gateway, as a rule on another port than the gateway's: the sockets
 * of TWS and IB Gateway themselves have none.
 */
export interface TlsOptions {
  kind: "tls";
  /** Whom to trust: PEM, or the name of a file with it, or several. Default: the roots that Node brings. */
  ca?: string | readonly string[] | undefined;
  /** The client's certificate and its key: PEM, or the names of files. Both or none. */
  cert?: string | undefined;
  key?: string | undefined;
  /** Of the key. */
  passphrase?: string | undefined;
  /** The name to ask for (SNI), which the certificate has to have. Default: the host; an address is asked for by none. */
  servername?: string | undefined;
  /**
   * SHA-256 of the server's certificate, 64 hexadecimal digits, with or without colons, or several: it has to be one of
   * them. Without `ca` that is all that is asked of it, and that it is within its days.
   */
  fingerprints?: string | readonly string[] | undefined;
  /** Default `"TLSv1.2"`. */
  minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
}

/** A stream of the caller's own: a tunnel of SSH, a proxy. */
export interface CustomOptions {
  kind: "custom";
  /** Called for each attempt to connect, which ends it after `connectTimeoutMs`. */
  connect: ConnectFunction;
}

/** How bytes get to the gateway. `"tls"` is {@link TlsOptions} with nothing but defaults. */
export type TransportOptions = "tcp" | "tls" | { kind: "tcp" } | TlsOptions | CustomOptions;

const PEM = "PEM text or the name of a file with it";
const FINGERPRINT = "SHA-256 as 64 hexadecimal digits, with or without colons";
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

const oneOrMore = <T extends zod.ZodType>(rule: T, error: string) =>
  z().union([rule, someOf(rule, error)], { error });

const tlsRules = lazily(() =>
  fields({
    kind: oneOf(["tls"]),
    ca: oneOrMore(text(PEM), `${PEM}, or a list of such`).optional(),
    cert: text(PEM).optional(),
    key: text(PEM).optional(),
    passphrase: text().optional(),
    servername: hostName("a host name").optional(),
    fingerprints: oneOrMore(
      textLike(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, FINGERPRINT),
      `${FINGERPRINT}, or a list of such`,
    ).optional(),
    minVersion: oneOf(VERSIONS).default("TLSv1.2"),
  })
    // By their own names: nothing else of the object is to be shown.
    .refine(({ cert, key }) => cert === undefined || key !== undefined, {
      error: "the key of cert",
      path: ["key"],
    })
    .refine(({ cert, key }) => key === undefined || cert !== undefined, {
      error: "the certificate of key",
      path: ["cert"],
    }),
);
const customRules = lazily(() =>
  fields({
    kind: oneOf(["custom"]),
    connect: instance<ConnectFunction>(
      (value) => typeof value === "function",
      "a function that makes a stream",
    ),
  }),
);
const tcpRules = lazily(() => fields({ kind: oneOf(["tcp"]) }));

const KINDS = `"tcp", "tls", or an object with kind: "tcp", "tls" or "custom"`;

/** What is allowed for `transport`; its value is what a session takes. Undefined: TCP of the core's own. */
export const transportRule = lazily(() =>
  z()
    .preprocess(
      (given) => (given === "tcp" || given === "tls" ? { kind: given } : given),
      z().discriminatedUnion("kind", [tcpRules(), tlsRules(), customRules()], { error: KINDS }),
    )
    .transform((checked) => transportOf(checked as Checked)),
);

/** What is allowed for `allowedHosts`. */
export const allowedHostsRule = lazily(() => listOf(allowedHost(), "a list of hosts"));

type Checked =
  | { kind: "tcp" }
  | zod.output<ReturnType<typeof tlsRules>>
  | zod.output<ReturnType<typeof customRules>>;

function transportOf(checked: Checked): StreamTransport | undefined {
  switch (checked.kind) {
    case "tcp":
      return undefined;
    case "custom":
      return new CustomTransport(checked.connect);
    case "tls": {
      const { fingerprints, ...others } = checked;
      return new TlsTransport({
        ...others,
        ...(fingerprints !== undefined && { fingerprints: [fingerprints].flat() }),
      });
    }
  }
}
