import {
  HistogramReader,
  HistogramRecorder,
  type HistogramSnapshot,
  makeHistogram,
} from "../metrics/histogram.js";

/** Requests that a gateway answers at once and in the order of asking, by the event that answers. */
const ANSWERS: Readonly<Record<string, string>> = {
  reqCurrentTime: "currentTime",
  reqCurrentTimeInMillis: "currentTimeInMillis",
};

/** So many may be without an answer; who asks for more has a gateway that does not answer. */
const MOST_ASKED = 1_024;

/** How long a gateway takes to answer for the time, whoever asks: from the request to the arrival of the answer. */
export class EchoTimes {
  private readonly asked = new Map<string, number[]>();
  private readonly memory = makeHistogram();
  private readonly recorder = new HistogramRecorder(this.memory);
  private readonly reader = new HistogramReader(this.memory);

  /** A request has left. @param atMicros CLOCK_MONOTONIC */
  left(method: string, atMicros: number): void {
    const answer = ANSWERS[method];
    if (answer === undefined) return;
    const asked = this.asked.get(answer) ?? [];
    this.asked.set(answer, asked);
    if (asked.length < MOST_ASKED) asked.push(atMicros);
  }

  static isEcho(method: string): boolean {
    return Object.hasOwn(ANSWERS, method);
  }

  /** An event that may answer one. @param arrivedMicros when its message came, on the same clock */
  event(name: string, arrivedMicros: number): void {
    const at = this.asked.get(name)?.shift();
    // A test of somebody's may raise the event by itself.
    if (at !== undefined && arrivedMicros > 0) this.recorder.record(arrivedMicros - at);
  }

  /** Nothing of it is answered any more. */
  connectionEnded(): void {
    this.asked.clear();
  }

  /** In µs, of all connections of the session. */
  snapshot(): HistogramSnapshot {
    return this.reader.snapshot();
  }
}
