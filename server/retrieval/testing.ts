/** For the tests of cross-file context: a file that another one imports from. */
import { reasonFromText } from '../mining/content.ts';
import { indexedText } from '../mining/indexing.ts';
import type { IndexEntry } from './index.ts';

export const geometry = `export interface Circle {
  radius: number;
}

export function areaOfCircle(circle: Circle): number {
  return Math.PI * circle.radius ** 2;
}
`;
export const prefix = `import { areaOfCircle, type Circle } from '../geometry';

export function total(circles: Circle[]): number {
  let sum = 0;
  for (const circle of circles) sum += `;

/** As in mining, for these files without a folder. */
export async function entryOf(path: string, text: string): Promise<IndexEntry | null> {
  return reasonFromText(text) === null ? await indexedText(path, text) : null;
}

/** With another parameter. */
export const geometryWith = (parameter: string): string =>
  geometry.replaceAll('circle: Circle', `circle: Circle, ${parameter}`);

/** What has come is taken in. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
