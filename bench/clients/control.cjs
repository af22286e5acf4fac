"use strict";
const { ControlDriver } = require("./control-driver.cjs");
const { run } = require("./main.cjs");

run((spec) => new ControlDriver(spec, spec.via));
