/**
 * The settings of a folder can come with the folder. Where they decide who is trusted, who is asked over the network, what is loaded or
 * where nothing is suggested, they may narrow what the user's own say, and never widen it.
 */

/** `folder`: what the folder makes of `user`. Either may be anything: what cannot be used counts for nothing. */
type Rule = (user: unknown, folder: unknown) => unknown;

/** From the widest to the narrowest. */
const SIGNATURES: readonly unknown[] = ['off', 'warn', 'require'];
const DEFAULT_REMOTE = 'origin';
/** A name stands for one of the clone's own remotes; an address would be of whoever wrote the folder's settings. */
const REMOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;

/** A pattern that takes in again what one before it leaves out, on whatever line of it, would widen. */
function leavesOut(pattern: unknown): boolean {
  return typeof pattern === 'string' && !/^!/m.test(pattern);
}

const RULES = {
  'sharing.signatures': (user, folder) => {
    const strictness = (value: unknown): number => SIGNATURES.indexOf(SIGNATURES.includes(value) ? value : 'warn');
    return strictness(folder) > strictness(user) ? folder : user;
  },
  'sharing.remote': (user, folder) =>
    (user ?? DEFAULT_REMOTE) === DEFAULT_REMOTE && typeof folder === 'string' && REMOTE_NAME.test(folder)
      ? folder
      : user,
  'sharing.checkAtStart': (user, folder) => user === true && folder !== false,
  'completions.exclude': (user, folder) =>
    Array.isArray(user) && Array.isArray(folder) ? [...new Set([...user, ...folder.filter(leavesOut)])] : user,
  'nextEdit.record': (user, folder) => user === true && folder !== false,
  keepTuned: (user, folder) => user === true && folder !== false,
  'tuning.pauseOnBattery': (user, folder) => user === true || folder === true,
  'model.path': (user) => user,
  device: (user, folder) => (folder === 'cpu' ? folder : user),
} as const satisfies Readonly<Record<string, Rule>>;

export type NarrowedSetting = keyof typeof RULES;

export const NARROWED = Object.keys(RULES) as readonly NarrowedSetting[];

/** What is in effect where the user has set `user` (or left it at its default) and the folder's settings come to `folder`. */
export function narrow(setting: NarrowedSetting, user: unknown, folder: unknown): unknown {
  const rule: Rule = RULES[setting];
  return rule(user, folder);
}
