import { letterRuns, meanPairCost, readsLikeWords, wordShare } from './letterPairs.ts';
import { isPlaceholder } from './placeholders.ts';
import { classesOf, entropyBits, isDrawnMix, isSeries, looksRandom } from './randomness.ts';
import { hasVariable } from './variables.ts';

/** Longer values are judged by their beginning. */
const looked = 200;

/**
 * How much a value looks like a password on its own. How much is needed depends on the place: after `password =` anything counts, in a
 * call's arguments something mixed, anywhere else only what is strong.
 */
export type Likeness = 'none' | 'word' | 'mixed' | 'strong';

const order: readonly Likeness[] = ['none', 'word', 'mixed', 'strong'];

export function atLeast(likeness: Likeness, least: Likeness): boolean {
  return order.indexOf(likeness) >= order.indexOf(least);
}

export function likenessOf(whole: string): Likeness {
  if (isImage(whole)) return 'none';
  const value = ownPart(decoded(whole.length > looked ? whole.slice(0, looked) : whole));
  if (value.length < 4 || /\s/.test(value) || isPlaceholder(value) || isPublicShape(value)) return 'none';
  if (/^[\w+/-]+=*$/.test(value) && looksRandom(value.replace(/=+$/, ''))) return 'strong';
  const { lower, upper, digits, signs } = classesOf(value);
  const letters = lower + upper;
  if (isCode(value))
    return letters > 0 && digits > 0 && signs > 1 && value.length >= 12 && !readsLikeWords(value) ? 'mixed' : 'none';
  if (isStrong(value)) return 'strong';
  if (digits > 0 && letters > 0 && value.length >= 6) return isNameWithNumber(value) ? 'word' : 'mixed';
  if (signs > 0 && letters > 0 && value.length >= 6 && upper > 0 && lower > 0) return 'mixed';
  if (isDrawn(value)) return 'mixed';
  if (digits === value.length) return 'word';
  return letters + digits > 0 ? 'word' : 'none';
}

/** `node@sha256:…`, by its digest. */
function isImage(value: string): boolean {
  return /^[a-z0-9][\w.:/-]{0,200}@sha256:[0-9a-f]{64}$/.test(value);
}

/** With URL escapes decoded: `Hello%20World` is two words. */
function decoded(value: string): string {
  if (!/%[0-9A-Fa-f]{2}/.test(value)) return value;
  return value.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code < 128 ? String.fromCharCode(code) : '-';
  });
}

/** Without its frame: format specifiers, `\\n` at the end, the user before the colon, an option before its `=`. */
function ownPart(value: string): string {
  const framed = withoutKey(value)
    .replace(/^(?:%[sv]|\{\}){1,6}|^\{(?:noop|plain|cleartext)\}/i, '')
    .replace(/(?:\\[rnt]?){1,2}$/, '');
  const option = /^(?:--?)?[A-Za-z][\w.-]{2,40}=(?!=)/.exec(framed)?.[0] ?? '';
  const plain = option !== '' && readsLikeWords(option) ? framed.slice(option.length) : framed;
  const colon = plain.indexOf(':');
  const password = plain.slice(colon + 1);
  const isPair =
    colon > 0 && password.length >= 6 && /^[\w.@-]+$/.test(plain.slice(0, colon)) && !/[:/]/.test(password);
  return isPair ? password : plain;
}

/** Without the key pressed after it: `hunter2x{enter}`. */
export function withoutKey(value: string): string {
  return value.replace(/\{(?:enter|return|tab)\}$/i, '');
}

