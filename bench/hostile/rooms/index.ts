/** All rooms, in the order of their kinds. */
import type { Room } from '../room.ts';
import { leftOutRooms } from './leftOut.ts';
import { networkRooms } from './network.ts';
import { outsideRooms } from './outside.ts';
import { programRooms } from './programs.ts';
import { slowRooms } from './slow.ts';
import { storeRooms } from './stores.ts';

export const rooms: readonly Room[] = [
  ...programRooms,
  ...outsideRooms,
  ...leftOutRooms,
  ...slowRooms,
  ...networkRooms,
  ...storeRooms,
];
