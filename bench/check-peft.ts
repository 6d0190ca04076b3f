// npm run check:peft: `--help` says what it does.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { commandLine, refuse } from './commandLine.ts';
import { architecturesIn, compareWithPeft, peftBars, trainAsReference } from './peft/compare.ts';

const USAGE = `usage: npm run check:peft -- [--python PYTHON [--save]] [--json]

Whether the trainer trains like PyTorch's PEFT, and whether adapters can be exchanged both ways.

options:
  --python PYTHON   an interpreter with torch, transformers, peft and gguf, to make the reference anew (the fixture)
  --save            keep that reference as the fixture
  --json            end with one line of JSON`;

const { values } = commandLine(USAGE, { python: { type: 'string' }, save: { type: 'boolean' } });
if (values.save && values.python === undefined) refuse('--save needs --python: without it nothing is made anew.');
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
  report(peftBars(comparisons), values.json, { reference: values.python ? 'live' : 'fixture', comparisons });
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
