import type { TagValue } from "@stoqey/ib";
import { exactDecimal } from "./decimals.js";
import { misfit, only } from "./order-parts.js";

/*
 * IB's algos, as what is added to an order: `orders.limit("BUY", 100, 187.2, algos.vwap({ maxPctVol: 0.1 }))`, or among
 * other members, `{ ...algos.twap(), tif: "DAY" }`. Names, values and ranges are those of IB's pages on its algos; which
 * contracts take which, the gateway says (439, 442).
 */

/** What makes an order one of an algo. */
export interface Algo {
  readonly algoStrategy: string;
  readonly algoParams: TagValue[];
}

/** `hh:mm:ss zone` of the day, or `yyyymmdd-hh:mm:ss zone`; without a zone the gateway's own. */
export interface AlgoTimes {
  /** Default: at once. */
  readonly startTime?: string;
  /** Default: the close. */
  readonly endTime?: string;
}

/** How much the price may move for the order to be done sooner. */
export type RiskAversion = "Get Done" | "Aggressive" | "Neutral" | "Passive";

/** Better prices through SMART: urgent ones look for them only shortly. */
export function adaptive(adaptivePriority: "Urgent" | "Normal" | "Patient"): Algo {
  return algo("Adaptive", { adaptivePriority }, { adaptivePriority: needed(oneOf(PRIORITIES)) });
}

/** The price when the order arrived. */
export function arrivalPrice(
  parameters: AlgoTimes & {
    /** Of the average daily volume, 0.01 to 0.5. */
    readonly maxPctVol: number;
    readonly riskAversion: RiskAversion;
    /** Default false. */
    readonly allowPastEndTime?: boolean;
    /** Try to be done by the end of the day. Default false. */
    readonly forceCompletion?: boolean;
  },
): Algo {
  return algo("ArrivalPx", parameters, {
    maxPctVol: needed(SHARE),
    riskAversion: needed(oneOf(RISK_AVERSIONS)),
    startTime: TIME,
    endTime: TIME,
    forceCompletion: FLAG,
    allowPastEndTime: FLAG,
  });
}

/** The price at the close. */
export function closePrice(parameters: {
  /** Of the average daily volume, 0.01 to 0.5. */
  readonly maxPctVol: number;
  readonly riskAversion: RiskAversion;
  readonly startTime?: string;
  /** Default false. */
  readonly forceCompletion?: boolean;
}): Algo {
  return algo("ClosePx", parameters, {
    maxPctVol: needed(SHARE),
    riskAversion: needed(oneOf(RISK_AVERSIONS)),
    startTime: TIME,
    forceCompletion: FLAG,
  });
}

/** A large order of which a part is shown, of changing size. */
export function darkIce(
  parameters: AlgoTimes & {
    /** How much is shown at a time, about: 1 or more. */
    readonly displaySize: number;
    readonly allowPastEndTime?: boolean;
  },
): Algo {
  return algo("DarkIce", parameters, {
    displaySize: needed(COUNT),
    startTime: TIME,
    endTime: TIME,
    allowPastEndTime: FLAG,
  });
}

/** A part of the volume that is traded. */
export function percentOfVolume(
  parameters: AlgoTimes & {
    /** Of the volume, 0.01 to 0.5. */
    readonly pctVol: number;
    /** Avoid taking liquidity. Default false. */
    readonly noTakeLiq?: boolean;
  },
): Algo {
  const rules = { pctVol: needed(SHARE), startTime: TIME, endTime: TIME, noTakeLiq: FLAG };
  return algo("PctVol", parameters, rules);
}

/** A part of the volume that grows as the price gets better. */
export function percentOfVolumeByPrice(
  parameters: AlgoTimes & {
    /** At the price when the order arrived, 0.01 to 0.5. */
    readonly pctVol: number;
    /** How much it grows for a move of the price, 0.01 to 0.5. */
    readonly deltaPctVol: number;
    readonly minPctVol4Px: number;
    readonly maxPctVol4Px: number;
    readonly noTakeLiq?: boolean;
  },
): Algo {
  return algo("PctVolPx", parameters, {
    pctVol: needed(SHARE),
    deltaPctVol: needed(SHARE),
    minPctVol4Px: needed(SHARE),
    maxPctVol4Px: needed(SHARE),
    startTime: TIME,
    endTime: TIME,
    noTakeLiq: FLAG,
  });
}

/** From one part of the volume to another. */
export interface VolumeRange extends AlgoTimes {
  /** 0.01 to 0.5. */
  readonly startPctVol: number;
  /** 0.01 to 0.5. */
  readonly endPctVol: number;
  readonly noTakeLiq?: boolean;
}

/** A part of the volume that changes with what is left of the order. */
export function percentOfVolumeBySize(parameters: VolumeRange): Algo {
  return algo("PctVolSz", parameters, VOLUME_RANGE);
}

/** A part of the volume that changes with time. */
export function percentOfVolumeByTime(parameters: VolumeRange): Algo {
  return algo("PctVolTm", parameters, VOLUME_RANGE);
}

/** Evenly over time. */
export function twap(
  parameters: AlgoTimes & {
    /** Where it trades. Default: Marketable. */
    readonly strategyType?: "Marketable" | "Matching Midpoint" | "Matching Same Side" | "Matching Last";
    readonly allowPastEndTime?: boolean;
  } = {},
): Algo {
  return algo("Twap", parameters, {
    strategyType: oneOf(TWAP_STRATEGIES),
    startTime: TIME,
    endTime: TIME,
    allowPastEndTime: FLAG,
  });
}

