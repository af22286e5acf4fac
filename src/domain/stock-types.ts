/** Things of the field that `@stoqey/ib` has a type for: they keep its shape, so that programs on it need not convert. */
export type {
  CommissionReport,
  Contract,
  ContractDescription,
  ContractDetails,
  Execution,
  ExecutionDetail,
  ExecutionFilter,
  OpenOrder,
  Order,
  OrderState,
  Position,
  ScannerSubscription,
} from "@stoqey/ib";
