/** A walk's curve as a picture: each arm's loss on what every chunk adds. */
import type { KeepUpFigures } from './figures.ts';
import { ARMS, type Arm } from './walk.ts';

const COLOURS: Readonly<Record<Arm, string>> = { base: '#777777', once: '#c2571a', anew: '#2b6cb0', kept: '#2f855a' };
const SIZE = { width: 640, height: 300, left: 64, right: 92, top: 28, bottom: 36 } as const;

/** SVG; `figures.curve` has at least two points. */
export function curveOf({ repository, curve }: KeepUpFigures): string {
  const losses = curve.flatMap(({ loss }) => ARMS.map((arm) => loss[arm]));
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const room = Math.max(1e-6, (high - low) * 0.08);
  const x = (i: number): number => SIZE.left + (i / (curve.length - 1)) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (loss: number): number =>
    SIZE.top + ((high + room - loss) / (high - low + 2 * room)) * (SIZE.height - SIZE.top - SIZE.bottom);
  const ticks = [0, 0.5, 1].map((share) => low + share * (high - low));
  const lines = ARMS.map((arm) => {
    const points = curve.map(({ loss }, i) => `${x(i).toFixed(1)},${y(loss[arm]).toFixed(1)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[arm]}" stroke-width="2"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(repository)}: nats a token on what each chunk of commits adds</title>`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="white"/>`,
    `<text x="${SIZE.left}" y="16">${escaped(repository)}: nats a token on what each chunk adds, before it is learned</text>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="#dddddd"/>` +
        `<text x="${SIZE.left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${tick.toFixed(3)}</text>`,
    ),
    ...curve.map(
      ({ day }, i) =>
        `<text x="${x(i).toFixed(1)}" y="${SIZE.height - 12}" text-anchor="middle">${escaped(day)}</text>`,
    ),
    ...lines,
    ...legend(y, curve.at(-1)!.loss),
    '</svg>',
    '',
  ].join('\n');
}

/** Labels beside the line ends, at least a line's height apart. */
function legend(y: (loss: number) => number, last: Readonly<Record<Arm, number>>): string[] {
  let lowest = Number.NEGATIVE_INFINITY;
  return [...ARMS]
    .sort((a, b) => y(last[a]) - y(last[b]))
    .map((arm) => {
      lowest = Math.max(lowest + 14, y(last[arm]) + 4);
      const at = `x="${SIZE.width - SIZE.right + 10}" y="${lowest.toFixed(1)}"`;
      return `<text ${at} fill="${COLOURS[arm]}">${arm === 'kept' ? 'kept up' : arm}</text>`;
    });
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character);
}
