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
