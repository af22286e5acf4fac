// What the process of a simulated gateway runs: see simulated-process.ts.
import { attendParent, type ParentChannel } from "./simulator-child.js";

attendParent(process as ParentChannel);
