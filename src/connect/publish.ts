import type { Client } from "../client/client.js";
import type { IBKRGateway } from "../gateway/ibkr-gateway.js";
import { CHANNELS } from "../metrics/channels.js";

/** Tells subscribers of the `ibkr:…` channels of `node:diagnostics_channel`; where there is none, nothing is made. */
export function publishEvents(client: Client, gateway: IBKRGateway): void {
  gateway.on("gatewayState", (state, before) => {
    if (CHANNELS.state.hasSubscribers) CHANNELS.state.publish({ client, state, before });
  });
  gateway.on("reconciled", (result) => {
    if (CHANNELS.reconciled.hasSubscribers) CHANNELS.reconciled.publish({ client, result });
  });
  client.on("error", (error, ticket) => {
    if (CHANNELS.error.hasSubscribers) CHANNELS.error.publish({ client, error, ticket });
  });
  client.on("notice", (code, text) => {
    if (CHANNELS.notice.hasSubscribers) CHANNELS.notice.publish({ client, code, text });
  });
  client.on("fill", (detail, news, ticket) => {
    if (CHANNELS.fill.hasSubscribers) CHANNELS.fill.publish({ client, ticket, detail, news });
  });
}
