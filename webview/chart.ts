import uPlot from 'uplot';
import type { LossPoint } from '../server/protocol/tune.ts';
import { describeCurve } from './curve.ts';
import { element, setText } from './dom.ts';

const heightPx = 180;
/** Colour alone must not tell the two curves apart: held-out is dashed and has points. */
const colours = { train: '--vscode-charts-blue', heldOut: '--vscode-charts-yellow' } as const;

/** The loss curves. Colours come from the theme and follow it; a line of text says the same to screen readers. */
export class LossChart {
  readonly root = element('figure', { class: 'chart' });
  readonly #canvas = element('div', { role: 'img', 'aria-label': 'Loss curves' });
  readonly #caption = element('figcaption', { class: 'muted' });
  #plot: uPlot | null = null;
  #points: readonly LossPoint[] = [];

  constructor() {
    this.root.append(this.#canvas, this.#caption);
    new ResizeObserver(() => this.#resize()).observe(this.root);
    new MutationObserver(() => this.#make()).observe(document.body, { attributeFilter: ['class'] });
  }

  draw(points: readonly LossPoint[]): void {
    this.#points = points;
    if (!this.#plot) this.#make();
    else this.#plot.setData(columns(points));
    const text = describeCurve(points);
    setText(this.#caption, text);
    this.#canvas.setAttribute('aria-label', `Loss curves. ${text}`);
  }

  #make(): void {
    this.#plot?.destroy();
    this.#plot = null;
    const width = this.root.clientWidth;
    if (width === 0) return;
    this.#plot = new uPlot(options(width), columns(this.#points), this.#canvas);
  }

  #resize(): void {
    const width = this.root.clientWidth;
    if (width === 0) return;
    if (this.#plot) this.#plot.setSize({ width, height: heightPx });
    else this.#make();
  }
}

function options(width: number): uPlot.Options {
  const style = getComputedStyle(document.body);
  // The system's colours replace the theme's everywhere but in a canvas.
  const forced = matchMedia('(forced-colors: active)').matches;
  const colour = (name: string) => (forced ? 'CanvasText' : style.getPropertyValue(name).trim() || style.color);
  const axis: uPlot.Axis = {
    stroke: colour('--vscode-foreground'),
    grid: { stroke: colour('--vscode-widget-border'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const held = colour(colours.heldOut);
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: [
      { ...axis, size: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      { ...axis, size: 40 },
    ],
    series: [
      {},
      { stroke: colour(colours.train), width: 1.5, spanGaps: true, points: { show: false } },
      { stroke: held, width: 1.5, dash: [5, 3], spanGaps: true, points: { show: true, size: 6, fill: held } },
    ],
  };
}

function columns(points: readonly LossPoint[]): uPlot.AlignedData {
  return [points.map(({ step }) => step), points.map(({ train }) => train), points.map(({ heldOut }) => heldOut)];
}
