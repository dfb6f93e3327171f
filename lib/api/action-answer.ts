/** What an action answers: always its value as JSON, and with it what HTTP itself can say of that value. */
import type { WireValue } from "../events";
import type { Run } from "../run/run";

/** @param http true: a denial has the status that HTTP has for it; else every answer is a 200 */
export function actionAnswer({ pattern, params }: Run, action: string, value: WireValue, http: boolean): Response {
  const terms = pattern.actions.find(({ id }) => id === action)?.http?.(value, params);
  const denial = http ? terms?.denial : null;
  return Response.json(value, {
    status: denial?.status ?? 200,
    headers: { ...terms?.headers, ...denial?.headers },
  });
}
