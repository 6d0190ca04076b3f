/**
 * Where versions are at the team's remote: `refs/repotune/<set>/manifest/<id>` and `refs/repotune/<set>/adapter/<id>/<part>`. For hosts
 * that refuse custom refs, the same names are below `refs/heads/repotune`.
 */
import { ADAPTER_ID } from '../protocol/manifest.ts';
import { sha256 } from './parts.ts';

export type RefSpace = 'refs' | 'branches';

const ROOTS: Readonly<Record<RefSpace, string>> = { refs: 'refs/repotune/', branches: 'refs/heads/repotune/' };
export const REF_SPACES: readonly RefSpace[] = ['refs', 'branches'];
const PART = /^\d{3}$/;

export type SharedRef = { readonly space: RefSpace; readonly set: string; readonly id: string } & (
  | { readonly kind: 'manifest' }
  | { readonly kind: 'part'; readonly part: number }
);

export function rootOf(space: RefSpace): string {
  return ROOTS[space];
}

export function refName(ref: SharedRef): string {
  const tail =
    ref.kind === 'manifest' ? `manifest/${ref.id}` : `adapter/${ref.id}/${String(ref.part).padStart(3, '0')}`;
  return `${ROOTS[ref.space]}${ref.set}/${tail}`;
}

/** null for a ref that is not ours; names come from the remote and may be anything. */
export function parseRef(name: string): SharedRef | null {
  const space = REF_SPACES.find((one) => name.startsWith(ROOTS[one]));
  if (space === undefined) return null;
  const [set = '', kind, id = '', part, ...more] = name.slice(ROOTS[space].length).split('/');
  if (!ADAPTER_ID.test(set) || !ADAPTER_ID.test(id) || more.length > 0) return null;
  if (kind === 'manifest' && part === undefined) return { space, set, id, kind };
  if (kind === 'adapter' && part !== undefined && PART.test(part))
    return { space, set, id, kind: 'part', part: Number(part) };
  return null;
}

/**
 * A set's name, derived from a version's: lower case, dashes, 2 to 64 characters. Names in other scripts get a hash: in one set, pruning would
 * take their versions for older ones of the same.
 */
export function setName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const whole = name.normalize('NFC').toLowerCase();
  const hash = /[^ -~]/.test(plain) ? `-${sha256(Buffer.from(whole)).slice(0, 8)}` : '';
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64 - hash.length)
    .replace(/^-+|-+$/g, '');
  const set = `${slug}${hash}`.replace(/^-/, '');
  return ADAPTER_ID.test(set) && slug !== '' ? set : `set-${set || 'shared'}`;
}
