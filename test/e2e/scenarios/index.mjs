import { badInput } from './badInput.mjs';
import { commands } from './commands.mjs';
import { models } from './models.mjs';
import { nextEdits } from './nextEdits.mjs';
import { severalFolders } from './severalFolders.mjs';
import { tuneAndComplete } from './tuneAndComplete.mjs';
import { untrustedFolder } from './untrustedFolder.mjs';
import { walkthrough } from './walkthrough.mjs';

/** Every scenario has its own profile, so that none depends on another. The longest come first: two run at a time. */
export const scenarios = {
  'tune-and-complete': tuneAndComplete,
  'several-folders': severalFolders,
  walkthrough,
  'next-edits': nextEdits,
  'bad-input': badInput,
  models,
  commands,
  'untrusted-folder': untrustedFolder,
};
