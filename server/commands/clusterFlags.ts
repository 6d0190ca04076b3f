/** What `cluster` takes on its command line. */
import { type OnlyFor, parse, UsageError } from './command.ts';

const options = {
  address: { type: 'string' },
  base: { type: 'string' },
  model: { type: 'string' },
  rank: { type: 'string' },
  alpha: { type: 'string' },
  'learning-rate': { type: 'string' },
  seed: { type: 'string' },
  steps: { type: 'string' },
  device: { type: 'string' },
  cpus: { type: 'string' },
  installed: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  remote: { type: 'string' },
  detach: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  // Consent given in advance to an address that nothing was sent to before: `--yes` alone does not include it.
  'trust-address': { type: 'boolean', default: false },
  from: { type: 'string' },
  // A submission packed earlier, which the language server has listed and asked about in the editor.
  packed: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export function read(args: readonly string[]) {
  return parse(args, options);
}
export type Flags = ReturnType<typeof read>['values'];
export type Action = (names: readonly string[], flags: Flags, signal: AbortSignal) => Promise<number>;

const PACKING = ['submit', 'pack'] as const;
const FOLLOWING = ['submit', 'follow', 'take'] as const;
export const ONLY_FOR: OnlyFor<Exclude<keyof Flags, 'json'>> = {
  address: PACKING,
  base: PACKING,
  model: PACKING,
  rank: PACKING,
  alpha: PACKING,
  'learning-rate': PACKING,
  seed: PACKING,
  steps: PACKING,
  device: PACKING,
  cpus: PACKING,
  installed: PACKING,
  publish: FOLLOWING,
  remote: FOLLOWING,
  detach: ['submit'],
  yes: ['submit'],
  'trust-address': ['submit'],
  packed: ['submit'],
  from: ['take'],
};

/** The one submission named. */
export function only(names: readonly string[]): string {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0)
    throw new UsageError('name one submission; repotune cluster list shows them');
  return name;
}
