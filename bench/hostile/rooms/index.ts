/** All rooms, ordered by kind. */
import type { Room } from '../room.ts';
import { leftOutRooms } from './leftOut.ts';
import { networkRooms } from './network.ts';
import { outsideRooms } from './outside.ts';
import { programRooms } from './programs.ts';
import { slowRooms } from './slow.ts';
import { storeRooms } from './stores.ts';

/** By kind. */
export const rooms: Readonly<Record<string, readonly Room[]>> = {
  programs: programRooms,
  outside: outsideRooms,
  'left-out': leftOutRooms,
  slow: slowRooms,
  network: networkRooms,
  stores: storeRooms,
};
