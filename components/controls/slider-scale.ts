/** Slider positions for parameters. A range over two decades or more is spread by its logarithm, so that 10 of 1000 can be set. */
import type { ParamSpec } from "@/lib/contract";
import { numberText } from "../run/format";

/** A slider's own scale: whole positions 0..STOPS. */
export const STOPS = 1000;

export type Range = Pick<ParamSpec, "min" | "max" | "step">;

const logarithmic = ({ min, max }: Range) => min > 0 && max / min >= 100;

/** The nearest value that the parameter may take. */
export function snap(value: number, { min, max, step }: Range): number {
  const stepped = min + Math.round((value - min) / step) * step;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Number(Math.min(max, Math.max(min, stepped)).toFixed(digits));
}

/** Said where a pattern's parameter cannot take this value; null where it can. */
export function inexactText(pattern: string, spec: ParamSpec, value: number): string | null {
  const taken = snap(value, spec);
  if (Math.abs(taken - value) < 1e-9) return null;
  const name = spec.title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const exactly = numberText(value, 3);
  return `${pattern}: ${name} is ${numberText(taken, 3)} ${spec.unit}; exactly it would be ${exactly}.`;
}

/** What all of them can take. @param widest where there are none */
export function commonRange(ranges: readonly Range[], widest: Range): Range {
  return ranges.reduce<Range>(
    (range, { min, max, step }) => ({
      min: Math.max(range.min, min),
      max: Math.min(range.max, max),
      step: Math.max(range.step, step),
    }),
    widest,
  );
}

export function positionOf(value: number, range: Range): number {
  const { min, max } = range;
  const part = logarithmic(range) ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, part)) * STOPS);
}

export function valueAt(position: number, range: Range): number {
  const { min, max } = range;
  const part = position / STOPS;
  const value = logarithmic(range) ? min * (max / min) ** part : min + (max - min) * part;
  // Two digits are as exact as a hand on a slider; the number beside it takes any.
  return snap(logarithmic(range) ? Number(value.toPrecision(2)) : value, range);
}
