/** What listens to signals: the process. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Fires for each of some signals. A process that listens to SIGINT or SIGTERM does not end by them any more: it has to do
 * so itself. A signal waits for the event loop; where that stands still the latch file is the way.
 */
export class StopSignals {
  private readonly listener: (signal: NodeJS.Signals) => void;

  constructor(
    private readonly signals: readonly NodeJS.Signals[],
    fire: (signal: NodeJS.Signals) => void,
    private readonly source: SignalSource = process,
  ) {
    this.listener = (signal) => fire(signal);
    for (const signal of signals) source.on(signal, this.listener);
  }

  stop(): void {
    for (const signal of this.signals) this.source.off(signal, this.listener);
  }
}
