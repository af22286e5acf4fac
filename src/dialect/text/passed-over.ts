import { IN_MSG_ID } from "@stoqey/ib/dist/core/io/enum/in-msg-id";

/**
 * A field that gateways of some versions send and stock's decoder does not read, so that every field behind it would be
 * taken for its neighbour.
 */
export interface PassedOver {
  /** So many fields stand before it, the message id among them. */
  readonly at: number;
  /** Where it belongs: a member of one of the event's arguments. */
  readonly argument: number;
  readonly member: "modelCode" | "faProfile";
}

/** Up to orderRef: eleven fields of the contract, eleven of the order. */
const CONTRACT_AND_BASICS = 11 + 11;
const MODELS_SUPPORT = 103;
const ORDER_CONTAINER = 145;
const COMPLETED_ORDERS = 150;
const FA_PROFILE_DESUPPORT = 177;

/**
 * Of OPEN_ORDER before 145 stock compares the message's own version, 34, with the server version that brought models.
 * Behind id, version and order id, contract and basics: client id, permId, outsideRth, hidden, discretionary amount, good
 * after time, shares allocation, and the advisor's group, method, percentage and profile.
 */
const OPEN_ORDER: PassedOver = { at: 3 + CONTRACT_AND_BASICS + 7 + 4, argument: 2, member: "modelCode" };

/**
 * COMPLETED_ORDER has no version of its own; stock takes the largest number for it, so that no profile seems to be there.
 * Behind id, contract and basics: permId, outsideRth, hidden, discretionary amount, good after time, and group, method and
 * percentage.
 */
const COMPLETED_ORDER: PassedOver = { at: 1 + CONTRACT_AND_BASICS + 5 + 3, argument: 1, member: "faProfile" };

/** What stock passes over in a message of that server version, if anything. */
export function passedOver(id: number, serverVersion: number): PassedOver | undefined {
  if (id === IN_MSG_ID.OPEN_ORDER) {
    return serverVersion >= MODELS_SUPPORT && serverVersion < ORDER_CONTAINER ? OPEN_ORDER : undefined;
  }
  if (id === IN_MSG_ID.COMPLETED_ORDER) {
    return serverVersion >= COMPLETED_ORDERS && serverVersion < FA_PROFILE_DESUPPORT
      ? COMPLETED_ORDER
      : undefined;
  }
  return undefined;
}
