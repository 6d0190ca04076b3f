/** Manifests and part lists corrupted on purpose, against their schemas. */
import { manifestSchema } from '../../server/protocol/manifest.ts';
import { envelopeSchema, isConsistent } from '../../server/sharing/envelope.ts';
import { below, pick, type Random } from './mutate.ts';

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  '',
  'x',
  '../x',
  '--upload-pack=x',
  'a'.repeat(1000),
  [],
  {},
  [[]],
  { __proto__: 1 },
];

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** A copy with one value anywhere changed, removed, or given a sibling. */
export function mutateJson(value: Json, random: Random): Json {
  const copy = structuredClone(value);
  let at = copy as Record<string, Json>;
  for (;;) {
    const key = pick(Object.keys(at), random);
    const inner = at[key];
    if (inner !== null && typeof inner === 'object' && Object.keys(inner).length > 0 && random() < 0.7) {
      at = inner as Record<string, Json>;
      continue;
    }
    const choice = random();
    if (choice < 0.2) delete at[key];
    else if (choice < 0.3) at[`x${below(100, random)}`] = 1;
    else at[key] = pick(VALUES, random) as Json;
    return copy;
  }
}

/** What is accepted must still be meaningful, which is checked here by hand, independently of the schema. */
export function manifestVerdict(value: unknown): 'refused' | 'accepted' | 'corruption' {
  const { data, success } = manifestSchema.safeParse(value);
  if (!success) return 'refused';
  const { id, adapter, base } = data;
  const sound =
    /^[a-z0-9-]+$/.test(id) &&
    !id.startsWith('-') &&
    adapter.rank >= 1 &&
    Number.isSafeInteger(adapter.sizeBytes) &&
    adapter.sizeBytes >= 0 &&
    adapter.sha256.length === 64 &&
    base.sha256.length === 64 &&
    Number.isFinite(adapter.alpha);
  return sound ? 'accepted' : 'corruption';
}

export function envelopeVerdict(value: unknown, adapterBytes: number): 'refused' | 'accepted' | 'corruption' {
  const { data, success } = envelopeSchema.safeParse(value);
  if (!success || !isConsistent(data, adapterBytes)) return 'refused';
  return data.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) === adapterBytes ? 'accepted' : 'corruption';
}
