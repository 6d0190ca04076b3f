import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../server/storage/paths.ts';
import { readAction, runAction, type Step } from './steps.ts';

const action = readAction(readFileSync(join(packageRoot, '.github/actions/tune/action.yml'), 'utf8'));

test('the action has steps to set up, tune, and publish only what was activated', () => {
  expect(action.steps.map(({ name, condition }) => [name, condition])).toEqual([
    ['Set up', null],
    ['Tune', null],
    ['Publish', "steps.tune.outputs.activated == 'true'"],
  ]);
  expect(action.defaults).toMatchObject({ folder: '.', minutes: '20', model: '', remote: 'origin' });
});

test.each([
  ['true', ['Tune', 'Publish']],
  ['false', ['Tune']],
])('runs a step by the outputs before it (activated: %s), and throws when one fails', (activated, ran) => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-steps-'));
  try {
    const tune: Step = {
      name: 'Tune',
      id: 'tune',
      condition: null,
      env: { WANTED: '$' + '{{ inputs.model }}' },
      run: 'printf "activated=$WANTED\\n" >> "$GITHUB_OUTPUT"\n',
    };
    const publish: Step = { ...action.steps[2]!, env: {}, run: 'true\n' };
    const how = { actionPath: folder, folder, temp: join(folder, 'temp'), inputs: { model: activated } };
    expect(runAction({ ...action, steps: [tune, publish] }, how).steps).toEqual(ran);
    const failing = { ...tune, run: 'echo no code >&2; exit 3\n' };
    expect(() => runAction({ ...action, steps: [failing] }, how)).toThrow('The step Tune failed: no code');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
