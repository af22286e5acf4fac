/** Tick types that `@stoqey/ib` does not know: odd-lot quotes, requested with generic tick 787. Server version 225. */
export enum OddLotTickType {
  ODD_LOT_BID = 105,
  ODD_LOT_ASK = 106,
  ODD_LOT_BID_SIZE = 107,
  ODD_LOT_ASK_SIZE = 108,
  ODD_LOT_BID_EXCH = 109,
  ODD_LOT_ASK_EXCH = 110,
}

/** The generic tick that subscribes odd-lot quotes, for the `genericTickList` of `reqMktData`. */
export const ODD_LOT_GENERIC_TICK = "787";
