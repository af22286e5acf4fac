/** Fields of contract details that the protobuf dialect has and `@stoqey/ib` lacks. Unset is undefined. */
export interface ContractDetailsExtension {
  /** The event that an event contract is about. */
  eventContract1?: string;
  eventContractDescription1?: string;
  eventContractDescription2?: string;
  /** Smallest size that algorithmic orders may have. */
  minAlgoSize?: number;
  /** The step in which last prices come, for instance 0.01. */
  lastPricePrecision?: number;
  /** The step in which last sizes come. */
  lastSizePrecision?: number;
  settlementMethod?: string;
}

declare module "@stoqey/ib/dist/api/contract/contractDetails" {
  interface ContractDetails extends ContractDetailsExtension {}
}
