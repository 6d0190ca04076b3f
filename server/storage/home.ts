/**
 * The user's home folder. Loaded before packages that ask for it as they load: where HOME is not set, and the system does not know the user,
 * as in a container that runs under any number, the answer is an error with the name of a system call.
 */
import { homedir } from 'node:os';

/** @throws {Error} a sentence for the user */
export function homeFolder(ask: () => string = homedir): string {
  try {
    return ask();
  } catch (error) {
    throw new Error(
      'Your home folder is not known: HOME is not set, and the system has no entry for your user. Set HOME to a folder of yours.',
      { cause: error },
    );
  }
}

homeFolder();
