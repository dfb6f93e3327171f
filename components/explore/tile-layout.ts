/** Where the tiles of explored orders lie: rows of equal squares, as large as their number allows. */

export interface TileLayout {
  sizePx: number;
  gapPx: number;
  columns: number;
  rows: number;
  heightPx: number;
}

/** Up to so many tiles are so large. Few sizes, so that a growing grid is laid out anew only a few times. */
const SIZES = [
  { upTo: 150, sizePx: 21, gapPx: 4 },
  { upTo: 400, sizePx: 15, gapPx: 3 },
  { upTo: 2000, sizePx: 9, gapPx: 2 },
  { upTo: Number.POSITIVE_INFINITY, sizePx: 5, gapPx: 1 },
];

export function tileLayout(count: number, widthPx: number, scale = 1): TileLayout {
  const found = SIZES.find(({ upTo }) => count <= upTo) ?? { sizePx: 5, gapPx: 1 };
  const sizePx = Math.round(found.sizePx * scale);
  const gapPx = found.gapPx;
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (sizePx + gapPx)));
  const rows = Math.ceil(count / columns);
  return { sizePx, gapPx, columns, rows, heightPx: Math.max(0, rows * (sizePx + gapPx) - gapPx) };
}

/** Left upper corner of a tile. */
export function tileAt(index: number, { sizePx, gapPx, columns }: TileLayout): { x: number; y: number } {
  return { x: (index % columns) * (sizePx + gapPx), y: Math.floor(index / columns) * (sizePx + gapPx) };
}

/** The tile under a point; a gap belongs to the tile before it. Null outside. */
export function tileUnder(x: number, y: number, count: number, { sizePx, gapPx, columns }: TileLayout): number | null {
  const column = Math.floor(x / (sizePx + gapPx));
  const index = Math.floor(y / (sizePx + gapPx)) * columns + column;
  return x < 0 || y < 0 || column >= columns || index >= count ? null : index;
}
