/** Where a gateway listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
