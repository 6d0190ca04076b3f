import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUNDLED_BASE, BUNDLED_USE } from './bundledBase.ts';

test('the walkthrough and the setting describe the bundled base as the code does', () => {
  const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const [{ steps }] = contributes.walkthroughs;
  expect(steps[0].description).toContain(BUNDLED_BASE);
  const settings = [contributes.configuration].flat().map(({ properties }) => properties);
  const path = settings.map((properties) => properties['repotune.model.path']).find((setting) => setting !== undefined);
  expect(path.description).toContain(BUNDLED_USE);
});
