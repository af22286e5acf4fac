import { checkNumber } from "./check.js";
import type { ErrorScope } from "./error-code.js";
import { ERROR_CODES, type IBKRErrorCode } from "./error-codes.js";
import type { GatewayCodeEffect, GatewayCodeEntry, GatewayCodeGroup } from "./gateway-code.js";
import { CLIENT_CODES } from "./gateway-codes-client.js";
import { ORDER_FIELD_CODES } from "./gateway-codes-order-fields.js";
import { ORDER_CODES } from "./gateway-codes-orders.js";
import { REQUEST_CODES } from "./gateway-codes-requests.js";
import { SYSTEM_CODES } from "./gateway-codes-system.js";
import { IBKRError } from "./ibkr-error.js";

/** The tables, by subject: all that is known of a gateway's numbers. docs/errors.md is made from them, too. */
export const GATEWAY_CODES: Readonly<Record<string, readonly GatewayCodeGroup[]>> = {
  "The connection, and what is only said": SYSTEM_CODES,
  "Contracts, data and other requests": REQUEST_CODES,
  "Orders: ends, cancels, changes, prices, sizes, times": ORDER_CODES,
  "Orders: their other fields": ORDER_FIELD_CODES,
  "Made by clients": CLIENT_CODES,
};

/** What a number of the gateway means, and what a program can do about it. */
export interface GatewayCodeInfo {
  readonly code: number;
  /** The `code` of an `IBKRError` with this number. */
  readonly error: IBKRErrorCode;
  readonly effect: GatewayCodeEffect;
  readonly scope: ErrorScope;
  /** The very same request may succeed later, and repeating it does no harm. */
  readonly retryable: boolean;
  readonly meaning: string;
  readonly remedy: string;
}

let byCode: ReadonlyMap<number, readonly [GatewayCodeGroup, GatewayCodeEntry]> | undefined;

function known(): ReadonlyMap<number, readonly [GatewayCodeGroup, GatewayCodeEntry]> {
  byCode ??= new Map(
    Object.values(GATEWAY_CODES)
      .flat()
      .flatMap((group) =>
        Object.entries(group.codes).map(([code, entry]) => {
          const own = typeof entry === "string" ? { meaning: entry } : entry;
          return [Number(code), [group, own]] as const;
        }),
      ),
  );
  return byCode;
}

/**
 * What a number of the gateway means. One that is in no list is judged by its range: warnings (21xx) and messages about
 * the connection to IB (11xx to 13xx) end nothing, all others do.
 * @param text what came with the number: some numbers stand for several things, which only the text tells apart
 */
export function gatewayCodeInfo(code: number, text = ""): GatewayCodeInfo {
  checkNumber("code", code);
  const found = known().get(code);
  const [group, entry] = found ?? [unlisted(code), UNLISTED];
  const error = entry.texts?.find(([form]) => form.test(text))?.[1] ?? entry.error ?? group.error;
  // What a text says may be of another kind than the rest of its group.
  const same = error === group.error;
  const scope = entry.scope ?? (same ? group.scope : undefined) ?? ERROR_CODES[error].scope;
  const retryable = entry.retryable ?? (same ? group.retryable : undefined) ?? ERROR_CODES[error].retryable;
  const remedy = entry.remedy ?? (same ? group.remedy : ERROR_CODES[error].remedy);
  return { code, error, effect: effectOf(group), scope, retryable, meaning: entry.meaning, remedy };
}

const UNLISTED: GatewayCodeEntry = {
  meaning: "A number that is in no public list; the text says what it is.",
};
const UNLISTED_REFUSAL: GatewayCodeGroup = { error: "ERR_IBKR_GATEWAY", remedy: "Read the text.", codes: {} };
const UNLISTED_NOTICE: GatewayCodeGroup = { ...UNLISTED_REFUSAL, effect: "notice" };
const UNLISTED_SYSTEM: GatewayCodeGroup = { ...UNLISTED_NOTICE, scope: "system" };

function unlisted(code: number): GatewayCodeGroup {
  if (code >= 1100 && code < 1400) return UNLISTED_SYSTEM;
  return code >= 2100 && code < 2200 ? UNLISTED_NOTICE : UNLISTED_REFUSAL;
}

function effectOf({ effect = "refused" }: GatewayCodeGroup): GatewayCodeEffect {
  return effect;
}

/** What a number of the gateway does to the request or the order that it came with. */
export function gatewayCodeEffect(code: number): GatewayCodeEffect {
  return effectOf(known().get(code)?.[0] ?? unlisted(code));
}

/** Whether a number says something and ends neither a request nor an order. */
export function isGatewayNotice(code: number): boolean {
  return gatewayCodeEffect(code) === "notice";
}

/**
 * What a gateway said, as an error: its `code` by number and text, `retryable` with it.
 * @param scope what it is about, where whoever asked knows; default: what such a number is about
 */
export function gatewayError(code: number, text: string, scope?: ErrorScope): IBKRError {
  const info = gatewayCodeInfo(code, text);
  return new IBKRError(info.error, `${text} (${code})`, {
    scope: scope ?? info.scope,
    retryable: info.retryable,
    gatewayCode: code,
    gatewayText: text,
  });
}
