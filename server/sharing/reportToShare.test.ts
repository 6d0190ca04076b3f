import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { forgetFile } from '../mining/learning.ts';
import { BASE_SHA256, git, SPEC, storeOf, Team } from './testing.ts';

const example = (path: string) => ({ path, line: 1, kind: 'statements', before: `// ${path}`, expected: '', base: '' });
const PATHS = ['src/kept.ts', 'src/Forgotten.ts', 'src/deep/listed.ts'];

it.each([
  ['a report of this clone', (examples: unknown) => ({ format: 1, examples })],
  ['a colleague’s', (examples: unknown) => ({ shared: { format: 1, examples } })],
])('%s is published without passages of files that were forgotten or named in a list since', async (_, reportWith) => {
  using team = new Team();
  const ann = team.person('ann');
  const adapterFile = join(ann.folder, 'a.gguf');
  writeFileSync(adapterFile, adapterGguf(SPEC));
  const manifest = await manifestFor('first-one', adapterFile, {});
  await (await storeOf(ann)).add({
    manifest: { ...manifest, base: { ...manifest.base, sha256: BASE_SHA256 } },
    adapterFile,
    report: reportWith(PATHS.map(example)),
  });
  await forgetFile(await storeLocation(ann.folder), 'src/forgotten.ts');
  mkdirSync(join(ann.folder, 'src/deep'), { recursive: true });
  writeFileSync(join(ann.folder, 'src/deep/.repotuneignore'), 'listed.ts\n');
  await (await ann.share()).publish('first-one');
  const manifestRef = team.refs().find((ref) => ref.includes('/manifest/'));
  const published: unknown = JSON.parse(git(team.remote, 'cat-file', 'blob', `${manifestRef}:report.json`));
  expect(published).toEqual(reportWith([example('src/kept.ts')]));
});
