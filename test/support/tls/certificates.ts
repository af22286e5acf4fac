import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is an openssl to make certificates with. */
export const HAS_OPENSSL = has("openssl", ["version"]);

/** Whether a program can be started. */
export function has(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A certificate and its key, as files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  /** Both in one file, as haproxy wants them. */
  readonly both: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
}

export interface Certificates {
  /** The root, and one that nobody trusts. */
  readonly ca: string;
  readonly otherCa: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: Pair;
  /** For gateway.test alone. */
  readonly otherHost: Pair;
  /** Was valid for a day, years ago. */
  readonly expired: Pair;
  readonly client: Pair;
  /** Of the other root. */
  readonly strangeClient: Pair;
  /** Of nobody but itself, for 127.0.0.1. */
  readonly selfSigned: Pair;
  remove(): void;
}

const LOCAL = "IP:127.0.0.1,DNS:localhost";

/** Made anew by openssl for each file of tests: nothing of the kind is in the repository. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-tls-"));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = (name: string) =>
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  const root = (name: string, alt?: string) => {
    key(name);
    const subject = ["-subj", `/CN=${name}`, "-days", "2", "-sha256"];
    openssl(
      ...["req", "-x509", "-new", "-key", `${name}.key`, "-out", `${name}.crt`, ...subject],
      ...(alt === undefined ? [] : ["-addext", `subjectAltName=${alt}`]),
    );
  };
  const pair = (name: string): Pair => {
    const [cert, its, both] = [path(`${name}.crt`), path(`${name}.key`), path(`${name}.pem`)];
    writeFileSync(both, readFileSync(cert, "utf8") + readFileSync(its, "utf8"), { mode: 0o600 });
    const shown = openssl("x509", "-in", cert, "-noout", "-fingerprint", "-sha256").toString();
    return { cert, key: its, both, fingerprint: shown.split("=")[1].trim() };
  };
  const signed = (name: string, by: string, alt: string, days: readonly string[]): Pair => {
    key(name);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    writeFileSync(path(`${name}.ext`), `subjectAltName=${alt}\n`);
    writeFileSync(path(`${by}.txt`), "");
    writeFileSync(path(`${by}.srl`), "01\n");
    writeFileSync(
      path(`${by}.cnf`),
      "[ca]\ndefault_ca=own\n[own]\n" +
        `database=${by}.txt\nserial=${by}.srl\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nunique_subject=no\n` +
        "[any]\ncommonName=supplied\n",
    );
    openssl(
      ...["ca", "-batch", "-notext", "-config", `${by}.cnf`, "-cert", `${by}.crt`, "-keyfile", `${by}.key`],
      ...["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`, ...days],
    );
    return pair(name);
  };
  const now = ["-days", "2"];
  root("ca");
  root("other-ca");
  root("self", LOCAL);
  return {
    ca: path("ca.crt"),
    otherCa: path("other-ca.crt"),
    server: signed("server", "ca", LOCAL, now),
    otherHost: signed("other-host", "ca", "DNS:gateway.test", now),
    expired: signed("expired", "ca", LOCAL, ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"]),
    client: signed("client", "ca", "DNS:client", now),
    strangeClient: signed("strange-client", "other-ca", "DNS:client", now),
    selfSigned: pair("self"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
