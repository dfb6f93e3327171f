/** The picture of the queue. */
import { defineStage } from "../../contract";
import { panels } from "./panels";
import { say } from "./say";
import { fold, initial, type State } from "./stage-state";

export const stage = defineStage<State>({ initial, fold, panels, say });
