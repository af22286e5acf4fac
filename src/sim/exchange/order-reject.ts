/** An order that is not taken, with the code and text a gateway answers. */
export class OrderReject extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = "OrderReject";
  }
}

/** Error 321 of an order. */
export function validation(cause: string): string {
  return `Error validating request.-'order' : cause - ${cause}`;
}
