/** An enum's members, and the texts they stand for: `OrderAction.BUY` and `"BUY"`. */
export type Literal<T> = T extends string ? T | `${T}` : T;

/** An object of stock's, of which every member that is an enum may be written as text. */
export type WithLiterals<T> = { [K in keyof T]: Literal<T[K]> };
