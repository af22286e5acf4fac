import { Exit } from "../common/command-line.js";
import { tourGateway, tourSimulator } from "./gateway-tour.js";
import type { DemoOptions } from "./options.js";
import { tourReplay } from "./replay-tour.js";
import { Stage } from "./stage.js";
import { renderSummary, type Summary } from "./summary.js";

const DEFAULT_WIDTH = 160;

/** @returns the exit code: 0; 1 if something did not go as it should; 128 and more for a signal */
export async function runTour(options: DemoOptions): Promise<number> {
  const stage = new Stage(process.stdout);
  try {
    const summary = await tour(options, stage);
    const width = process.stdout.columns || DEFAULT_WIDTH;
    await stage.write(renderSummary(summary, width, stage.paint));
    return stage.interruption ?? (summary.problems.length > 0 ? Exit.FAILED : Exit.DONE);
  } catch (error) {
    if (stage.interruption !== undefined) return stage.interruption;
    throw error;
  } finally {
    stage.leave();
  }
}

function tour(options: DemoOptions, stage: Stage): Promise<Summary> {
  const { target } = options;
  switch (target.kind) {
    case "replay":
      return tourReplay(options, target.file, stage);
    case "gateway":
      return tourGateway(options, target, stage);
    default:
      return tourSimulator(options, stage);
  }
}
