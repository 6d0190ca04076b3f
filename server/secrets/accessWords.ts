/** Words as tokens: `API_TOKEN = 'starlucky'`, `Authorization: Bearer starlucky`, `auth: 'mia:starlucky'` of a request. */
import type { SecretRange } from './finding.ts';
import { isOfPrograms } from './joinedWords.ts';
import { isOfMessages } from './severalWords.ts';
import { isPasswordWord } from './uses.ts';

/** Constants alone: a variable or a field of this name also holds what kind of token it is. */
const accessName = /^(?:[A-Z0-9]+_)*(?:API|ACCESS|AUTH|ADMIN|DEPLOY|BOT)_(?:TOKEN|CODE)$/;
/** What samples of tests are called. */
const ofSamples =
  /token|secret|key|auth|bearer|jwt|test|dummy|fake|valid|pass|example|sample|your|mock|value|code|wrong|garbage|random|abc|some|other|alter/;

/** Whether a constant's name plainly says what lets somebody in. */
export function isAccessName(name: string): boolean {
  return accessName.test(name);
}

export function isAccessWord(value: string): boolean {
  return (
    /^[a-z]{6,24}$/.test(value) &&
    !ofSamples.test(value) &&
    !isOfPrograms(value) &&
    !isOfMessages(value) &&
    isPasswordWord(value)
  );
}

const scheme = /\b(?:Bearer|Token|ApiKey) ([a-z]{6,24})(?=["'`])/g;
const isHeader = /\bauthorization["'`]?[\])]?\s?[:=,]{1,2}>?\s{0,3}[bfru]?["'`]?$/i;

/** What follows the scheme in the header of a request. */
export function byScheme(text: string): SecretRange[] {
  return [...text.matchAll(scheme)].flatMap(({ 0: whole, 1: value = '', index }) => {
    if (!isAccessWord(value) || !isHeader.test(text.slice(Math.max(0, index - 40), index))) return [];
    const end = index + whole.length;
    return [{ start: end - value.length, end, rule: 'scheme' }];
  });
}

const ofAuthentication = /^(?:oauth|oidc|openid|saml|basic|digest|ntlm|bearer|scheme|type|auth)/;
const besideHost = /\b(?:host(?:name)?|url|uri|port|method)["']?\s?[:=]/i;

/** `{ host: 'couch', auth: 'mia:starlucky' }`: an account of a request, unlike `auth: 'user:read'`. */
export function isRequestAccount(text: string, from: number, start: number, end: number): boolean {
  const [, user = '', password = ''] = /^([a-z][\w.-]{1,30}):([a-z]{6,24})$/.exec(text.slice(start, end)) ?? [];
  if (
    user === '' ||
    ofAuthentication.test(user) ||
    !/^["']?auth["']?\s?[:=]\s?["'`]$/.test(text.slice(from, start)) ||
    !isAccessWord(password)
  )
    return false;
  return besideHost.test(text.slice(Math.max(0, from - 160), end + 160));
}
