/** What the stories of limiters are made of. */
import type { Params, Race, ScenarioTools } from "../../contract";

type Tools<P extends Params> = Pick<ScenarioTools<P>, "act">;

/** Each request waits for the answer to the one before. */
export async function takeOneByOne<P extends Params>(tools: Tools<P>, client: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await tools.act("take", { client });
}

/** All over the client's one connection, without waiting. */
export async function takeAtOnce<P extends Params>(tools: Tools<P>, client: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => tools.act("take", { client })));
}

/**
 * Three app servers, each with one request of the same client.
 * @param most how many of them fit
 */
export function raceOfThree<P extends Params>(client: string, most: (params: P) => number): Race<P> {
  const take: Race<P>["actors"][string] = (actor) => actor.act("take", { client });
  return {
    actors: { A: take, B: take, C: take },
    breach: ({ metrics: { admitted = 0, deniedWrongly = 0 } }, params) =>
      admitted > most(params) ? `admit ${admitted} of ${most(params)}` : `deny ${deniedWrongly} without reason`,
  };
}
