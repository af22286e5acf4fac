"use strict";

const fs = require("node:fs");
const { nowMicros } = require("./clock.cjs");

const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;

/** CPU time of the main thread in ns, null where the system does not tell. */
function mainThreadCpuNs() {
  // Its first number is brought up to date by the getrusage() in process.cpuUsage(), which callers do first.
  try {
    return Number(fs.readFileSync(SCHEDSTAT, "latin1").split(" ")[0]);
  } catch {
    return null;
  }
}

/** Wall clock, CPU time of the process and of the JavaScript thread between start() and stop(). */
class Meter {
  start() {
    this.cpu = process.cpuUsage();
    this.thread = mainThreadCpuNs();
    this.at = nowMicros();
  }

  stop() {
    const seconds = (nowMicros() - this.at) / 1e6;
    const { user, system } = process.cpuUsage(this.cpu);
    const thread = mainThreadCpuNs();
    return {
      seconds,
      cpuNs: (user + system) * 1e3,
      jsCpuNs: thread === null ? null : thread - this.thread,
    };
  }
}

module.exports = { Meter };
