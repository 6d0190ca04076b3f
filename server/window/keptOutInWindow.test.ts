import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { KeptOutInWindow } from './keptOutInWindow.ts';
import { Workspace } from './workspace.ts';

it('lists of a folder around another one count in that too, where both are open', async () => {
  using scratch = new ScratchRepository({ git: false });
  const inner = join(scratch.root, 'inner');
  scratch.write('.repotuneignore', 'inner/a.ts\n').write('inner/.repotuneignore', 'b.ts\n');
  const workspace = new Workspace(
    async () => null,
    () => null,
  );
  const out = async (of: 'of' | 'around') => [
    ...(await new KeptOutInWindow(workspace, () => 0)[of](inner, ['a.ts', 'b.ts', 'c.ts'])),
  ];
  workspace.setFolders([`file://${inner}`]);
  expect([await out('of'), await out('around')]).toEqual([['b.ts'], []]);
  workspace.setFolders([`file://${inner}`, `file://${scratch.root}`, 'file:///elsewhere']);
  expect([await out('of'), await out('around')]).toEqual([
    ['b.ts', 'a.ts'],
    ['a.ts', 'b.ts'],
  ]);
});
