/**
 * What a folder's results depend on, kept beside them, so that results which cannot be compared are never mixed: a stopped run is only
 * continued as it was started.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isSameFormat, type PromptFormat, promptFormatSchema } from '../server/protocol/promptFormat.ts';

const schema = z.strictObject({
  /** The base's SHA-256. */
  model: z.string(),
  prompts: promptFormatSchema,
  places: z.number(),
  /** null: the model's context. */
  promptTokens: z.number().nullable(),
  /** The repository's, and so what its places and tunes are drawn from. */
  commit: z.string(),
  /** Of a tune. */
  minutes: z.number(),
  /** The repository that the arm `other` is tuned on, and its commit. */
  other: z.string(),
  /** How next edits are asked for: it depends on the model's name too. */
  editLayout: z.string(),
  /** A bench's options as on its command line. */
  options: z.string(),
});
const kept = schema.partial();
/** Only what concerns the folder: one without tunes does not depend on their duration. */
export type MadeWith = Readonly<Partial<z.infer<typeof schema>>> & { readonly prompts: PromptFormat };
type Fact = keyof MadeWith;

const FILE = 'made-with.json';
const NAMES: Readonly<Record<Fact, string>> = {
  model: 'base',
  prompts: 'prompts',
  places: '--places',
  promptTokens: '--prompt-tokens',
  commit: 'commit',
  minutes: '--minutes',
  other: 'other repository',
  editLayout: 'layout of edits',
  options: 'options',
};
/** What says nothing about the prompts of a folder without the file: places have none, and this arm has always had the same. */
const ANY_PROMPTS = [FILE, 'places.json', 'base-prefix-first.jsonl'];

/**
 * Why results made with `now` cannot go into this folder, and what to do; null: they can. Folders older than the file were made with the
 * prompts that the base's maker published, or later ones: where the two are the same, they are taken for made like now. Where nothing is
 * known of them (null), they are not.
 */
export function refusalOf(folder: string, now: MadeWith, published: PromptFormat | null): string | null {
  const then = keptIn(folder);
  if (published === null && !existsSync(join(folder, FILE)) && existsSync(folder) && readdirSync(folder).length > 0)
    return (
      `${folder} is of an earlier version, which did not record what it was made with. Name another folder with --work; or, if you ` +
      `know that all of it was the same, write ${JSON.stringify(now)} into ${join(folder, FILE)}.`
    );
  if (published !== null && then.prompts === undefined && holdsResults(folder) && !isSameFormat(now.prompts, published))
    return (
      `${folder} is of an earlier version, which did not record whether prompts were ${published.order} or ${now.prompts.order}, ` +
      `as they are now. Name another folder with --work; or, if you know that they were the same, write ` +
      `${JSON.stringify({ prompts: now.prompts })} into ${join(folder, FILE)}.`
    );
  const differing = (Object.keys(now) as Fact[]).filter(
    (fact) => then[fact] !== undefined && said(then[fact]) !== said(now[fact]),
  );
  if (differing.length === 0) return null;
  const told = differing.map((fact) => `${NAMES[fact]} ${said(then[fact])}, now ${said(now[fact])}`);
  return (
    `${folder} was made with ${told.join('; ')}. Its results cannot be compared with new ones: ` +
    'run the bench as it was then, or name another folder with --work.'
  );
}

export function remember(folder: string, now: MadeWith): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILE), JSON.stringify({ ...keptIn(folder), ...now }));
}

function keptIn(folder: string): z.infer<typeof kept> {
  const file = join(folder, FILE);
  return existsSync(file) ? kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

function holdsResults(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => !ANY_PROMPTS.includes(name));
}

function said(fact: MadeWith[Fact]): string {
  if (fact === null) return 'of any number';
  if (typeof fact !== 'object') return String(fact);
  return `${fact.order} ${fact.repoTokens ? 'with' : 'without'} repository tokens`;
}
