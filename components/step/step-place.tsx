"use client";

import dynamic from "next/dynamic";
import { useStore } from "../run/hooks";

const StepDesk = dynamic(() => import("./step-desk").then((module) => module.StepDesk), { ssr: false });

/** The step board's place over the stage; its code comes with the first stepped run. */
export function StepPlace() {
  const { order } = useStore("facts").facts;
  return order === null ? null : <StepDesk />;
}
