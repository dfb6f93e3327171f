/** The dots of a flow on a canvas: drawn when something has changed, and frame by frame while a dot travels. */
import type { FlowLane, FlowMark } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { onThemeChange, resolveColours } from "../ui/colours";
import { type FlowField, Slots, spots } from "./flow-layout";

const TRAVEL_MS = 260;

export interface FlowScene {
  lanes: readonly FlowLane[];
  /** By lane: order of the actor's first appearance. */
  hues: readonly (number | undefined)[];
  field: FlowField;
  width: number;
  height: number;
  /** Nothing moves. */
  calm: boolean;
}

interface Dot {
  mark: FlowMark;
  hue: string;
  fromX: number;
  fromY: number;
  x: number;
  y: number;
  startedAt: number;
}

export class FlowPicture {
  private readonly slots = new Slots();
  private readonly dots = new Map<number, Dot>();
  private colours: Record<string, string> | null = null;
  private scene: FlowScene | null = null;
  /** All of the scene but its dots. */
  private look = "";
  private radius = 4;
  private frame: number | null = null;
  private readonly forgetTheme: () => void;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.forgetTheme = onThemeChange(() => {
      this.colours = null;
      this.draw();
    });
  }

  /** What is to be seen from now on. */
  show(scene: FlowScene): void {
    const { lanes, ...rest } = scene;
    const look = JSON.stringify(rest);
    let isOther = look !== this.look;
    // Projector mode has other colours, and comes with other sizes; a new lane may have a hue that was not there.
    if (isOther) this.colours = null;
    this.look = look;
    this.scene = scene;
    const { spots: places, pitch } = spots(this.slots.settle(lanes), scene.field);
    this.radius = Math.min(scene.field.pitchPx, scene.field.rowPx, pitch) * 0.38;
    const now = performance.now();
    for (const id of this.dots.keys()) if (!places.has(id)) isOther = this.dots.delete(id);
    lanes.forEach(({ dots }, lane) => {
      for (const { id, mark } of dots) {
        const place = places.get(id);
        if (place && this.move(id, place, mark, actorHue(scene.hues[lane]), now)) isOther = true;
      }
    });
    if (isOther) this.draw();
  }

  close(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.forgetTheme();
  }

  /** @returns whether it is another dot than before, or elsewhere */
  private move(id: number, { x, y }: { x: number; y: number }, mark: FlowMark, hue: string, now: number): boolean {
    const dot = this.dots.get(id);
    if (!dot) {
      this.dots.set(id, { mark, hue, x, y, fromX: 0, fromY: y, startedAt: now });
      return true;
    }
    const isElsewhere = dot.x !== x || dot.y !== y;
    const isOther = dot.mark !== mark || dot.hue !== hue;
    Object.assign(dot, { mark, hue });
    if (isElsewhere) {
      const at = this.positionOf(dot, now);
      Object.assign(dot, { fromX: at.x, fromY: at.y, x, y, startedAt: now });
    }
    return isElsewhere || isOther;
  }

  private positionOf({ fromX, fromY, x, y, startedAt }: Dot, now: number): { x: number; y: number } {
    if (this.scene?.calm) return { x, y };
    const share = Math.min(1, (now - startedAt) / TRAVEL_MS);
    const eased = 1 - (1 - share) ** 3;
    return { x: fromX + (x - fromX) * eased, y: fromY + (y - fromY) * eased };
  }

  private draw(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.paint(performance.now())) this.draw();
    });
  }

  /** @returns whether any dot is still on its way */
  private paint(now: number): boolean {
    const { canvas, scene } = this;
    const pen = canvas.getContext("2d");
    if (!pen || !scene) return false;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, scene.width, scene.height);
    this.colours ??= resolveColours(canvas.parentElement ?? document.body, coloursOf(scene.hues));
    let travelling = false;
    // Dots that look alike are one path: hundreds of them cost some ten strokes.
    const alike = new Map<string, { mark: FlowMark; colour: string; at: { x: number; y: number }[] }>();
    for (const dot of this.dots.values()) {
      if (!scene.calm && now - dot.startedAt < TRAVEL_MS) travelling = true;
      const name = dot.mark === "failed" ? "deny" : dot.mark === "asks" ? "soft" : dot.hue;
      const key = `${dot.mark} ${name}`;
      const group = alike.get(key) ?? { mark: dot.mark, colour: this.colours[name] ?? "", at: [] };
      group.at.push(this.positionOf(dot, now));
      alike.set(key, group);
    }
    for (const { mark, colour, at } of alike.values()) {
      pen.strokeStyle = pen.fillStyle = colour;
      pen.beginPath();
      for (const { x, y } of at) tracePath(pen, mark, x, y, this.radius);
      if (mark === "hit" || mark === "query") pen.fill();
      else {
        pen.lineWidth = Math.max(1, this.radius * (mark === "asks" ? 0.25 : 0.4));
        pen.stroke();
      }
    }
    return travelling;
  }
}

/** The same marks as in the legend. */
function tracePath(pen: CanvasRenderingContext2D, mark: FlowMark, x: number, y: number, r: number): void {
  if (mark === "query") {
    pen.rect(x - r, y - r, 2 * r, 2 * r);
    return;
  }
  const size = mark === "asks" ? r * 0.7 : mark === "hit" ? r : r * 0.85;
  pen.moveTo(x + size, y);
  pen.arc(x, y, size, 0, 2 * Math.PI);
  if (mark !== "failed") return;
  const reach = size * 0.6;
  pen.moveTo(x - reach, y - reach);
  pen.lineTo(x + reach, y + reach);
  pen.moveTo(x + reach, y - reach);
  pen.lineTo(x - reach, y + reach);
}

/** By the name under which a dot asks for it. */
function coloursOf(hues: FlowScene["hues"]): Record<string, string> {
  const own = [...new Set(hues.map(actorHue))].map((hue) => [hue, hue]);
  return { ...Object.fromEntries(own), deny: "var(--deny)", soft: "var(--soft)" };
}
