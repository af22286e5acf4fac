import { tourGateway, tourSimulator } from "./demo/gateway-tour.js";
import { type DemoOptions, parseOptions, UsageError, usage } from "./demo/options.js";
import { tourReplay } from "./demo/replay-tour.js";
import { Stage } from "./demo/stage.js";
import { renderSummary, type Summary } from "./demo/summary.js";

export { usage };

const DEFAULT_WIDTH = 160;

/**
 * Streams, trades and measures; see docs/demo.md.
 * @returns the exit code: 0; 1 if something did not go as it should; 2 for a bad command line; 128 and more for a signal
 */
export async function run(argv: string[]): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseOptions(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`ibkr-native demo: ${error.message}\nibkr-native demo --help lists the options\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const stage = new Stage(process.stdout);
  try {
    const { problems, ...rest } = await tour(options, stage);
    const width = process.stdout.columns || DEFAULT_WIDTH;
    await stage.write(renderSummary({ ...rest, problems }, width, stage.paint));
    return stage.interruption ?? (problems.length > 0 ? 1 : 0);
  } catch (error) {
    if (stage.interruption !== undefined) return stage.interruption;
    process.stderr.write(`ibkr-native demo: ${(error as Error).message}\n`);
    return 1;
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
