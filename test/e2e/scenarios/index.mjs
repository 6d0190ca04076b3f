import { badInput } from './badInput.mjs';
import { commands } from './commands.mjs';
import { models } from './models.mjs';
import { nextEdits } from './nextEdits.mjs';
import { severalFolders } from './severalFolders.mjs';
import { tuneAndComplete } from './tuneAndComplete.mjs';
import { untrustedFolder } from './untrustedFolder.mjs';
import { walkthrough } from './walkthrough.mjs';

/** Every scenario has its own profile, so that none depends on another. */
export const scenarios = {
  'tune-and-complete': tuneAndComplete,
  commands,
  models,
  walkthrough,
  'bad-input': badInput,
  'untrusted-folder': untrustedFolder,
  'several-folders': severalFolders,
  'next-edits': nextEdits,
};
