import { badInput } from './badInput.mjs';
import { commands } from './commands.mjs';
import { models } from './models.mjs';
import { nextEdits } from './nextEdits.mjs';
import { notebooks } from './notebooks.mjs';
import { severalFolders } from './severalFolders.mjs';
import { tuneAndComplete } from './tuneAndComplete.mjs';
import { untrustedFolder } from './untrustedFolder.mjs';

/**
 * Every scenario has its own profile and data folder, so that none depends on another, or on the user running it. Ordered for two at a
 * time: the longest first, and those that tune wait for each other as little as possible.
 */
export const scenarios = {
  'tune-and-complete': tuneAndComplete,
  'next-edits': nextEdits,
  'several-folders': severalFolders,
  commands,
  models,
  'bad-input': badInput,
  notebooks,
  'untrusted-folder': untrustedFolder,
};
