import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../server/storage/paths.ts';
import { readAction, runAction, type Step } from './steps.ts';
import { tracesOf } from './traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-traces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const action = readAction(readFileSync(join(packageRoot, '.github/actions/tune/action.yml'), 'utf8'));
const token = 'a-token-of-this-test';

/** The publishing step, with its push replaced by `command`. */
function published(command: string): string {
  const [publish] = action.steps.slice(-1) as [Step];
  const run = `${publish.run.trimEnd().split('\n').slice(0, -1).join('\n')}\n${command}\n`;
  const temp = join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  const step = { ...publish, condition: null, env: { TOKEN: token, SERVER: 'https://git.invalid' }, run };
  runAction({ defaults: {}, steps: [step] }, { actionPath: folder, folder, temp, inputs: {} });
  return temp;
}

test('git sees the token while it pushes, and no file holds it afterwards', () => {
  const seen = join(folder, 'seen');
  expect(tracesOf(token, [published(`git config --global --list > ${seen}`)])).toEqual([]);
  // What is searched for is what the step gave git.
  expect(tracesOf(token, [folder])).toEqual([seen]);
  rmSync(seen);
});

test('finds a leftover token, both as it is and in the base64 form that git sends', () => {
  const temp = published('true');
  for (const [name, text] of [
    ['plain', `token = ${token}\n`],
    ['sent', `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}\n`],
    ['other', 'token = another\n'],
  ] as const)
    writeFileSync(join(temp, name), text);
  expect(tracesOf(token, [temp]).sort()).toEqual([join(temp, 'plain'), join(temp, 'sent')]);
});
