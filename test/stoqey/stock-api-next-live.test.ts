import { defineStockSuite } from "./suite";

defineStockSuite((file) => file.startsWith("api-next-live/"));
