/** `npm run bench -- <complete|mine|train|budget|scaling|start|hyperparameters|teach|quantize|gpu|usefulness|keep-up|preference|prompt|next-edit|next-edit-chance|silence|beginnings> [options]`: each prints a table, and with --json one line with its bars. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../server/storage/paths.ts';

const names = [
  'complete',
  'mine',
  'train',
  'budget',
  'scaling',
  'start',
  'hyperparameters',
  'teach',
  'quantize',
  'gpu',
  'usefulness',
  'keep-up',
  'preference',
  'prompt',
  'next-edit',
  'next-edit-chance',
  'silence',
  'beginnings',
] as const;
const [name, ...options] = process.argv.slice(2);
const script = join(packageRoot, 'bench', `${name}.ts`);
if (name === undefined || !names.some((known) => known === name) || !existsSync(script)) {
  const there = names.filter((known) => readdirSync(join(packageRoot, 'bench')).includes(`${known}.ts`));
  const usage = `usage: npm run bench -- <${there.join('|')}> [options]\n\n--help behind a name shows its options.`;
  if (name === '--help' || name === '-h') console.log(usage);
  else console.error(usage);
  process.exit(name === '--help' || name === '-h' ? 0 : 2);
}
process.exitCode = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' }).status ?? 1;
