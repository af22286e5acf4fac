/** Fields of executions that the protobuf dialect has and `@stoqey/ib` lacks. */
export interface ExecutionExtension {
  /** Who submitted the order: a user name. */
  submitter?: string;
  /** Whether the execution is an option's exercise or lapse, by IB's numbers; −1 for neither. */
  optExerciseOrLapseType?: number;
}

/** Which days `reqExecutions` reports; today where neither is given. */
export interface ExecutionFilterExtension {
  /** The last so many days. */
  lastNDays?: number;
  /** Days as numbers of eight digits, for instance 20260824. */
  specificDates?: readonly number[];
}

declare module "@stoqey/ib/dist/api/order/execution" {
  interface Execution extends ExecutionExtension {}
}

declare module "@stoqey/ib/dist/api/report/executionFilter" {
  interface ExecutionFilter extends ExecutionFilterExtension {}
}
