/** What the gateway says of an order. Quantities are shares or contracts. */
export interface OrderStatusUpdate {
  readonly orderId: number;
  /** IB's status: `PreSubmitted`, `Submitted`, `Filled`, `Cancelled`, `Inactive`, … */
  readonly status: string;
  readonly filled?: number;
  readonly remaining?: number;
  readonly averageFillPrice?: number;
  /** The account-wide id; 0 before the order has one. */
  readonly permId?: number;
  readonly parentId?: number;
  readonly lastFillPrice?: number;
  /** The client that placed it. */
  readonly clientId?: number;
  /** Why it is held, such as `locate`; empty where it is not. */
  readonly whyHeld?: string;
  readonly marketCapPrice?: number;
}
