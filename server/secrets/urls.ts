/** Passwords in addresses: `redis://:pw@host`, `user:pw@tcp(host)`, `jdbc:oracle:thin:user/pw@host`, and in query strings. */

import { argumentsFrom, quotedIn } from './callArguments.ts';
import type { SecretRange } from './finding.ts';
import { firstLiteral, type Literals } from './literals.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { isMadeUp } from './randomness.ts';
import { atLeast, likenessOf } from './values.ts';

/** Addresses are not longer in practice; bounds the search. */
const looked = 300;
/** Without a scheme, from the `@` back to its user. */
const lookedBack = 120;

export function byAddress(text: string, literals: Literals): SecretRange[] {
  return [
    ...afterScheme(text),
    ...beforeAt(text),
    ...betweenBars(text),
    ...inQueries(text),
    ...filledIn(text, literals),
  ];
}

const asks =
  /^[?&](?:access_?token|token|api_?key|app_?id|auth|key|secret|pass(?:word|wd)?|pwd?)=([^&#\s"'`<>{}$%\\]{6,100})(?=[&#\s"'`<>\\]|$)/i;

/** `?token=hunter2x` */
function inQueries(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf('=', 4); at !== -1; at = text.indexOf('=', at + 1)) {
    const name = text.slice(Math.max(0, at - 14), at);
    const sign = Math.max(name.lastIndexOf('?'), name.lastIndexOf('&'));
    if (sign === -1) continue;
    const from = at - name.length + sign;
    const match = asks.exec(text.slice(from, from + 130));
    const value = match?.[1] ?? '';
    if (!match || isNaming(value) || isMadeUp(value) || !atLeast(likenessOf(value), 'mixed')) continue;
    found.push({ start: at + 1, end: at + 1 + value.length, rule: 'query' });
  }
  return found;
}

const hole = /%[sv]|\{\w{0,20}\}/g;

/** `format("https://%s:%s@%s/", "svc", "hunter2x", host)`: the argument for the password before the `@`. */
function filledIn(text: string, literals: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  for (const match of text.matchAll(/:(?:%[sv]|\{\d?\})@/g)) {
    const i = firstLiteral(literals, match.index);
    const [start, end] = [literals.starts[i], literals.ends[i]];
    if (start === undefined || end === undefined || start > match.index || end - start > looked) continue;
    const number = /\d/.exec(match[0])?.[0];
    const index = Number(number ?? [...text.slice(start, match.index + 1).matchAll(hole)].length);
    const way = /^["'`]\s{0,3}(?:,|\.format\(|%\s?\()/.exec(text.slice(end, end + 12));
    const given = way && argumentsFrom(text, end + way[0].length)[index];
    const value = given && quotedIn(text, given);
    if (!value) continue;
    const content = text.slice(value.start, value.end);
    if (content.length < 4 || isReference(content) || isPlaceholder(content) || isNaming(content)) continue;
    if (atLeast(likenessOf(content), 'word')) found.push({ ...value, rule: 'address' });
  }
  return found;
}

function afterScheme(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let nextSign = -1;
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const from = at + 3;
    if (nextSign < from) nextSign = text.indexOf('@', from);
    if (nextSign === -1) break;
    if (nextSign - from > looked) continue;
    const authority = text.slice(from, endOf(text, from, stopsAuthority));
    const sign = authority.lastIndexOf('@');
    if (sign === -1) continue;
    const user = authority.slice(0, sign);
    const colon = user.indexOf(':');
    // `https://key:@host`: the key is the user.
    const isUserAlone = colon === -1 || colon === user.length - 1;
    const password = colon === -1 ? user : isUserAlone ? user.slice(0, -1) : user.slice(colon + 1);
    const name = isUserAlone ? '' : user.slice(0, colon);
    // A user alone is no password, unless it is a token.
    if (
      isUserAlone &&
      likenessOf(password) !== 'strong' &&
      !(password.length >= 16 && atLeast(likenessOf(password), 'mixed'))
    )
      continue;
    if (
      password.length < 3 ||
      isReference(password) ||
      isPlaceholder(password) ||
      (password === name && (password.length < 6 || isLocal(authority.slice(sign + 1))))
    )
      continue;
    if (!isUserAlone && /^[0-9]{1,5}(?:\/|$)/.test(password)) continue;
    found.push({ start: from + (isUserAlone ? 0 : colon + 1), end: from + sign, rule: 'address' });
  }
  return found;
}

/** On this machine an account whose password is its name is a default: `postgres:postgres@localhost`. */
function isLocal(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host);
}

