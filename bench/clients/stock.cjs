"use strict";
const { IBApiDriver } = require("./ibapi-driver.cjs");
const { run } = require("./main.cjs");

run(({ port }) => new IBApiDriver(require("@stoqey/ib"), { port }, "events"));
