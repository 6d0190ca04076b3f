import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const { REPOTUNE_DATA, XDG_DATA_HOME, XDG_CACHE_HOME, ...environment } = process.env;

it.skipIf(process.platform === 'win32').each<[string, NodeJS.ProcessEnv]>([
  ['HOME is empty', { HOME: '' }],
  ['the folders of XDG are relative', { XDG_DATA_HOME: 'own', XDG_CACHE_HOME: 'own' }],
])('what is kept for a user lies in their home, not in the folder that they work in, where %s', (_, changed) => {
  const script = `
    import { dataFolder, mergedModelsFolder } from ${JSON.stringify(new URL('paths.ts', import.meta.url).href)};
    console.log(JSON.stringify([dataFolder({}), mergedModelsFolder()]));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...environment, ...changed },
  });
  for (const folder of JSON.parse(`${stdout}`)) expect(folder.startsWith(join(userInfo().homedir, '/'))).toBe(true);
});