/** Mixed as no name, number, path or format is: `Tr0ub4dor&3`, `xK9mP2vL7qW4`. */
function isStrong(value: string): boolean {
  if (value.length < 8 || value.length > 100 || isSeries(value)) return false;
  const { lower, upper, digits, signs, changes } = classesOf(value);
  if (/[\s"'`\\<>{}()[\],;]|^\w+=/.test(value)) return false;
  if (signs > 0 && digits > 0 && lower > 0 && upper > 0) {
    return (
      signs <= value.length / 2 &&
      !/^[#%&?=+|^~*]|=\w*$|[?&]\w+=|&&|\|\||==|=>|\+\+/.test(value) &&
      !/[/].*[/]/.test(value) &&
      entropyBits(value) >= 2.7
    );
  }
  if (signs > 0 && digits > 0 && lower + upper >= 3) {
    // Two classes and a symbol: only if the symbol ends or separates words as in people's passwords.
    return (
      /[!@#$^*]/.test(value.slice(1)) && !/[/=&%:]/.test(value) && !/^[@#$]/.test(value) && entropyBits(value) >= 2.7
    );
  }
  if (value.length < 10 || !/^[A-Za-z0-9]+$/.test(value) || technical.test(value)) return false;
  const share = wordShare(value);
  if (lower > 0 && upper > 0)
    return (
      value.length >= 12 &&
      digits >= 1 &&
      changes >= (digits >= 2 ? 0.4 : 0.5) * value.length &&
      share < (digits >= 2 ? 0.4 : 0.25)
    );
  // Alternating small letters and digits; short hexadecimal numbers are commits and colours.
  return digits >= 2 && upper === 0 && lower > 0 && changes >= 4 && share < 0.5 && !/^[0-9a-f]+$/.test(value);
}

/** Random letters only: one word in two hundred costs as much, and one random text in twenty less. */
function isDrawn(value: string): boolean {
  if (value.length < 8 || !/^[A-Za-z]+$/.test(value)) return false;
  const { lower, upper, changes } = classesOf(value);
  if (lower > 0 && upper > 0)
    return (
      value.length >= 12 &&
      wordShare(value) < 0.5 &&
      (changes >= 0.3 * value.length || (value.length >= 20 && meanPairCost(value) >= 4.8))
    );
  return meanPairCost(value) >= (value.length < 10 ? 5 : 4.8);
}

/** `X-Request-Token-V2`, `left-paren-2`, `oauth2`, `sha256`: words with a number as in names. */
function isNameWithNumber(value: string): boolean {
  if (/[!@#$%^&*?~+=|]/.test(value)) return false;
  if (technical.test(value)) return true;
  if (isPathOfModule(value)) return true;
  const parts = value.split(/[-_.:/]/).filter((part) => part !== '');
  // `kestrel-91-bar` has its number where names have none.
  if (parts.slice(1, -1).some((part) => /^[0-9]{2,}$/.test(part))) return false;
  return (
    parts.length > 1 && parts.every((part) => /^(?:[A-Z]?[a-z]+|[A-Z]+|[A-Za-z]?[0-9]{1,2}|[A-Za-z]+[0-9])$/.test(part))
  );
}

/** `django.contrib.auth.hashers.PBKDF2PasswordHasher`: a path of modules that ends in a class name of several words. */
function isPathOfModule(value: string): boolean {
  return /^[a-z]\w*(?:\.[a-z]\w*)+\.[A-Z]\w*[a-z][0-9]?[A-Z]\w*$/.test(value) && readsLikeWords(value);
}

const technical =
  /^(?:(?:sha|md|hs|rs|es|ps|aes|rsa|dsa|utf|iso|int|uint|float|base|ipv|http|oauth|tls|ssl|ed|secp|blake|ripemd|hmac|pbkdf|argon|bcrypt|scrypt|crc|ecdsa|ecdh|chacha|salsa|camellia|des|rc|ec|python|py|node|win|mac|arm|amd|log|web|pkcs|rfc|saml|fido|smtp|imap|pop|db|pg|mysql|redis|mongo|user|host|server|test|key|item|file|line|page|step|level|type|id|arg|param|value|name|field|group|option|cookie|header|column|foo|bar)[-_]?){1,2}[0-9]+[a-z]{0,2}(?:[-_:/][A-Za-z0-9]{1,10})*$|^[a-z][0-9]{1,4}[a-z]?[0-9]{0,2}$/i;

/** Shapes of public values: addresses without a password, versions, dates, names of files and of types. */
function isPublicShape(value: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^arn:[a-z-]{2,12}:/i.test(value)) return true;
  if (
    (/^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(value) || (/^[#@][A-Za-z]/.test(value) && !isDrawnMix(value))) &&
    !/[!$%^&*]/.test(value.replace(/(?<=\/)\*{1,2}(?=\/|$)/g, ''))
  )
    return true;
  if (/^[vV]?[0-9]+(?:\.[0-9]+)+(?:[-+.][\w.]+)?$/.test(value)) return true;
  if (/^[0-9]{2,4}[-/.:][0-9]{1,2}[-/.:T][0-9:TZ.+-]+$/.test(value)) return true;
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i.test(value)) return true;
  if (
    /^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|local|internal|test|example|html?|json|ya?ml|js|ts|tsx|py|go|rs|java|css|png|svg|jpe?g|txt|md|xml|pem|crt|toml|ini|log|sql|sh|zip|gz|tar)(?::[0-9]+|#[\w.-]{1,40})?$/i.test(
      value,
    )
  )
    return true;
  if (
    /^(?:base64(?:url)?|base32|utf-?8|utf-?16(?:[lb]e)?|latin-?1|iso-?8859-?1|ucs-?2|(?:us-)?ascii|cp[0-9]{3,4}|utf8mb4)$/i.test(
      value,
    )
  )
    return true;
  if (isAlgorithm(value)) return true;
  if (/^(?:application|text|image|audio|video|multipart|font)\//.test(value)) return true;
  // Laravel's rules of a field: `required|string|min:12|confirmed`.
  if (/^(?:required|nullable|sometimes|present|filled|bail|string)\|[a-z_]+(?::[\w,.]{1,30})?(?:\||$)/.test(value))
    return true;
  return /^[#][0-9a-fA-F]{3,8}$/.test(value);
}

/** Java's names of cipher and signature algorithms: `AES/CBC/PKCS5Padding`, `SHA256withRSA`. */
export function isAlgorithm(value: string): boolean {
  return /^[A-Z][A-Za-z0-9-]{1,16}(?:\/[A-Z0-9]{2,8}\/\w{2,24}Padding|[Ww]ith(?:Hmac|RSA|DSA|ECDSA)\w{0,16})$/.test(
    value,
  );
}

/** Calls, templates, expressions and patterns rather than a value. */
function isCode(value: string): boolean {
  if (/[(){}[\]<>;\\]|=>|->|\w::\w|%[sd(]|&&|\|\|/.test(value)) return true;
  return (/^[!^]\w+$/.test(value) && !isDrawnMix(value)) || hasVariable(value);
}

/** Words of messages about passwords. */
const messageWords = new Set(
  `is are was be been must should may can cannot not your you we it this that please enter if when has have will do does did no least
  invalid required missing incorrect forgot wrong expected failed error unable unknown characters character digits letters long
  provide provided using use used set get`.split(/\s+/),
);
export const functionWords = new Set([
  ...messageWords,
  ...'the a an to for of and or with in on at by as from'.split(' '),
]);

const credentials = new Set(
  'password passwords passwd passphrase secret token key keys credential credentials mnemonic seed'.split(' '),
);

/** A pass phrase: three or more words that form no sentence. `strict`: for names that are also followed by messages. */
export function isPassPhrase(value: string, strict: boolean): boolean {
  const text = value.trim();
  if (
    text.length < 10 ||
    text.length > 300 ||
    isPlaceholder(text) ||
    letterRuns(text).some((word) => credentials.has(word.toLowerCase()))
  )
    return false;
  const words = text.split(/\s+/);
  if (words.length < 3 || /[{}<>()%\\]|\$\S/.test(text)) return false;
  const plain = words.filter((word) => /^[A-Za-z0-9'!?.,_-]+[@#&+*$]?$/.test(word));
  if (plain.length < words.length) return false;
  if (!strict) return true;
  // A sentence with a number and no words of messages: `Olive beside the igloo 72 prairie!`.
  if (words.length >= 4 && /[0-9]/.test(text) && !words.some((word) => messageWords.has(word.toLowerCase())))
    return true;
  return !words.some((word) => functionWords.has(word.toLowerCase())) && !/[.?:,]$|^[A-Z][a-z]+ [a-z]/.test(text);
}

/** `abcd efgh ijkl mnop`, `JBSW Y3DP EHPK 3PXP`: codes that services issue in groups. */
export function isGrouped(value: string): boolean {
  const groups = value.trim().split(/[\s-]+/);
  if (groups.length < 3 || groups.length > 16) return false;
  const { length = 0 } = groups[0] ?? '';
  if (length < 3 || length > 8) return false;
  return (
    groups.every((group) => group.length === length && /^(?:[a-z0-9]+|[A-Z0-9]+)$/.test(group)) &&
    letterRuns(value).length > 0
  );
}

/** The same without a name: sixteen letters that form no words. */
export function isRandomGroups(value: string): boolean {
  if (value.length < 15 || !isGrouped(value)) return false;
  const all = value.replace(/[\s-]/g, '');
  if (!/[0-9]/.test(all)) return meanPairCost(all) >= 5.3;
  const isMixed = classesOf(all).changes >= 4;
  return isMixed && (wordShare(value) < 0.4 || (/[G-Zg-z]/.test(all) && meanPairCost(all.replace(/[0-9]/g, '')) >= 5));
}
