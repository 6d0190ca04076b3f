// npm run check:resume: `--help` says what it does.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { checkResume } from './resume/kills.ts';
import { checkWholeRuns } from './resume/wholeRuns.ts';

const USAGE = `usage: npm run check:resume -- [--kills N] [--steps N] [--whole N] [--json]

A run killed with SIGKILL at a random moment of its steps and resumed from its checkpoint must end with exactly the adapter of an
undisturbed run. A run of the command line that is killed with all its processes must be continued by tune --resume to a stored adapter.

options:
  --kills N   (20)
  --steps N   of a run (12)
  --whole N   runs of the command line, each of three minutes (3)
  --json      end with one line of JSON`;

const { values } = commandLine(USAGE, {
  kills: { type: 'string', default: '20' },
  steps: { type: 'string', default: '12' },
  whole: { type: 'string', default: '3' },
});

const kills = wholeNumber('--kills', values.kills);
const steps = wholeNumber('--steps', values.steps);
const folder = await mkdtemp(join(tmpdir(), 'repotune-resume-'));
try {
  await mkdir(folder, { recursive: true });
  const say = (line: string): void => {
    if (!values.json) console.log(line);
  };
  const outcome = await checkResume({
    folder: resolve(folder),
    kills,
    steps,
    say,
  });
  const whole = await checkWholeRuns({ folder: resolve(folder), kills: wholeNumber('--whole', values.whole), say });
  const notResumed = outcome.runs - outcome.resumed;
  report(
    [
      { name: 'runs-that-differ', value: outcome.differ, op: '<=', bar: 0 },
      { name: 'runs-not-resumed', value: notResumed, op: '<=', bar: 0 },
      { name: 'whole-runs-not-continued', value: whole.notContinued, op: '<=', bar: 0 },
    ],
    values.json,
    { ...outcome, ...whole },
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
