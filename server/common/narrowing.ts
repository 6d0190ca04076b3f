/**
 * A folder's settings may come with the folder. Where they decide who is trusted, who is contacted over the network, what is loaded or
 * where nothing is suggested, they may only narrow the user's own, never widen them.
 */

/** Combines the `user`'s value with the `folder`'s. Either may be anything: unusable values are ignored. */
type Rule = (user: unknown, folder: unknown) => unknown;

/** From the widest to the narrowest. */
const SIGNATURES: readonly unknown[] = ['off', 'warn', 'require'];
const DEFAULT_REMOTE = 'origin';
/** A name refers to one of the clone's own remotes; an address could be anybody's who wrote the folder's settings. */
const REMOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;

/** A negated pattern, on any line, would re-include what an earlier one excludes, and so widen. */
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

/** The effective value, given the user's `user` (possibly the default) and the `folder`'s. */
export function narrow(setting: NarrowedSetting, user: unknown, folder: unknown): unknown {
  const rule: Rule = RULES[setting];
  return rule(user, folder);
}
