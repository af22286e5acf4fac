import {
  HistogramReader,
  HistogramRecorder,
  type HistogramSnapshot,
  makeHistogram,
} from "../metrics/histogram.js";

/** Requests that a gateway answers at once, by the event that answers. */
const ANSWERS: Readonly<Record<string, string>> = {
  reqCurrentTime: "currentTime",
  reqCurrentTimeInMillis: "currentTimeInMillis",
};

/** A gateway leaves out answers to what is asked again within some four seconds: what is older is not answered any more. */
const GIVEN_UP_MICROS = 5e6;

/** What is on its way of one kind of request. Answers say nothing of whose they are. */
interface Asked {
  /** The one that is measured; 0: none. */
  sentMicros: number;
  /** Those that are not, because they overlap with it: an answer to one of them is no measure of the next. */
  others: number;
  othersMicros: number;
}

/** How long a gateway takes to answer for the time, whoever asks: from the request to the arrival of the answer. */
export class EchoTimes {
  private readonly asked = new Map<string, Asked>();
  private readonly memory = makeHistogram();
  private readonly recorder = new HistogramRecorder(this.memory);
  private readonly reader = new HistogramReader(this.memory);

  static isEcho(method: string): boolean {
    return Object.hasOwn(ANSWERS, method);
  }

  /** A request has left. @param atMicros CLOCK_MONOTONIC */
  left(method: string, atMicros: number): void {
    const answer = ANSWERS[method];
    if (answer === undefined) return;
    const asked = this.asked.get(answer) ?? { sentMicros: 0, others: 0, othersMicros: 0 };
    this.asked.set(answer, asked);
    const isOnItsWay = asked.sentMicros > 0 && atMicros - asked.sentMicros < GIVEN_UP_MICROS;
    const areOthers = asked.others > 0 && atMicros - asked.othersMicros < GIVEN_UP_MICROS;
    if (isOnItsWay || areOthers) {
      asked.others++;
      asked.othersMicros = atMicros;
    } else {
      asked.others = 0;
      asked.sentMicros = atMicros;
    }
  }

  /** An event that may answer one. @param arrivedMicros when its message came, on the same clock */
  event(name: string, arrivedMicros: number): void {
    const asked = this.asked.get(name);
    if (asked === undefined) return;
    if (asked.sentMicros > 0) {
      this.recorder.record(arrivedMicros - asked.sentMicros);
      asked.sentMicros = 0;
    } else if (asked.others > 0) {
      asked.others--;
    }
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
