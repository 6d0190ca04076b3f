/** A repository without traps: it must raise no finding, every step must do its work, and it shows how long everything takes here. */
import { join } from 'node:path';
import { HostileRepository } from '../repository.ts';
import type { Room } from '../room.ts';

export const honestRoom: Room = {
  name: 'an honest repository',
  build(site) {
    const repository = site.repository().honest().settle();
    const taken = ['src/part0.ts', 'src/part5.ts', 'src/later1.ts'].map((path) => repository.markOf(path));
    const team = new HostileRepository(join(site.root, 'work', 'team.git'), ['--bare']);
    repository.configure(`[remote "origin"]\n\turl = "file://${team.root}"`);
    return { folder: repository.root, taken, noTraps: true };
  },
};
