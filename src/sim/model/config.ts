/** The configuration of a gateway as the API reads and changes it; the names are the TWS API's. */
export interface Config {
  lockAndExit?: { autoLogoffTime?: string; autoLogoffPeriod?: string; autoLogoffType?: string };
  messages?: MessageSetting[];
  api?: { precautions?: Settings; settings?: Settings };
  orders?: { smartRouting?: Settings };
}

/** Named settings of one page of the configuration. */
export type Settings = Record<string, boolean | number | string | readonly string[]>;

export interface MessageSetting {
  id?: number;
  title?: string;
  message?: string;
  defaultAction?: string;
  enabled?: boolean;
}

export interface ConfigWarning {
  messageId?: number;
  title?: string;
  message?: string;
}
