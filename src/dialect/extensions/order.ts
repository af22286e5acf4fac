/** Fields of orders that the protobuf dialect has and `@stoqey/ib` lacks. Unset is undefined. */
export interface OrderExtension {
  /** Who submitted the order: a user name. Only in what the server sends. */
  submitter?: string;
  /** Keep the order at the server without working it. Server version 216. */
  deactivate?: boolean;
  /** Cancel rather than take liquidity. Server version 216. */
  postOnly?: boolean;
  /** May work before the exchange's opening. Server version 216. */
  allowPreOpen?: boolean;
  /** Stay out of the opening auction. Server version 216. */
  ignoreOpenAuction?: boolean;
  /** Overrides the preset "seek price improvement": 0 no, 1 yes. Server version 217. */
  seekPriceImprovement?: number;
  /** What a what-if order shall compute, by IB's numbers. Server version 217. */
  whatIfType?: number;
  /** Largest size of a hedge order. Server version 223. */
  hedgeMaxSize?: number;
  /** The order's conditions are also judged in the overnight session. Server version 226. */
  conditionsIncludeOvernight?: boolean;
  /** Id of a stop-loss order to attach. Server version 218. */
  slOrderId?: number;
  /** Type of the attached stop-loss order. Server version 218. */
  slOrderType?: string;
  /** Id of a profit-taker order to attach. Server version 218. */
  ptOrderId?: number;
  /** Type of the attached profit-taker order. Server version 218. */
  ptOrderType?: string;
}

/** What one account of an allocation gets. Quantities are undefined where unset. */
export interface OrderAllocation {
  account?: string;
  position?: number;
  positionDesired?: number;
  positionAfter?: number;
  desiredAllocQty?: number;
  allowedAllocQty?: number;
  isMonetary?: boolean;
}

/** The full order preview, in `marginCurrency` where it is money. Unset is undefined. */
export interface OrderStateExtension {
  marginCurrency?: string;
  initMarginBeforeOutsideRTH?: number;
  maintMarginBeforeOutsideRTH?: number;
  equityWithLoanBeforeOutsideRTH?: number;
  initMarginChangeOutsideRTH?: number;
  maintMarginChangeOutsideRTH?: number;
  equityWithLoanChangeOutsideRTH?: number;
  initMarginAfterOutsideRTH?: number;
  maintMarginAfterOutsideRTH?: number;
  equityWithLoanAfterOutsideRTH?: number;
  suggestedSize?: number;
  rejectReason?: string;
  orderAllocations?: OrderAllocation[];
}

declare module "@stoqey/ib/dist/api/order/order" {
  interface Order extends OrderExtension {}
}

declare module "@stoqey/ib/dist/api/order/orderState" {
  interface OrderState extends OrderStateExtension {}
}