/** The average price of the day by volume, from when the order arrives to the close. */
export function vwap(
  parameters: AlgoTimes & {
    /** Of the average daily volume, 0.01 to 0.5. */
    readonly maxPctVol?: number;
    /** Avoid taking liquidity. Default false. */
    readonly noTakeLiq?: boolean;
    readonly allowPastEndTime?: boolean;
    /** Trade faster when the market's price is better than the average. Default false. */
    readonly speedUp?: boolean;
  } = {},
): Algo {
  return algo("Vwap", parameters, {
    maxPctVol: SHARE,
    noTakeLiq: FLAG,
    startTime: TIME,
    endTime: TIME,
    allowPastEndTime: FLAG,
    speedUp: FLAG,
  });
}

/** Slices of a large order at intervals. */
export function accumulateDistribute(parameters: {
  /** Of a slice, below the order's quantity: 1 or more. */
  readonly componentSize: number;
  /** Seconds between them: 1 or more. */
  readonly timeBetweenOrders: number;
  /** Vary the seconds by 20 %. Default false. */
  readonly randomizeTime20?: boolean;
  /** Vary the size by 55 %. Default false. */
  readonly randomizeSize55?: boolean;
  /** The order's number among those of a client that gives up. */
  readonly giveUp?: number;
  /** Make up for what was missed. Default false. */
  readonly catchUp?: boolean;
  /** Wait for a slice to be filled before the next. Default false. */
  readonly waitForFill?: boolean;
  /** As {@link AlgoTimes}. */
  readonly activeTimeStart?: string;
  readonly activeTimeEnd?: string;
}): Algo {
  return algo("AD", parameters, {
    componentSize: needed(COUNT),
    timeBetweenOrders: needed(COUNT),
    randomizeTime20: FLAG,
    randomizeSize55: FLAG,
    giveUp: WHOLE,
    catchUp: FLAG,
    waitForFill: FLAG,
    activeTimeStart: TIME,
    activeTimeEnd: TIME,
  });
}

/** For options: market impact against the risk that the price moves. */
export function balanceImpactRisk(parameters: {
  /** Of the average daily volume, 0.01 to 0.5. */
  readonly maxPctVol: number;
  readonly riskAversion: RiskAversion;
  readonly forceCompletion?: boolean;
}): Algo {
  return algo("BalanceImpactRisk", parameters, {
    maxPctVol: needed(SHARE),
    riskAversion: needed(oneOf(RISK_AVERSIONS)),
    forceCompletion: FLAG,
  });
}

/** For options: as little market impact as may be. */
export function minimizeImpact(parameters: {
  /** Of the average daily volume, 0.01 to 0.5. */
  readonly maxPctVol: number;
}): Algo {
  return algo("MinImpact", parameters, { maxPctVol: needed(SHARE) });
}

/** What a parameter may be. */
interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly allowed: string;
  readonly isNeeded?: boolean;
}

const needed = (rule: Rule): Rule => ({ ...rule, isNeeded: true });

const isNumber = (value: unknown, low: number, high: number) =>
  typeof value === "number" && value >= low && value <= high;

const SHARE: Rule = {
  fits: (value) => isNumber(value, 0.01, 0.5),
  allowed: "a number from 0.01 to 0.5: 0.1 is ten percent",
};
const COUNT: Rule = {
  fits: (value) => Number.isInteger(value) && (value as number) >= 1,
  allowed: "an integer from 1 on",
};
const WHOLE: Rule = {
  fits: (value) => Number.isInteger(value) && (value as number) >= 0,
  allowed: "an integer from 0 on",
};
const FLAG: Rule = { fits: (value) => typeof value === "boolean", allowed: "true or false" };

const A_TIME = /^(\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[- ])?([01]\d|2[0-3]):[0-5]\d:[0-5]\d( \S+)?$/;
const TIME: Rule = {
  fits: (value) => typeof value === "string" && A_TIME.test(value),
  allowed: "hh:mm:ss or yyyymmdd-hh:mm:ss, with a zone behind a space",
};

const PRIORITIES = ["Urgent", "Normal", "Patient"];
const RISK_AVERSIONS = ["Get Done", "Aggressive", "Neutral", "Passive"];
const TWAP_STRATEGIES = ["Marketable", "Matching Midpoint", "Matching Same Side", "Matching Last"];

function oneOf(values: readonly string[]): Rule {
  return { fits: (value) => values.includes(value as string), allowed: values.join(", ") };
}

const VOLUME_RANGE = {
  startPctVol: needed(SHARE),
  endPctVol: needed(SHARE),
  startTime: TIME,
  endTime: TIME,
  noTakeLiq: FLAG,
};

/** @param rules of each parameter, in the order in which they go out */
function algo(algoStrategy: string, parameters: object, rules: Readonly<Record<string, Rule>>): Algo {
  const said = only(parameters, algoStrategy, Object.keys(rules));
  const algoParams: TagValue[] = [];
  for (const [tag, { fits, allowed, isNeeded }] of Object.entries(rules)) {
    const value = said[tag];
    if (value === undefined && isNeeded !== true) continue;
    if (!fits(value)) throw misfit(`${algoStrategy}.${tag}`, value, allowed);
    algoParams.push({ tag, value: written(value) });
  }
  return { algoStrategy, algoParams };
}

function written(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? String(exactDecimal(value)) : (value as string);
}
