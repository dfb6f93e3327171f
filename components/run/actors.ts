/** An actor's hue and shape, by the order in which it first appeared: the same in lanes, wire, code and controls. */
const HUES = 7;
const SHAPES = ["circle", "triangle", "square", "diamond", "pentagon", "plus"] as const;
export type ActorShape = (typeof SHAPES)[number];

/** A CSS colour. Seven hues and six shapes: 42 actors before a pair comes back. Undefined: not in the run yet. */
export function actorHue(index: number | undefined): string {
  return index === undefined ? "var(--soft)" : `var(--actor-${index % HUES})`;
}

export function actorShape(index: number | undefined): ActorShape {
  return SHAPES[(index ?? 0) % SHAPES.length] ?? "circle";
}

/** Path data around 0,0; `r` is the radius of a circle of about the same weight, px. */
export function shapePath(shape: ActorShape, r: number): string {
  const f = (n: number) => n.toFixed(2);
  switch (shape) {
    case "circle":
      return `M${f(-r)} 0a${f(r)} ${f(r)} 0 1 0 ${f(2 * r)} 0a${f(r)} ${f(r)} 0 1 0 ${f(-2 * r)} 0z`;
    case "triangle":
      return `M0 ${f(-1.2 * r)}L${f(1.15 * r)} ${f(0.85 * r)}H${f(-1.15 * r)}z`;
    case "square":
      return `M${f(-0.9 * r)} ${f(-0.9 * r)}h${f(1.8 * r)}v${f(1.8 * r)}h${f(-1.8 * r)}z`;
    case "diamond":
      return `M0 ${f(-1.25 * r)}L${f(1.25 * r)} 0L0 ${f(1.25 * r)}L${f(-1.25 * r)} 0z`;
    case "pentagon":
      return `M0 ${f(-1.15 * r)}L${f(1.1 * r)} ${f(-0.36 * r)}L${f(0.68 * r)} ${f(0.93 * r)}H${f(-0.68 * r)}L${f(-1.1 * r)} ${f(-0.36 * r)}z`;
    case "plus": {
      const a = f(0.38 * r);
      const b = f(1.1 * r);
      return `M-${a} -${b}H${a}V-${a}H${b}V${a}H${a}V${b}H-${a}V${a}H-${b}V-${a}H-${a}z`;
    }
  }
}
