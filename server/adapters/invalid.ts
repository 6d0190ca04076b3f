/** Why a version's description of itself is refused. Pure. */
import * as z from 'zod';
import { placeOf } from '../common/expectation.ts';
import { toolVersion } from '../common/version.ts';

/** What every release has written, and will. */
const stated = z
  .object({ format: z.number().catch(1), toolVersion: z.string().catch('') })
  .catch({ format: 1, toolVersion: '' });
const FORMAT = 1;
const RELEASE = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;

/** Completes "its manifest": colleagues need not have the same release, and what a newer one writes is not damaged. */
export function whyInvalid(value: unknown, error: z.ZodError, own: string = toolVersion): string {
  if (!isFromNewer(value, own)) return `is not valid (${placeOf(error)})`;
  const { toolVersion: by } = stated.parse(value);
  return `was written by a newer Repotune${RELEASE.test(by) ? ` (${by})` : ''}: update this one to use it`;
}

export function isFromNewer(value: unknown, own: string = toolVersion): boolean {
  const { format, toolVersion: by } = stated.parse(value);
  return format > FORMAT || isNewer(by, own);
}

function isNewer(release: string, than: string): boolean {
  const [a, b] = [RELEASE.exec(release), RELEASE.exec(than)];
  if (a === null || b === null) return false;
  const at = [1, 2, 3].find((part) => a[part] !== b[part]);
  return at !== undefined && Number(a[at]) > Number(b[at]);
}
