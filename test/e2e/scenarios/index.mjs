import { badInput } from './badInput.mjs';
import { commands } from './commands.mjs';
import { tuneAndComplete } from './tuneAndComplete.mjs';
import { untrustedFolder } from './untrustedFolder.mjs';

/** Every scenario has its own profile, so that none depends on another. */
export const scenarios = {
  'tune-and-complete': tuneAndComplete,
  commands,
  'bad-input': badInput,
  'untrusted-folder': untrustedFolder,
};
