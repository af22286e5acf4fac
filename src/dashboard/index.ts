export type { DashboardStats } from "./dashboard.js";
export { Dashboard, serveDashboard } from "./dashboard.js";
export type { DashboardOptions } from "./dashboard-options.js";
