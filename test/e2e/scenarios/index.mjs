import { badInput } from './badInput.mjs';
import { commands } from './commands.mjs';
import { models } from './models.mjs';
import { nextEdits } from './nextEdits.mjs';
import { severalFolders } from './severalFolders.mjs';
import { tuneAndComplete } from './tuneAndComplete.mjs';
import { untrustedFolder } from './untrustedFolder.mjs';
import { walkthrough } from './walkthrough.mjs';

/**
 * Every scenario has its own profile and its own folder of data, so that none depends on another, or on whoever runs it. In an order for
 * two at a time: the longest comes first, and those that tune wait for each other as little as can be.
 */
export const scenarios = {
  'tune-and-complete': tuneAndComplete,
  'next-edits': nextEdits,
  commands,
  'several-folders': severalFolders,
  'bad-input': badInput,
  walkthrough,
  models,
  'untrusted-folder': untrustedFolder,
};
