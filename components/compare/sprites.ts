/** The marks of single requests, drawn once and then copied: admitted a filled dot, denied a crossed ring. */
import type { Letter } from "./answer-log";
import type { Palette } from "./palette";

export interface Sprites {
  sizePx: number;
  /** By letter; ringed when the limiters differed. */
  plain: Record<Letter, CanvasImageSource>;
  ringed: Record<Letter, CanvasImageSource>;
}

export function makeSprites(palette: Palette, pitchPx: number, pixelRatio: number): Sprites {
  const sizePx = Math.ceil(pitchPx * 1.3);
  const sprite = (letter: Letter, isRinged: boolean): CanvasImageSource => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(sizePx * pixelRatio);
    const pen = canvas.getContext("2d");
    if (!pen) return canvas;
    pen.scale(pixelRatio, pixelRatio);
    pen.translate(sizePx / 2, sizePx / 2);
    drawMark(pen, palette, letter, pitchPx * 0.37);
    if (isRinged) {
      pen.beginPath();
      pen.arc(0, 0, pitchPx * 0.53, 0, 2 * Math.PI);
      pen.strokeStyle = palette.ink;
      pen.lineWidth = Math.max(1, pitchPx * 0.075);
      pen.stroke();
    }
    return canvas;
  };
  const all = (isRinged: boolean) => ({ y: sprite("y", isRinged), n: sprite("n", isRinged), x: sprite("x", isRinged) });
  return { sizePx, plain: all(false), ringed: all(true) };
}

/** Around 0,0, so large as a circle of radius `r`. */
export function drawMark(pen: CanvasRenderingContext2D, palette: Palette, letter: Letter, r: number): void {
  pen.beginPath();
  switch (letter) {
    case "y":
      pen.arc(0, 0, r, 0, 2 * Math.PI);
      pen.fillStyle = palette.admitted;
      pen.fill();
      return;
    case "n": {
      const line = Math.max(1.1, r * 0.3);
      const reach = (r - line / 2) * 0.62;
      pen.arc(0, 0, r - line / 2, 0, 2 * Math.PI);
      pen.moveTo(-reach, -reach);
      pen.lineTo(reach, reach);
      pen.moveTo(reach, -reach);
      pen.lineTo(-reach, reach);
      pen.fillStyle = palette.bg;
      pen.fill();
      pen.strokeStyle = palette.denied;
      pen.lineWidth = line;
      pen.stroke();
      return;
    }
    case "x":
      pen.rect(-r * 0.8, -r * 0.8, r * 1.6, r * 1.6);
      pen.strokeStyle = palette.failed;
      pen.lineWidth = Math.max(1.1, r * 0.3);
      pen.stroke();
  }
}
