// npm run check:peft [-- --json] [--python PYTHON [--save]]
// With --python (an interpreter that has torch, transformers, peft and gguf) the reference is made anew, and --save keeps
// it as the fixture; without, the fixture is the reference.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { architecturesIn, compareWithPeft, peftBars, trainAsReference } from './peft/compare.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, python: { type: 'string' }, save: { type: 'boolean' } },
});
const fixture = join(packageRoot, 'test', 'fixtures', 'peft');
const scratch = mkdtempSync(join(tmpdir(), 'repotune-peft-'));
try {
  const reference = values.python ? await makeReference(values.python) : fixture;
  if (values.save && values.python)
    cpSync(reference, fixture, { recursive: true, filter: (path) => !path.endsWith('README.md') });
  const comparisons = [];
  for (const architecture of await architecturesIn(reference))
    comparisons.push(await compareWithPeft(reference, architecture, join(scratch, 'compare')));
  if (!values.json) console.table(comparisons);
  report(peftBars(comparisons), values.json ?? false, { reference: values.python ? 'live' : 'fixture', comparisons });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function makeReference(python: string): Promise<string> {
  const folder = join(scratch, 'reference');
  runPython(python, 'make', folder);
  for (const architecture of await architecturesIn(folder))
    await trainAsReference(folder, architecture, scratch, join(folder, architecture, 'exported'));
  runPython(python, 'logits', folder);
  return folder;
}

function runPython(python: string, command: string, folder: string): void {
  const script = join(packageRoot, 'bench', 'peft', 'reference.py');
  const run = spawnSync(python, [script, command, folder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${python} ${script} ${command} failed: ${run.error?.message ?? run.stderr}`);
}