/** Accounts in a list: `ftp.example.org|user|hunter2x|/incoming`. */
function betweenBars(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf('|'); at !== -1; at = text.indexOf('|', at + 1)) {
    const host = /[\w-]+(?:\.[\w-]+)+$/.test(text.slice(Math.max(0, at - 80), at));
    const match = host ? /^\|[\w.@-]{2,40}\|([^\s|"'`]{6,60})(?=[|\s"'`]|$)/.exec(text.slice(at, at + 110)) : null;
    const password = match?.[1] ?? '';
    if (!match || !atLeast(likenessOf(password), 'mixed')) continue;
    const end = at + match[0].length;
    found.push({ start: end - password.length, end, rule: 'address' });
  }
  return found;
}

/** Without a scheme: Go's `user:pw@tcp(…)`, Oracle's `user/pw@host`, curl's and ftp's `user:pw@host`. */
function beforeAt(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let mark = -1;
  let seen = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    for (; seen < at; seen++) if (text.charCodeAt(seen) === 58 || text.charCodeAt(seen) === 47) mark = seen;
    if (at - mark > lookedBack || mark === -1) continue;
    let from = at;
    while (from > 0 && at - from < lookedBack && stopsWord[text.charCodeAt(from - 1)] !== 1) from--;
    const word = text.slice(from, at);
    if (word.length < 6 || word.includes('://')) continue;
    const behind = text.slice(at + 1, at + 40);
    const colon = word.indexOf(':');
    const slash = word.lastIndexOf('/');
    const oracle =
      slash > 0 &&
      /^[\w.-]*(?:thin:|oci:)?\w+$/.test(word.slice(Math.max(0, slash - 40), slash).replace(/^.*:/, '')) &&
      /^(?:\/\/)?[\w.-]+(?:[:/]\w|["'`;\s]|$)/.test(behind);
    const network = /^(?:tcp|udp|unix|cloudsql)\(/.test(behind);
    const host = /^(?:[\w-]+\.)+[a-z]{2,}|^[\w-]+:[0-9]{2,5}|^localhost/.test(behind);
    const jdbc = oracle && /:(?:thin|oci8?):/.test(word);
    const part = colon > 0 && (network || host) && !jdbc ? colon : oracle ? slash : -1;
    if (part === -1) continue;
    const password = word.slice(part + 1);
    const isNamed = /:(?:thin|oci8?):/.test(word) || /\bconn(?:ect)?\s$/i.test(text.slice(Math.max(0, from - 9), from));
    const least = network || (oracle && isNamed) ? 'word' : 'mixed';
    if (password.length < 4 || isReference(password) || !atLeast(likenessOf(password), least)) continue;
    found.push({ start: from + part + 1, end: at, rule: 'address' });
  }
  return found;
}

const stopsWord = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[\s"'`<>(),;=|\\]/.test(String.fromCharCode(code))),
);
const stopsAuthority = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[\s"'`<>\\]/.test(String.fromCharCode(code))),
);

function endOf(text: string, from: number, stops: Uint8Array): number {
  let end = from;
  // A password may contain characters that an address may not, also `/` and `#`; the last `@` before the path decides.
  let lastSign = -1;
  let colon = false;
  while (end < text.length && end - from < looked) {
    const code = text.charCodeAt(end);
    if (stops[code] === 1) break;
    if (code === 64) lastSign = end;
    if (code === 58) colon = true;
    if (code === 47 && lastSign !== -1) break;
    if ((code === 47 || code === 63) && !colon) break;
    end++;
  }
  return end;
}

/** A template variable, or a manual's placeholder. */
function isReference(password: string): boolean {
  return (
    /^\$|^%[\w(]|^\{|^<|^\[|^#\{|^\*+$|\$\{|\{\{|["+]$/.test(password) ||
    /^(?:pass(?:word|wd)?|pwd?|secret|token|password?123|xxx+|\.\.\.|hostname|host|port)$/i.test(password)
  );
}
