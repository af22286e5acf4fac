import { beforeEach, inject } from "vitest";
import { Connection } from "../../../src/session/connection.js";
import type { Endpoint } from "../../../src/session/endpoint.js";
import { TCP_ONLY } from "./tcp-only.js";
import { otherTransport } from "./transports.js";

/*
 * Setup of the projects that run suites which are written for TCP over another transport: each connection that names none
 * gets it, and the suites know nothing of it.
 */

declare module "vitest" {
  interface ProvidedContext {
    transport: "custom" | "tls";
  }
}

const transport = otherTransport(inject("transport"));

interface Opened {
  endpoint: Endpoint;
}

const { open } = Connection.prototype;
if (!("isOverridden" in open)) {
  const overridden = function (this: Connection) {
    const { endpoint } = this as unknown as Opened;
    if (endpoint.transport === undefined) (this as unknown as Opened).endpoint = { ...endpoint, transport };
    open.call(this);
  };
  Connection.prototype.open = Object.assign(overridden, { isOverridden: true });
}

beforeEach(({ task, skip }) => {
  const why = TCP_ONLY.get(task.name);
  if (why === undefined) return;
  console.log(`skipped over ${inject("transport")}: ${task.name} (${why})`);
  skip(why);
});
