/** Where the links between boxes begin and end, and what lies on them. px. */
import type { NodeBox, NodeMessage, NodesPanel } from "@/lib/contract";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}
/** Between two boxes; `from` and `to` as the link names them. */
export interface Segment {
  from: string;
  to: string;
  a: Point;
  b: Point;
}

/** Of a box's side, the middle part on which links end. */
const SIDE = 0.7;
/** How far a message that is missed gets. */
export const MISSED_AT = 0.55;
const WORDS_AT = 0.72;

/** Rows in the order of their first box. */
export function rowsOf(nodes: readonly NodeBox[]): NodeBox[][] {
  const rows = new Map<string, NodeBox[]>();
  for (const node of nodes) rows.set(node.row, [...(rows.get(node.row) ?? []), node]);
  return [...rows.values()];
}

/** One segment per link whose two boxes are there. Those that end on one side of a box stand apart, and cross as little as can be. */
export function segmentsOf(links: NodesPanel["links"], rects: ReadonlyMap<string, Rect>): Segment[] {
  const middle = ({ x, width }: Rect) => x + width / 2;
  const placed = links.flatMap((link) => {
    const [from, to] = [rects.get(link.from), rects.get(link.to)];
    return from && to && link.from !== link.to ? [{ link, from, to }] : [];
  });
  const end = (self: Rect, other: Rect): Point => {
    if (overlapY(self, other))
      return { x: other.x > self.x ? self.x + self.width : self.x, y: self.y + self.height / 2 };
    const below = other.y > self.y;
    const rivals = placed
      .flatMap(({ from, to }) => (from === self ? [to] : to === self ? [from] : []))
      .filter((rival) => !overlapY(self, rival) && rival.y > self.y === below)
      .sort((one, two) => middle(one) - middle(two));
    const share = (rivals.indexOf(other) + 1) / (rivals.length + 1);
    return { x: self.x + self.width * ((1 - SIDE) / 2 + SIDE * share), y: below ? self.y + self.height : self.y };
  };
  return placed.map(({ link, from, to }) => ({ from: link.from, to: link.to, a: end(from, to), b: end(to, from) }));
}

const overlapY = (one: Rect, two: Rect): boolean => one.y < two.y + two.height && two.y < one.y + one.height;

interface Way {
  a: Point;
  b: Point;
  /** Where its words stand: towards the box with fewer links, away from where they come together. */
  words: Point;
}

/** The way of a message: along the link between its boxes, whichever way that was named. Null where there is none. */
export function wayOf(message: NodeMessage, segments: readonly Segment[]): Way | null {
  const along = segments.find(({ from, to }) => from === message.from && to === message.to);
  const link = along ?? segments.find(({ from, to }) => from === message.to && to === message.from);
  if (!link) return null;
  const way = along ? { a: link.a, b: link.b } : { a: link.b, b: link.a };
  const linksOf = (id: string) => segments.filter(({ from, to }) => from === id || to === id).length;
  const share = linksOf(message.to) <= linksOf(message.from) ? WORDS_AT : 1 - WORDS_AT;
  return { ...way, words: pointAt(way, share) };
}

/** The point so far along the way, 0 to 1. */
export const pointAt = ({ a, b }: { a: Point; b: Point }, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});

/** What is left of a ring, 0 to 1. */
export const ringShare = ({ ttlMs, ofMs }: NonNullable<NodeBox["ring"]>): number =>
  ofMs > 0 ? Math.min(1, Math.max(0, ttlMs / ofMs)) : 0;
