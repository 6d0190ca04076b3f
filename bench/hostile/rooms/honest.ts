/** A repository without traps: it must raise no finding, and shows how long everything takes on this machine. */
import type { Room } from '../room.ts';

export const honestRoom: Room = {
  name: 'an honest repository',
  build(site) {
    const repository = site.repository().honest().settle();
    const taken = ['src/part0.ts', 'src/part5.ts', 'src/later1.ts'].map((path) => repository.markOf(path));
    return { folder: repository.root, taken };
  },
};
