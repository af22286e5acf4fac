import { IBKRError } from "../../domain/ibkr-error.js";

/*
 * What OpenSSL and Node call failures of TLS, in words. Their codes come from two tables: those of a certificate's check,
 * and those of the library's own errors, which begin with ERR_SSL_.
 */

/** Why a certificate is not taken. */
const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "is signed by itself, and not among those of ca",
  SELF_SIGNED_CERT_IN_CHAIN: "is signed by a root that is not among those of ca",
  UNABLE_TO_GET_ISSUER_CERT: "is signed by nobody that ca knows",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "is signed by nobody that ca knows",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "is signed by nobody that ca knows",
  CERT_SIGNATURE_FAILURE: "has a signature that is not its issuer's",
  CERT_CHAIN_TOO_LONG: "has too long a chain",
  CERT_REVOKED: "is revoked",
  CERT_REJECTED: "is not for servers",
  CERT_UNTRUSTED: "is not trusted",
  INVALID_CA: "is signed by one that may sign none",
  INVALID_PURPOSE: "is not for servers",
  PATH_LENGTH_EXCEEDED: "has too long a chain",
};

/** What the other side says, or does, where no TLS comes about. */
const NO_TLS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there speaks no TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "what answers there speaks no TLS",
  ERR_SSL_HTTP_REQUEST: "what answers there speaks no TLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "the server has no version of TLS that is allowed here",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "the server takes none of the versions of TLS that are allowed here",
  ECONNRESET:
    "the other side closed the connection: perhaps it speaks no TLS, or the gateway behind it is down",
  EPIPE: "the other side closed the connection: perhaps it speaks no TLS, or the gateway behind it is down",
};

const WANTS_CERTIFICATE = /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/;
const REFUSES_CERTIFICATE =
  /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT)/;

/** What is being tried, for the message. */
export interface TlsAttempt {
  readonly host: string;
  readonly port: number;
  readonly hasClientCertificate: boolean;
}

/** The error of a TLS handshake, or of the alert that came behind it. */
export function tlsError(cause: Error, attempt: TlsAttempt): IBKRError {
  const at = `${attempt.host}:${attempt.port}`;
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const reason = CERTIFICATE_REASONS[code];
  if (reason !== undefined) return certificateError(at, reason, cause);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return certificateError(at, `is not for this host: ${cause.message}`, cause);
  const why = NO_TLS[code] ?? clientCertificateReason(code, attempt) ?? cause.message;
  return new IBKRError("ERR_IBKR_TLS", `TLS with ${at}: ${why}${code === "" ? "" : ` (${code})`}`, { cause });
}

/** The alert that a server sends behind its handshake; undefined for what is no matter of TLS. */
export function alertError(cause: Error, attempt: TlsAttempt): IBKRError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  return code?.startsWith("ERR_SSL_") ? tlsError(cause, attempt) : undefined;
}

export function certificateError(at: string, what: string, cause?: unknown): IBKRError {
  return new IBKRError("ERR_IBKR_CERTIFICATE", `the certificate of ${at} ${what}`, { cause });
}

function clientCertificateReason(code: string, { hasClientCertificate }: TlsAttempt): string | undefined {
  if (REFUSES_CERTIFICATE.test(code) && !WANTS_CERTIFICATE.test(code))
    return hasClientCertificate ? "the server does not take the certificate of transport.cert" : undefined;
  if (!WANTS_CERTIFICATE.test(code)) return undefined;
  return hasClientCertificate
    ? "the server ended the handshake"
    : "the server wants a certificate of the client: transport.cert and transport.key";
}
