import { expect, test } from "vitest";
import { CommissionOwners, MOST_EARLY } from "../../src/orders/commission-owners.js";
import type { OrderTicket } from "../../src/orders/order-ticket.js";

const TICKET = {} as OrderTicket;
const report = (n: number, version = 1) => ({ execId: `e.${n}.0${version}`, commission: n });

test("a commission is its execution's, whichever comes first, and whatever its version", () => {
  const owners = new CommissionOwners();
  expect(owners.ownerOf(report(1, 2))).toBeUndefined();
  expect(owners.executed("e.1.01", TICKET)).toEqual(report(1, 2));
  expect(owners.executed("e.1.02", TICKET)).toBeUndefined();
  expect(owners.executed("e.2.01", TICKET)).toBeUndefined();
  expect(owners.ownerOf(report(2))).toBe(TICKET);
});

test("that of a foreign order's execution is nobody's", () => {
  const owners = new CommissionOwners();
  owners.ownerOf(report(1));
  expect(owners.executed("e.1.01", undefined)).toBeUndefined();
  expect(owners.executed("e.1.02", TICKET)).toBeUndefined();
});

test("of MOST_EARLY commissions that nobody owns the oldest is forgotten", () => {
  const owners = new CommissionOwners();
  for (let n = 0; n <= MOST_EARLY; n++) expect(owners.ownerOf(report(n))).toBeUndefined();
  expect(owners.executed("e.0.01", TICKET)).toBeUndefined();
  expect(owners.executed("e.1.01", TICKET)).toEqual(report(1));
  expect(owners.executed(`e.${MOST_EARLY}.01`, TICKET)).toEqual(report(MOST_EARLY));
});
