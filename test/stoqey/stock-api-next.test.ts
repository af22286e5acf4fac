import { defineStockSuite } from "./suite.js";

defineStockSuite((file) => file.startsWith("api-next/"));
