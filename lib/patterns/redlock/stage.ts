import { defineStage } from "../../contract";
export const stage = defineStage<{ n: number }>({
  initial: () => ({ n: 0 }),
  fold: (state) => state,
  panels: () => [{ kind: "stat", title: "x", items: [] }],
  say: () => null,
});
