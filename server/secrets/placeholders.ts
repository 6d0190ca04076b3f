import { letterRuns } from './letterPairs.ts';
import { isWordForPassword } from './names.ts';
import { isDrawnMix, isUnsteady } from './randomness.ts';

/** Words that mark a value as a placeholder. Whole words: a password may well contain `test` or `none`. */
const standIns = new Set(
  `example sample dummy placeholder changeme change fake mock mocked test tests testing foo bar baz qux foobar null none nil undefined
  empty todo tbd lorem ipsum redacted insert replace removed hidden masked xxx abc default blank unset missing false true string`.split(
    /\s+/,
  ),
);

/** Words that may accompany them, or name the secret instead of being it. */
const namings = new Set(
  `my your our the a an this that some any is not me be in on of to for from with and or here use only please real value values
  user users username name admin client server app service api auth oauth access refresh session bearer csrf xsrf id key keys
  token tokens secret secrets password passwords passwd pwd pass passphrase passcode credential credentials private public
  shared signing encryption master root new old current next previous valid invalid wrong bad good correct incorrect right
  super very basic simple plain hashed raw text field input label type env file path url uri header cookie code hash
  salt pin confirm confirmation repeat again reset forgot required optional enter login account web hook webhook github gitlab
  google aws azure slack stripe db database jwt data store manager provider error message method grant hint length size`.split(
    /\s+/,
  ),
);

const openings = [
  '<',
  '${',
  '$(',
  '{{',
  '{',
  '%(',
  '%{',
  '#{',
  '[',
  '*',
  '…',
  '@@',
  '__',
  '$env',
  'env.',
  'process.',
  'os.',
  'vault:',
  'ref:',
  'file:',
  'secretref',
];

/** Whether a value stands for a secret without being one: references, patterns and placeholder words. */
export function isPlaceholder(value: string): boolean {
  // Spring's and LDAP's hash prefix: `{noop}hunter2x`.
  const text = value.trim().replace(/^\{(?:noop|plain|cleartext|bcrypt|sha|ssha|md5|crypt)\}(?=.)/i, '');
  if (text.length === 0 || isOneCharacter(text) || isEllipsis(text)) return true;
  const lower = text.toLowerCase();
  if (openings.some((opening) => lower.startsWith(opening) && lower.length < 80 && !hasPasswordTail(text))) return true;
  if (/^\$[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^%[A-Za-z_]+%$/.test(text) || /^%[-+0-9.]*[sdvqxr]$/.test(text))
    return true;
  if (/^(?::|&{1,2})[A-Za-z_]+$/.test(text)) return true;
  if (/^(?:change[-_ ]?(?:me|it|this)|your[-_ ]|insert[-_ ]|replace[-_ ]|enter[-_ ]|put[-_ ])/.test(lower)) return true;
  return isStandIn(text);
}

/** Only placeholder words and nothing else: a digit or a symbol makes it a password. */
function isStandIn(text: string): boolean {
  if (/[0-9!@#$%^&*?~+=|]/.test(text)) return false;
  const words = letterRuns(text.toLowerCase());
  return words.length > 0 && words.every((word) => standIns.has(word) || namings.has(word));
}

/** Whether it only names a secret: `password`, `user.accessToken`, `X-CSRF-Token`. */
export function isNaming(whole: string): boolean {
  // `{password!r}`, a Python format field.
  const value = whole.replace(/(?<=^[a-z_.]{1,40})![rsa]$/, '');
  if (/[0-9!@#$%^&*?~+=|]/.test(value)) return false;
  const named = letterRuns(value).filter((word) => namings.has(word.toLowerCase()));
  if (named.length === 0) return isWordForPassword(value);
  // Random letters contain an `On` or a `Me` by chance.
  return named.some((word) => word.length > 2) || value.length < 10 || !/^[A-Za-z]+$/.test(value) || !isUnsteady(value);
}

/** What the samples of tests are named after and by; no word for a password or a secret, which people do number. */
const sampleWords = new Set(
  `token tokens session sessions id user client app auth oauth access refresh bearer csrf audience scope state request response
  test tests testing mock mocked fake dummy sample example my the old new first second other valid invalid expired`.split(
    /\s+/,
  ),
);

/** `token1`, `test-session-123`, `refresh_token_456`: nothing but such words, numbered as samples are. */
export function isNumberedSample(value: string): boolean {
  const [, named] = /^([A-Za-z][A-Za-z_-]{1,40}?)[-_]?(?:[0-9]|123|456|789)$/.exec(value) ?? [];
  return named !== undefined && letterRuns(named).every((word) => sampleWords.has(word.toLowerCase()));
}

function isOneCharacter(text: string): boolean {
  for (let i = 1; i < text.length; i++) if (text[i] !== text[0]) return false;
  return true;
}

function isEllipsis(text: string): boolean {
  return text.includes('...') || text.includes('…') || /x{5,}|X{5,}|\*{3,}|•{2,}/.test(text);
}

/** `{x}` and `[hidden]` are references, `{vP7!q` is not, nor is MySQL's hash. */
function hasPasswordTail(text: string): boolean {
  if (/^\*[0-9A-F]{40}$/.test(text)) return true;
  // `*vK3_fw9.Td`, unlike `*args2` and `*.Test2.cs`.
  if (/^\*[^*./\s{}()[\]<>][^*/\s{}()[\]<>]+$/.test(text) && isDrawnMix(text)) return true;
  return /[0-9]/.test(text) && /[!@#$%^&*?~]/.test(text.slice(1)) && !/[}\])>]/.test(text);
}
