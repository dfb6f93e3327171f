/** How many entries of a tape fit, how far apart they stand, and which of them are named. */

const NARROWEST_PX = 15;
const WIDEST_PX = 112;
/** Names closer than this would run into each other. */
const NAME_PX = 62;
const CHARACTER_PX = 6.6;
const ROOM_PX = 300;
/** Where rows belong together, under headings, there are more of them, and numbers below. */
const GROUPED_ROOM_PX = 230;
const ROW_PX = [40, 84] as const;

export interface TapeLayout {
  /** Of the entries, the first one that is drawn. */
  from: number;
  /** From one to the next, px. */
  pitch: number;
  /** Every so many of them is named, counted from the newest. */
  stride: number;
  /** Characters of a name. */
  characters: number;
}

export function layTape(count: number, width: number, scale: number): TapeLayout {
  const fit = Math.max(1, Math.floor(width / (NARROWEST_PX * scale)));
  const shown = Math.min(count, fit);
  const pitch = Math.min(WIDEST_PX * scale, width / Math.max(1, shown));
  const stride = Math.max(1, Math.ceil((NAME_PX * scale) / pitch));
  return {
    from: count - shown,
    pitch,
    stride,
    characters: Math.max(3, Math.floor((pitch * stride) / (CHARACTER_PX * scale)) - 1),
  };
}

/** Height of a row: few rows get high ones. */
export const rowHeight = (rows: number, scale: number, grouped = false): number => {
  const room = grouped ? GROUPED_ROOM_PX : ROOM_PX;
  return Math.round(Math.min(ROW_PX[1], Math.max(ROW_PX[0], room / Math.max(1, rows))) * scale);
};

export const cutText = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
