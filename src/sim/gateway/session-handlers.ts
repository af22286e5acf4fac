import type { Exchange } from "../exchange/exchange.js";
import type { Config, Settings } from "../model/config.js";
import type { Requests } from "../model/requests.js";
import type { Client } from "./client.js";
import { invalid } from "./error-text.js";
import { Subscriptions } from "./subscriptions.js";

const DISPLAY_GROUPS = 7;
/** What a display group shows before anybody chose a contract. */
const NO_CONTRACT = "none";
const NO_ADVISOR = "FA data operations ignored for non FA customers.";

interface GroupSubscription {
  client: Client;
  reqId: number;
  groupId: number;
}

/** Configuration as a fresh gateway has it. */
function freshConfig(port: number): Config {
  return {
    lockAndExit: { autoLogoffTime: "11:45", autoLogoffPeriod: "PM", autoLogoffType: "restart" },
    messages: [
      {
        id: 131,
        title: "Order size",
        message: "The order size is larger than usual.",
        defaultAction: "accept",
        enabled: true,
      },
    ],
    api: {
      precautions: { bypassOrderPrecautions: true, bypassBondWarning: false },
      settings: {
        readOnlyApi: false,
        downloadOpenOrdersOnConnection: true,
        encodeApiMessages: "UTF-8",
        socketPort: port,
        loggingLevel: "Error",
        masterClientId: 0,
        sendInstrumentTimezone: "instrument timezone",
        rejectMessagesAboveMaxRate: true,
        maintainConnectionOnIncorrectFields: true,
        allowLocalhostOnly: true,
        trustedIPs: [],
      },
    },
    orders: { smartRouting: { seekPriceImprovement: false, preOpenReroute: false } },
  };
}

/** Display groups, advisors, users, configuration and verification: what concerns the gateway itself. */
export class SessionHandlers {
  private readonly groups = new Subscriptions<GroupSubscription>();
  private readonly shown = new Map<number, string>();
  private config: Config | undefined;

  /** @param port where the gateway listens */
  constructor(
    private readonly exchange: Exchange,
    private readonly port: () => number,
  ) {}

  displayGroups(client: Client, { reqId }: Requests["queryDisplayGroups"]): void {
    const groups = Array.from({ length: DISPLAY_GROUPS }, (_, i) => i + 1).join("|");
    client.send("displayGroupList", { reqId, groups });
  }

  subscribeGroup(client: Client, { reqId, groupId }: Requests["subscribeToGroupEvents"]): void {
    if (groupId < 1 || groupId > DISPLAY_GROUPS) {
      const cause = `group id is ${groupId} (allowed: 1 to ${DISPLAY_GROUPS})`;
      client.error(reqId, 321, invalid("display group", cause));
      return;
    }
    this.groups.add({ client, reqId, groupId });
    client.send("displayGroupUpdated", { reqId, contractInfo: this.shown.get(groupId) ?? NO_CONTRACT });
  }

  updateGroup(client: Client, { reqId, contractInfo }: Requests["updateDisplayGroup"]): void {
    const groupId = this.groups.get(client, reqId)?.groupId;
    if (groupId === undefined) {
      client.error(reqId, 321, invalid("display group", "Not subscribed to a group under this id"));
      return;
    }
    if (contractInfo !== NO_CONTRACT && !/^\d{1,12}@[A-Z0-9.]+$/i.test(contractInfo)) {
      const cause = `contract info is ${JSON.stringify(contractInfo)} (allowed: none, or contractId@exchange)`;
      client.error(reqId, 321, invalid("display group", cause));
      return;
    }
    this.shown.set(groupId, contractInfo);
    for (const s of this.groups) {
      if (s.groupId === groupId) s.client.send("displayGroupUpdated", { reqId: s.reqId, contractInfo });
    }
  }

  unsubscribeGroup(client: Client, reqId: number): void {
    this.groups.remove(client, reqId);
  }

  requestFA(client: Client): void {
    client.error(-1, 321, invalid("FA", NO_ADVISOR));
  }

  replaceFA(client: Client, { reqId }: Requests["replaceFA"]): void {
    client.error(reqId, 321, invalid("FA", NO_ADVISOR));
  }

  softDollarTiers(client: Client, { reqId }: Requests["reqSoftDollarTiers"]): void {
    const tiers = ["Maximize Rebate", "Prefer Rebate", "Prefer Fill", "Maximize Fill"].map((name) => ({
      name,
      value: name.replaceAll(" ", ""),
      displayName: name,
    }));
    client.send("softDollarTiers", { reqId, tiers });
  }

  familyCodes(client: Client): void {
    const codes = [...this.exchange.accounts.keys()].map((accountId) => ({ accountId, familyCode: "" }));
    client.send("familyCodes", { codes });
  }

  userInfo(client: Client, { reqId }: Requests["reqUserInfo"]): void {
    client.send("userInfo", { reqId, whiteBrandingId: "" });
  }

  sendConfig(client: Client, { reqId }: Requests["reqConfig"]): void {
    client.send("configResponse", { reqId, config: this.current() });
  }

  updateConfig(client: Client, update: Requests["updateConfig"]): void {
    const config = this.current();
    const changedFields: string[] = [];
    const apply = (path: string, target: Settings, changes: object | undefined): void => {
      for (const [name, value] of Object.entries(changes ?? {})) {
        if (value === undefined || JSON.stringify(target[name]) === JSON.stringify(value)) continue;
        target[name] = value;
        changedFields.push(`${path}.${name}`);
      }
    };
    apply("lockAndExit", config.lockAndExit as Settings, update.lockAndExit);
    apply("api.precautions", config.api!.precautions!, update.api?.precautions);
    apply("api.settings", config.api!.settings!, update.api?.settings);
    apply("orders.smartRouting", config.orders!.smartRouting!, update.orders?.smartRouting);
    const errors: string[] = [];
    for (const message of update.messages ?? []) {
      const known = config.messages!.find(({ id }) => id === message.id);
      if (known === undefined) errors.push(`messages: id ${message.id} is not known`);
      else apply(`messages.${message.id}`, known as Settings, message);
    }
    client.send("updateConfigResponse", {
      reqId: update.reqId,
      status: errors.length > 0 ? "error" : "ok",
      message: `${changedFields.length} field(s) changed`,
      changedFields,
      errors,
      warnings: [],
    });
  }

  verify(client: Client): void {
    client.send("verifyMessageApi", { apiData: "" });
  }

  completeVerification(client: Client): void {
    client.send("verifyCompleted", {
      isSuccessful: false,
      errorText: "No API application is registered with this gateway",
    });
  }

  verifyAndAuth(client: Client): void {
    client.send("verifyAndAuthMessageApi", { apiData: "", xyzChallenge: "" });
  }

  completeVerifyAndAuth(client: Client): void {
    client.send("verifyAndAuthCompleted", {
      isSuccessful: false,
      errorText: "No API application is registered with this gateway",
    });
  }

  drop(client: Client): void {
    this.groups.drop(client);
  }

  private current(): Config {
    this.config ??= freshConfig(this.port());
    return this.config;
  }
}
