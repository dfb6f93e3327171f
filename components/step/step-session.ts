/**
 * What a learner does to a stepped run: begins one, chooses who goes next, takes a step back, goes home. The picture comes by
 * the run's own trace; here is only what goes to the API.
 */
import { readChoice } from "@/lib/choices";
import type { StepView } from "@/lib/contract";
import { ApiFailure, call } from "../run/api";
import { messageOf } from "../run/phase";
import type { RunSession } from "../run/session";
import { type OwnActors, orderText } from "./order-text";

/** Who races: the actors of a scenario, or the learner's own. */
export interface Story {
  scenario: string | null;
  actors: OwnActors | null;
}

export class StepSession {
  /** One call after the other, however fast the keys come. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly session: RunSession) {}

  /** The run that stepped ones are begun from: the page's own, unless that is a stepped one. */
  get liveRunId(): string | null {
    const { view } = this.session;
    return view ? (view.stepped?.liveRunId ?? view.runId) : null;
  }

  get story(): Story {
    return { scenario: this.session.view?.stepped?.scenario ?? null, actors: this.session.ownActors };
  }

  /** Why nobody can be chosen here; null when one can. */
  get lock(): string | null {
    const { session } = this;
    if (session.store.facts.status === "ended") return "This run has ended; its steps can still be looked at.";
    if (!session.owner) return "You are watching someone else's steps. Only its owner chooses.";
    if (session.store.facts.status === "down") return "This run's Redis is gone.";
    return null;
  }

  /** Begins a stepped run. `replay`: the steps of `order` are taken, and the playhead stands before the first of them. */
  begin(story: Story, order: readonly string[] = [], replay = false): Promise<void> {
    return this.queue(async () => {
      const begun = await this.ask(story, order);
      await this.session.visit(begun.runId, story);
      if (replay) this.lookAtStart(begun.seq);
    });
  }

  /** Begins and takes an order that came from elsewhere; stops, and says where, at the step that is not possible. */
  follow(story: Story, order: readonly string[]): Promise<void> {
    return this.queue(async () => {
      try {
        const begun = await this.ask(story, order);
        await this.session.visit(begun.runId, story);
      } catch (error) {
        if (!(error instanceof ApiFailure && error.status === 409 && order.length > 0)) throw error;
        const begun = await this.ask(story, []);
        await this.session.visit(begun.runId, story);
        await this.takeUntilRefused(begun.runId, order);
      }
    });
  }

  /** The next step. Looking back, the choice begins another order that shares its past with this one. */
  choose(choice: string, past: readonly string[] | null): Promise<void> {
    if (past !== null) return this.begin(this.story, [...past, choice]);
    return this.queue(async () => {
      this.session.store.seek(null);
      await call<StepView>("POST", `${this.path}/step`, stepBody(choice));
    });
  }

  undo(): Promise<void> {
    return this.queue(async () => {
      this.session.store.seek(null);
      await call<StepView>("POST", `${this.path}/undo`, {});
    });
  }

  leave(): Promise<void> {
    return this.queue(async () => {
      if (this.liveRunId !== null) await this.session.visit(this.liveRunId, null);
    });
  }

  private get path(): string {
    return `/api/runs/${this.session.view?.runId}`;
  }

  private ask({ scenario, actors }: Story, schedule: readonly string[]): Promise<StepView> {
    const who = actors ? { actors } : { scenario };
    return call<StepView>("POST", `/api/runs/${this.liveRunId}/step`, { ...who, schedule });
  }

  private async takeUntilRefused(runId: string, order: readonly string[]): Promise<void> {
    for (const [i, choice] of order.entries()) {
      try {
        await call<StepView>("POST", `/api/runs/${runId}/step`, stepBody(choice));
      } catch (error) {
        const step = orderText([choice]);
        throw new Error(
          `Step ${i + 1} of this order, “${step}”, was not possible, so it stops here. ${messageOf(error)}`,
        );
      }
    }
  }

  private async queue(work: () => Promise<void>): Promise<void> {
    const mine = this.tail.then(async () => {
      try {
        this.session.setProblem("step", null);
        await work();
      } catch (error) {
        this.session.setProblem("step", messageOf(error));
      }
    });
    this.tail = mine;
    await mine;
  }

  /** As soon as the run's events are here. */
  private lookAtStart(lastSeq: number): void {
    const { store } = this.session;
    const unsubscribe = store.subscribe(() => {
      const isLeft = store !== this.session.store;
      if (!isLeft && store.log.lastSeq < lastSeq) return;
      unsubscribe();
      if (isLeft) return;
      const first = store.log.range(1, lastSeq).events.find((event) => event.type === "step");
      if (first) store.seek(first.seq);
    });
  }
}

function stepBody(choice: string): { actor: string } | { tick: true } | { crash: string } | { restart: number } {
  const read = readChoice(choice);
  switch (read.kind) {
    case "command":
      return { actor: read.actor };
    case "tick":
      return { tick: true };
    case "crash":
      return { crash: read.actor };
    case "restart":
      return { restart: read.node };
  }
}
