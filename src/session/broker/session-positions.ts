import { EventName } from "@stoqey/ib";
import type { Contract, Position } from "../../domain/stock-types.js";
import type { Requests } from "./requests.js";
import { SharedStream } from "./shared-stream.js";

export type PositionArguments = [account: string, contract: Contract, pos: number, avgCost?: number];

export function positionOf(...[account, contract, pos, avgCost]: PositionArguments): Position {
  return { account, contract, pos, avgCost };
}

/** The positions of all accounts: a connection has one subscription to them. */
export function positionStream(requests: Requests): SharedStream {
  return new SharedStream(requests, {
    begin: ["reqPositions", []],
    end: ["cancelPositions", []],
    isEnd: (name) => name === EventName.positionEnd,
  });
}
