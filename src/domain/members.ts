import { types } from "node:util";
import { unknownName } from "../validation/problem.js";
import { refused } from "./check.js";
import { IBKRError } from "./ibkr-error.js";

/** What an object may say. */
export interface MemberRules {
  /** What messages call the object's members: `order`. */
  readonly name: string;
  readonly known: readonly string[];
  readonly isKnown: (name: string) => boolean;
  /** What is allowed, in words. */
  readonly allowed: string;
}

/**
 * What an object says, of what is known: also what is inherited, a getter's, not enumerable or a proxy's. Each is read
 * once; what is undefined is not given.
 * @param subject what messages call the object itself
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no object, and for a member that nobody knows
 */
export function membersOf(
  value: unknown,
  subject: string,
  rules: MemberRules,
): [name: string, value: unknown][] {
  const { allowed, isKnown, known, name } = rules;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refused(subject, value, `an object with ${allowed}`, "ERR_IBKR_ARGUMENT");
  const object = value as Record<string, unknown>;
  const listed = namesOf(object);
  for (const member of listed) {
    if (!isKnown(member)) throw new IBKRError("ERR_IBKR_ARGUMENT", unknownName(`${name}.${member}`, allowed));
  }
  const said: [string, unknown][] = [];
  for (const member of isPlain(object) ? listed : known) {
    const found = object[member];
    if (found !== undefined) said.push([member, found]);
  }
  return said;
}

/** Own members, and those that a prototype shows. */
function namesOf(object: object): ReadonlySet<string> {
  const names = new Set(Object.getOwnPropertyNames(object));
  for (const name in object) names.add(name);
  return names;
}

const NO_OTHERS: ReadonlySet<unknown> = new Set();

/**
 * Whether all that an object says is in its own members: no proxy, and of no class whose getters would say more.
 * @param prototypes of classes that have no such getters
 */
export function isPlain(object: object, prototypes = NO_OTHERS): boolean {
  if (types.isProxy(object)) return false;
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null || prototypes.has(prototype);
}

/**
 * The members of an object as values, each read once: what is made of them later agrees. What is no object stays what it
 * is, for whoever refuses it.
 * @param names of the members of what is more than plain data; of plain data all are taken
 * @throws what a getter throws
 */
export function readOnce<T>(value: T, names: readonly string[]): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (isPlain(value) && Object.getOwnPropertyNames(value).length === Object.keys(value).length)
    return { ...value };
  const source = value as Record<string, unknown>;
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const member = source[name];
    if (member !== undefined) values[name] = member;
  }
  return values as T;
}
