/** A run as the place where a race is played: live, where time takes its time, or stepped, where it moves when told. */
import type { Body } from "../contract";
import type { WireValue } from "../events";
import { nextExpiryMs, shortenTtls } from "../redis/expiries";
import type { Gate } from "../run/gate";
import { restartFault } from "../run/node-faults";
import type { Run } from "../run/run";
import { wouldBlock } from "./blocking";
import type { StepHost } from "./stepper";

export class RunHost implements StepHost {
  constructor(private readonly run: Run) {}

  async gate(actor: string, reaches?: readonly number[]): Promise<Gate> {
    const { actors, nodes } = this.run;
    const { gate } = await actors.get(actor);
    if (reaches) await nodes?.allow(actor, reaches);
    return gate;
  }

  act(action: string, body: Body, actor: string): Promise<WireValue> {
    return this.run.desk.act(action, body, actor);
  }

  crash(actor: string): void {
    this.run.actors.crash(actor, "restarts");
  }

  async restart(node: number): Promise<void> {
    await this.run.nodes?.restart(node);
    this.run.trace.append({ type: "fault", fault: "restart-empty", by: "scenario", ...restartFault(node) });
  }

  hear(): Promise<void> {
    return this.run.actors.hear();
  }

  nowUs(): number {
    return this.run.clock.nowUs();
  }

  async moveTo(us: number): Promise<void> {
    const { clock } = this.run;
    const byMs = (us - clock.nowUs()) / 1000;
    if (!clock.held) return clock.sleep(byMs);
    if (!clock.movable) await shortenTtls(byMs, ...this.connections);
    clock.moveTo(us);
  }

  async nextExpiryMs(): Promise<number | null> {
    return nextExpiryMs(...this.connections);
  }

  private get connections() {
    const { run } = this;
    return [run.observing(), ...(run.nodes?.connections ?? [])];
  }

  wouldBlock(name: string, args: readonly string[]): Promise<boolean> {
    return wouldBlock(this.run.observing(), name, args);
  }
}
