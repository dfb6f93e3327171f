/** What the stories of limiters are made of. */
import type { Params, ScenarioTools } from "../../contract";

type Tools<P extends Params> = Pick<ScenarioTools<P>, "act">;

/** Each request waits for the answer to the one before. */
export async function takeOneByOne<P extends Params>(tools: Tools<P>, client: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await tools.act("take", { client });
}

/** All over the client's one connection, without waiting. */
export async function takeAtOnce<P extends Params>(tools: Tools<P>, client: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => tools.act("take", { client })));
}
