/** The traffic of a live run: one stream of arrivals per client, sent by the server on the real clock. */
import type { Body, TrafficShape } from "../contract";
import { seedFrom } from "./random";
import type { Run } from "./run";
import { arrivalTimes } from "./traffic";

export interface TrafficRequest {
  client: string;
  shape: TrafficShape;
  /** Requests per second, on average. */
  rate: number;
  seconds: number;
  action: string;
  body: Body;
}

interface Stream {
  request: TrafficRequest;
  untilUs: number;
  startedAt: number;
  times: number[];
  next: number;
  inFlight: number;
  timer: NodeJS.Timeout | null;
}

const TICK_MS = 4;
/** Requests that wait for an answer, per client; beyond it arrivals are shed, as a client with a full socket would. */
const MAX_IN_FLIGHT = 2000;

export class TrafficDesk {
  private readonly streams = new Map<string, Stream>();
  private started = 0;

  constructor(private readonly run: Run) {}

  list(): { client: string; shape: TrafficShape; rate: number; untilUs: number }[] {
    return [...this.streams.values()].map(({ request, untilUs }) => ({
      client: request.client,
      shape: request.shape,
      rate: request.rate,
      untilUs,
    }));
  }

  get running(): boolean {
    return this.streams.size > 0;
  }

  /** Replaces the client's stream. `seconds` 0 only stops it. */
  start(request: TrafficRequest): void {
    this.stop(request.client);
    if (request.seconds === 0) return;
    this.started += 1;
    const seed = seedFrom(this.run.seed, request.client, this.started);
    const stream: Stream = {
      request,
      untilUs: this.run.clock.nowUs() + request.seconds * 1e6,
      startedAt: performance.now(),
      times: arrivalTimes(request.shape, request.rate, request.seconds, seed),
      next: 0,
      inFlight: 0,
      timer: null,
    };
    this.streams.set(request.client, stream);
    this.tell(request, "started");
    this.tick(stream);
  }

  stop(client: string): void {
    const stream = this.streams.get(client);
    if (!stream) return;
    if (stream.timer) clearTimeout(stream.timer);
    this.streams.delete(client);
    this.tell(stream.request, "ended");
  }

  /** Answers the requests that were running, with the seconds they had left, for whoever wants to resume them. */
  stopAll(): TrafficRequest[] {
    const left = [...this.streams.values()].map(({ request, startedAt }) => ({
      ...request,
      seconds: Math.max(0, request.seconds - (performance.now() - startedAt) / 1000),
    }));
    for (const { client } of left) this.stop(client);
    return left;
  }

  private tick(stream: Stream): void {
    const { request, times } = stream;
    const elapsed = performance.now() - stream.startedAt;
    while (stream.next < times.length && (times[stream.next] as number) <= elapsed) {
      stream.next += 1;
      if (stream.inFlight >= MAX_IN_FLIGHT) continue;
      stream.inFlight += 1;
      this.run
        .act(request.action, request.body)
        .catch(() => null) // the failure stands in the trace as the action's result
        .finally(() => {
          stream.inFlight -= 1;
        });
    }
    if (elapsed >= request.seconds * 1000) {
      if (this.streams.get(request.client) === stream) this.stop(request.client);
      return;
    }
    const wait = Math.max(TICK_MS, (times[stream.next] ?? request.seconds * 1000) - elapsed);
    stream.timer = setTimeout(() => this.tick(stream), Math.min(wait, 250));
  }

  private tell(request: TrafficRequest, status: "started" | "ended"): void {
    const { client, shape, rate, seconds } = request;
    this.run.trace.append({ type: "traffic", status, client, shape, rate, seconds });
  }
}
