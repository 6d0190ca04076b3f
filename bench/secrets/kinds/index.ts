/** Every kind of secret that is planted, by group. */
import type { Kind } from '../kind.ts';
import { cloud } from './cloud.ts';
import { commands } from './commands.ts';
import { connections } from './connections.ts';
import { files } from './files.ts';
import { forges } from './forges.ts';
import { keys } from './keys.ts';
import { passwords } from './passwords.ts';
import { services } from './services.ts';

export const allKinds: readonly Kind[] = [
  ...cloud,
  ...services,
  ...forges,
  ...keys,
  ...passwords,
  ...connections,
  ...commands,
  ...files,
];
