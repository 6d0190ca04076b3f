/** The command line with whatever a user may name by mistake. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { makeInputs } from './inputs.ts';
import { SILENT_MS, watch } from './process.ts';
import { HostileRepository } from './repository.ts';

const answer = z.object({ what: z.string(), problem: z.string() });
/** For all commands together. */
const MOST_MS = 30 * 60_000;

export interface TriedInputs {
  readonly tried: number;
  /** One per unacceptable answer. */
  readonly problems: readonly string[];
  readonly hangs: readonly string[];
}

export async function tryInputs(root: string): Promise<TriedInputs> {
  mkdirSync(root, { recursive: true });
  makeInputs(root);
  new HostileRepository(join(root, 'good')).write('a.ts', 'export const a = 1;\n').commit();
  const cwd = join(root, 'here');
  mkdirSync(cwd);
  const { exit, stdout, stderr, silentMs, killed } = await watch({
    args: [fileURLToPath(new URL('inputsChild.ts', import.meta.url)), root],
    cwd,
    env: { ...process.env, REPOTUNE_DATA: join(root, 'data') },
    mostMs: MOST_MS,
  });
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => answer.parse(JSON.parse(line)));
  const after = `after ${answers.at(-1)?.what ?? 'the start'}`;
  return {
    tried: answers.length,
    problems: [
      ...answers.flatMap(({ what, problem }) => (problem === '' ? [] : [`${what}: ${problem}`])),
      ...(exit === 0 || killed !== '' ? [] : [`ended with ${exit} ${after}: ${stderr.slice(-300)}`]),
    ],
    hangs:
      killed !== '' || silentMs > SILENT_MS ? [`${killed || `silent for ${Math.round(silentMs)} ms`} ${after}`] : [],
  };
}
