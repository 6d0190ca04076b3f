/**
 * A run's results in a repository as numbers, without any of its code: a file from which anyone can recompute the figures, and which allows
 * a table of several repositories to be built over several days.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { firstLine, WRITERS } from '../../server/completion/worth.ts';
import { tuneSchema } from '../keptTune.ts';
import type { ArmName } from './arms.ts';
import type { ArmFound, ArmsFound } from './figures.ts';
import type { Found } from './work.ts';

/**
 * One place under one arm: characters of the first line that was written and of what follows it (0 where nothing was), mean log
 * probability of a token, whether all and whether the first line is right, similarity, characters kept, whether the syntax is valid, loss
 * in nats and bytes of what was really written there, tokens of the prompt; of a text of several lines whose first one can stand alone,
 * whether that is all, its similarity and whether its syntax is valid; the part of the loss that is where it ends; the number of its file.
 */
const row = z.tuple([
  z.number().int().nonnegative(),
  z.number().int().nonnegative(),
  z.number().nullable(),
  z.boolean(),
  z.boolean(),
  z.number(),
  z.number(),
  z.boolean().nullable(),
  z.number(),
  z.number(),
  z.number(),
  z.tuple([z.boolean(), z.number(), z.boolean().nullable()]).nullable(),
  z.number().nullable().optional(),
  z.number().int().nonnegative().nullable().optional(),
]);
type Row = z.infer<typeof row>;

const schema = z.object({
  repository: z.string(),
  commit: z.string(),
  /** The repository that the arm `other` learned; null if none. */
  other: z.string().nullable(),
  model: z.string(),
  minutes: z.number(),
  promptTokens: z.number().nullable(),
  /** How much each adapter learned. */
  tunes: z.partialRecord(
    z.enum(['own', 'other', 'layout']),
    tuneSchema.pick({ steps: true, tokens: true, seconds: true }),
  ),
  activated: z.boolean().nullable(),
  arms: z.record(z.string(), z.object({ writer: z.enum(WRITERS), found: z.array(row) })),
});

export type Recorded = Omit<z.infer<typeof schema>, 'arms'> & { readonly found: ArmsFound };

export async function writeRecord(folder: string, { found, ...about }: Recorded): Promise<void> {
  await mkdir(folder, { recursive: true });
  const arms = (Object.entries(found) as [ArmName, ArmFound][]).map(([name, { writer, found: all }]) => {
    const rows = all.map((one) => `  ${JSON.stringify(rowOf(one))}`).join(',\n');
    return `  ${JSON.stringify(name)}: { "writer": ${JSON.stringify(writer)}, "found": [\n${rows}\n  ] }`;
  });
  const head = JSON.stringify(schema.omit({ arms: true }).parse(about), null, 1).slice(0, -2);
  await writeFile(join(folder, `${about.repository}.json`), `${head},\n "arms": {\n${arms.join(',\n')}\n }\n}\n`);
}

/** All records of a folder, by name. Throws if a file is not a record. */
export function readRecords(folder: string): Recorded[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => {
    const { arms, ...about } = schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const found = Object.entries(arms).map(([arm, one]) => [arm, { ...one, found: one.found.map(foundOf) }]);
    return { ...about, found: Object.fromEntries(found) };
  });
}

function rowOf(one: Found): Row {
  const first = firstLine(one.text).length;
  const {
    confidence,
    exact,
    firstLine: right,
    similarity,
    kept,
    syntaxValid,
    nll,
    bytes,
    promptTokens,
    alone,
    end,
    file,
  } = one;
  return [
    first,
    one.text.trim().length - first,
    // Precise enough that borderline suggestions stay on the same side when the figures are recomputed.
    confidence === null ? null : rounded(confidence, 9),
    exact,
    right,
    rounded(similarity),
    kept,
    syntaxValid,
    rounded(nll),
    bytes,
    promptTokens,
    alone && [alone.exact, rounded(alone.similarity), alone.syntaxValid],
    end === null ? null : rounded(end),
    file,
  ];
}

/** Its text has the same length as what was written, line by line, which is all the figures depend on. */
function foundOf([
  first,
  further,
  confidence,
  exact,
  right,
  similarity,
  kept,
  valid,
  nll,
  bytes,
  tokens,
  alone,
  end = null,
  file = null,
]: Row): Found {
  return {
    text: 'x'.repeat(first) + (further === 0 ? '' : `\n${'x'.repeat(further - 1)}`),
    silent: '',
    confidence,
    exact,
    firstLine: right,
    similarity,
    kept,
    syntaxValid: valid,
    nll,
    bytes,
    end,
    promptTokens: tokens,
    file,
    alone: alone && { exact: alone[0], similarity: alone[1], syntaxValid: alone[2] },
  };
}

function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}
