import { redactedAccount } from "./account-id.js";

/*
 * Account ids are nobody else's business: whatever leaves the process as a log goes through here.
 */

/**
 * Ids as Interactive Brokers writes them (`U…`, `DU…`, `F…`, …), that of all accounts of an advisor (`F…A`) included;
 * also behind an escaped sign of a JSON text.
 */
const ID = /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf]))(?:D[UFI]P?|[UFI])[A-Z]?\d{4,9}[A-Z]?(?![A-Za-z0-9])/g;
/** What is shorter, or has no digit, stands in other words, too. */
const TELLING = /^(?=.*\d).{4,}$/;
const MOST_KNOWN = 10_000;
const DEEPEST = 8;

/** Ids of another form, that a gateway has named. */
const known = new Set<string>();
let knownIds: RegExp | undefined;

/** Accounts of a login: from now on they are redacted, whatever their form. */
export function redactAccounts(names: readonly string[]): void {
  const news = names.filter((name) => TELLING.test(name) && !known.has(name) && redactedText(name) === name);
  if (news.length === 0 || known.size + news.length > MOST_KNOWN) return;
  for (const name of news) known.add(name);
  const longestFirst = [...known].toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  knownIds = new RegExp(escaped.join("|"), "g");
}

/** A text with `DU***67` in place of each account id. @param mask what stands in its place */
export function redactedText(text: string, mask: (id: string) => string = redactedAccount): string {
  // A function of one argument: `replace` gives more.
  const plain = text.replace(ID, (id) => mask(id));
  return knownIds === undefined ? plain : plain.replace(knownIds, (id) => mask(id));
}

/** The same with as many signs as there were: `DU*****67`. */
export function maskedText(text: string): string {
  return redactedText(text, (id) => {
    const [letters] = /^[A-Za-z]{0,2}/.exec(id) as RegExpExecArray;
    return letters + id.slice(letters.length, -2).replace(/./g, "*") + id.slice(-2);
  });
}

/** The same of everything in a value: a copy. Errors become plain objects, as logs show them. */
export function redactedValue(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactedText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST) return "…";
  if (Array.isArray(value)) return value.map((part) => redactedValue(part, depth + 1));
  if (value instanceof Error) return redactedValue(plainError(value), depth + 1);
  if (value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [redactedText(name), redactedValue(part, depth + 1)]),
  );
}

function plainError(error: Error): object {
  const { name, message, stack, cause } = error;
  return { ...error, type: name, message, stack, ...(cause !== undefined && { cause }) };
}
