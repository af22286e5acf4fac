import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { IBKRError } from "../../domain/ibkr-error.js";
import { text } from "../../validation/rules.js";

const ENTRY = "an IP address, a range such as 10.0.0.0/8 or fd00::/8, or a host name";
const NAME = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** An entry of the list of hosts that a client may talk to. */
export const allowedHost = () => text(ENTRY).refine(isEntry, { error: ENTRY });

function isEntry(entry: string): boolean {
  if (isIP(entry) !== 0 || rangeOf(entry) !== undefined) return true;
  // Digits and dots alone are an address that is none.
  return NAME.test(entry) && !/^[\d.]+$/.test(entry);
}

function rangeOf(entry: string): readonly [network: string, prefix: number] | undefined {
  const [, network, digits] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network === undefined) return undefined;
  const family = isIP(network);
  const prefix = Number(digits);
  return family !== 0 && prefix <= (family === 4 ? 32 : 128) ? [network, prefix] : undefined;
}

type Lookup = (name: string) => Promise<readonly string[]>;

const byTheSystem: Lookup = async (name) =>
  (await lookup(name, { all: true, order: "verbatim" })).map(({ address }) => address);

/** The addresses that a client may connect to. A name stands for the addresses that it has when it is asked for. */
export class AllowedHosts {
  private readonly ranges = new BlockList();
  private readonly names: string[] = [];

  /** @param entries checked by {@link allowedHost} */
  constructor(
    private readonly entries: readonly string[],
    private readonly lookUp: Lookup = byTheSystem,
  ) {
    for (const entry of entries) {
      const range = rangeOf(entry);
      if (range !== undefined) this.ranges.addSubnet(range[0], range[1], familyOf(range[0]));
      else if (isIP(entry) !== 0) this.ranges.addAddress(entry, familyOf(entry));
      else this.names.push(entry);
    }
  }

  /**
   * Those of a host's addresses that are allowed, in their order.
   * @throws IBKRError `ERR_IBKR_HOST_NOT_ALLOWED` where none is
   */
  async among(host: string, addresses: readonly string[]): Promise<string[]> {
    const known = new Set<string>();
    const byRange = addresses.filter((address) => this.contains(address));
    if (byRange.length < addresses.length) for (const address of await this.named()) known.add(address);
    const allowed = addresses.filter((address) => byRange.includes(address) || known.has(plain(address)));
    if (allowed.length === 0) throw this.refusal(host, addresses);
    return allowed;
  }

  /**
   * A host that only the transport can find: it has to be an address that is allowed, or one of the names.
   * @throws IBKRError `ERR_IBKR_HOST_NOT_ALLOWED`
   */
  mustHave(host: string): void {
    const wanted = withoutDot(host);
    const isAllowed =
      isIP(host) !== 0 ? this.contains(host) : this.names.some((name) => withoutDot(name) === wanted);
    if (!isAllowed) throw this.refusal(host, []);
  }

  private contains(address: string): boolean {
    const own = plain(address);
    return this.ranges.check(own, familyOf(own));
  }

  /** One that cannot be looked up now allows nothing now. */
  private async named(): Promise<readonly string[]> {
    const found = await Promise.all(this.names.map((name) => this.lookUp(name).catch(() => [])));
    return found.flat().map(plain);
  }

  private refusal(host: string, addresses: readonly string[]): IBKRError {
    const shown = addresses.filter((address) => address !== host).join(", ");
    const which = shown === "" ? host : `${host} (${shown})`;
    return new IBKRError(
      "ERR_IBKR_HOST_NOT_ALLOWED",
      `not connected to ${which}: allowedHosts has ${this.entries.join(", ")}`,
    );
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}

/** An IPv4 address as such, also where IPv6 wraps it. */
function plain(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
