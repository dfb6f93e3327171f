/** Draws the lanes on a canvas: every frame while the comparison runs, and otherwise when something has changed. */
import { onThemeChange } from "../ui/colours";
import type { Geometry } from "./geometry";
import { LaneScene } from "./lane-scene";
import { type Frame, paint } from "./paint";
import { paintSelection } from "./paint-selection";
import { type Palette, readPalette } from "./palette";
import type { CompareSession } from "./session";
import { makeSprites, type Sprites } from "./sprites";
import { msAt } from "./time-axis";

/** How the picture is to be read. */
export interface Reading {
  /** A mark for every request; false: bars that count them. */
  isSingle: boolean;
  /** The stretch of time that one bar counts. */
  barMs: number;
}

export class LanePicture {
  private reading: Reading = { isSingle: true, barMs: 0 };
  private geometry: Geometry | null = null;
  private calm = false;
  private scene: LaneScene | null = null;
  private palette: Palette | null = null;
  private sprites: { made: Sprites; pitchPx: number; pixelRatio: number } | null = null;
  private frame: number | null = null;
  private readonly ends: (() => void)[];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly session: CompareSession,
    private readonly onReading: (reading: Reading) => void,
  ) {
    const recolour = () => {
      this.palette = null;
      this.sprites = null;
      this.draw();
    };
    canvas.addEventListener("pointerdown", this.select);
    this.ends = [
      session.subscribe(() => this.draw()),
      session.answers.subscribe(() => this.draw()),
      onThemeChange(recolour),
      () => canvas.removeEventListener("pointerdown", this.select),
    ];
    // Widths of text are wrong until the font is there.
    void document.fonts.ready.then(() => this.draw());
  }

  resize(geometry: Geometry, calm: boolean): void {
    this.geometry = geometry;
    this.calm = calm;
    // Projector mode changes sizes and colours with the geometry.
    this.palette = null;
    this.sprites = null;
    this.draw();
  }

  close(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    for (const end of this.ends) end();
    this.scene?.forget();
  }

  private readonly select = ({ offsetX }: PointerEvent): void => {
    const { session, geometry } = this;
    if (!geometry || !session.log) return;
    const atMs = msAt(session.timeView(this.calm), geometry.width, offsetX - geometry.margin);
    session.select(session.log.nearestDisagreement(atMs));
  };

  private draw(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
      if (this.session.isRunning) this.draw();
    });
  }

  private paint(): void {
    const { canvas, geometry, session } = this;
    const pen = canvas.getContext("2d");
    if (!pen || !geometry || geometry.width <= 0) return;
    const pixelRatio = devicePixelRatio;
    const width = Math.round((geometry.width + 2 * geometry.margin) * pixelRatio);
    const height = Math.round(geometry.height * pixelRatio);
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    pen.setTransform(pixelRatio, 0, 0, pixelRatio, geometry.margin * pixelRatio, 0);
    this.palette ??= readPalette(canvas.parentElement ?? document.body);
    const view = session.timeView(this.calm);
    const scene = this.sceneOf();
    // Lanes of a set-up that has been changed since are not those of the comparison.
    const isDrawn = scene !== null && scene.log.limiters === geometry.lanes.length;
    if (isDrawn) scene.arrange(view, geometry);
    const frame: Frame = {
      pen,
      view,
      geometry,
      palette: this.palette,
      scene: isDrawn ? scene : null,
      sprites: scene?.dots?.[0] ? this.spritesOf(this.palette, scene.dots[0].pitchPx, pixelRatio) : null,
    };
    paint(frame);
    if (session.selected !== null) paintSelection(frame, session.selected);
    if (isDrawn) this.tell({ isSingle: scene.dots !== null, barMs: scene.bins.binMs });
  }

  private tell(reading: Reading): void {
    if (reading.isSingle === this.reading.isSingle && reading.barMs === this.reading.barMs) return;
    this.reading = reading;
    this.onReading(reading);
  }

  private sceneOf(): LaneScene | null {
    const { log } = this.session;
    if (this.scene?.log !== log) {
      this.scene?.forget();
      this.scene = log && new LaneScene(log);
    }
    return this.scene;
  }

  private spritesOf(palette: Palette, pitchPx: number, pixelRatio: number): Sprites {
    if (this.sprites?.pitchPx !== pitchPx || this.sprites.pixelRatio !== pixelRatio)
      this.sprites = { made: makeSprites(palette, pitchPx, pixelRatio), pitchPx, pixelRatio };
    return this.sprites.made;
  }
}
