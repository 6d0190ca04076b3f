/** Passwords that are words, recognized by their use: typed into a field, stored under a name, compared with what was entered. */
import type { SecretRange } from './finding.ts';
import { isJoinedWords } from './joinedWords.ts';
import { isMadeOfSmallWords, isMadeOfWords } from './madeOfWords.ts';
import { isPasswordLabel, isSigningLabel } from './names.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { isSeveralWords } from './severalWords.ts';
import { atLeast, likenessOf, withoutKey } from './values.ts';

/** Around a name, UTF-16 units. */
const reach = { before: 120, after: 240 } as const;

const text = String.raw`[bBuNLf@]?(["'\x60])((?:(?!\1)[^\n\\]|\\.){4,100})\1`;

/** `.type('…')` after the field, `fill_in 'Password', with: '…'`. */
const typedBehind = new RegExp(
  String.raw`^[^\n;]{0,120}?\b(?:fill|type|send_?keys|set_?value|type_?text|replace_?text|press_?sequentially|enter_?text|input_?text|with|paste)\b\s?[:(]\s?(?:[\w.]{1,40}\(\s?)?${text}`,
  'i',
);
/** `passwordBox.Text = "…"`, `$('#password').val('…')`, `txtPassword.Text == "…"`: a field's contents. */
const held = new RegExp(
  String.raw`^["'\x60\])]{0,4}\.(?:text|value|string_?value|content|(?:set_?text|val|set_?value)(?=\())\s?(?:[!=]==?|=|\(|\.equals\()\s?${text}`,
  'i',
);
/** A field by its name, but not a form's labels and buttons: `lblPassword`, `passwordToggle`. */
const field =
  /^(?!lbl|label|str|msg|err|btn|chk).*(?:pass(?:word|wd|wort|code|phrase)?|pwd?|psw|kennwort|mdp|senha|contrasena)[_-]?(?:(?:text|edit|input)?[_-]?(?:field|box|text|input|entry|edit|control|ctrl|element|el)|confirm\w{0,8}|again|[0-9])?$/i;
/** `type(passwordInput, '…')`: the field comes first. */
const typesFirst =
  /\b(?:fill|fill_in|type|send_?keys|set_?value|type_?text|input_?text|enter_?text|change|paste)\(\s?(?:[\w.$]{1,40}[.(]\s?)?["'`#.[\w\s=]{0,30}$/i;
/** `put("db.password", "…")`, and defaults: `ENV.fetch('DB_PASSWORD', '…')`. */
const stores =
  /\b(?:put|set(?:[Pp]roperty|[Ee]nv|_var|[Ii]tem|Environment[Vv]ariable)?|define|[Pp]ut[Ee]nv|get_?(?:env|or_?default|or_?else|property|value|string|setting|config)?|fetch|env|config|[Ll]ook_?up_?env|add_?property|param|append|set_?default|with_?env|values|flags?(?:\(\))?\.String\w{0,4})\s?\((?:\s?&\w{1,40},)?\s?(?:["'`][\w.:-]{0,60}|\w{1,30}\.)$/i;
/** `Map.of("user", "svc", "password", "…")` */
const maps = /\bMap\.of\(\s?(?:(?:"[^"\n]{0,60}"|[\w.()]{1,60}),\s?(?:"[^"\n]{0,60}"|[\w.()]{1,60}),\s?){0,4}"$/;
/** `strcpy(password, "…")` */
const copies = /\b(?:(?:str|wcs)n?cpy|strlcpy|strcat|sn?printf|memcpy)\(\s?&?(?:[\w.>-]{1,40}(?:\.|->))?$/;
/** A pair on its own line or in a list, `{"password", "…"}`. */
const opensPair = /(?:^|[{,(])\s*\{\s?["']?$/;
const endsPair = /^["']?\s?,\s?([@L]?)"([^"\n\\]{4,100})"\s?\}/;
/** An option among the words of a command, `["--password", "…"]`; directly after a call's bracket it is only being declared. */
const opensOption = /[,[]\s{0,3}["'\x60]--?[\w-]{0,30}$/;
const option = new RegExp(String.raw`^["'\x60]\s?,\s{0,40}${text}\s?[,\])]`);
/** `curl_easy_setopt(curl, CURLOPT_PASSWORD, "…")` */
const sets = /(?:\b|_)set_?opt(?:ion)?\(\s?[\w.$>-]{1,40},\s?$/i;
/** The argument after the field's name or the key. */
const second = new RegExp(String.raw`^["'\x60)\]\w]{0,12}\s?,\s{0,20}${text}\s?[,)]`, 'i');
/** `strcmp(password, "…")` */
const compares =
  /\b(?:str(?:n|case|ncase)?cmp|memcmp|equals?|(?:secure_)?compare(?:_digest|To|ToIgnoreCase)?|hash_equals|timingSafeEqual)\(\s?(?:[\w.>-]{1,40}(?:\.|->))?$/i;
/** `"…".equals(password)`, `'…' === password` */
const comparedBefore = new RegExp(
  String.raw`(?:^|[\s(!|&=])${text}\s?(?:\.(?:equals|equalsIgnoreCase|eq|isEqual)\(\s?|(?:===?|!==?|-eq|-ne)\s?)(?:[\w.$>-]{1,40}(?:\.|->))?$`,
  'i',
);

/** `$_GET["k"] == "…"`, `req.query.key === '…'`, `r.Header.Get("X-Deploy-Token") != "…"`: whoever knows it is let in. */
const asked = new RegExp(
  String.raw`(?:\b(?:query|params?|headers?|body|args|form|cookies|env)(?:\(\))?(?:\??\.(?!get\()|\[:?["']?|\.get\(["'])|\b(?:get_?header|get_?parameter|form_?value|header|req(?:uest)?\.get)\(["']|\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\[["'])(k|key|p|pw|auth|code|magic|access|pass\w{0,6}|[\w-]{0,30}?(?:token|secret|password|authorization|(?:api|access|auth)[-_]?key))(?:["']?[\])])?\s?(?:[!=]==?\s?|\.equals\(\s?)${text.replaceAll('\\1', '\\2')}`,
  'gi',
);
/** Words are a secret where nothing else is asked for: `code`, `key` and `access` have other values as well. */
const asksForSecret = /(?:token|secret|pass\w*|authorization|(?:api|access|auth)[-_]?key)$/i;

/** Koa's `app.keys = ['…', '…']`, and `cookieSession({ keys: ['…'] })`: what signs cookies. */
const cookieKeys =
  /(?:\bapp\.keys\s?=|\bcookie-?session\(\{[^{}]{0,120}?\bkeys\s?:)\s?(?:new \w{4,9}\()?\[((?:\s{0,8}["'`][^"'`\n]{4,100}["'`]\s?,?){1,6})\s{0,8}\]/gi;

export function byCookieKeys(all: string): SecretRange[] {
  return [...all.matchAll(cookieKeys)].flatMap(({ 0: whole, 1: list = '', index }) =>
    [...list.matchAll(/["'`]([^"'`]+)["'`]/g)].flatMap((match) => {
      const value = match[1] as string;
      const start = index + whole.lastIndexOf(list) + match.index + 1;
      const isOne = isPasswordWord(value) || isJoinedWords(value) || isSeveralWords(value);
      return isOne ? [{ start, end: start + value.length, rule: 'use' }] : [];
    }),
  );
}

export function byRequest(all: string): SecretRange[] {
  if (!/(?:[!=]=\s?|\.equals\(\s?)["'\x60]/.test(all)) return [];
  return [...all.matchAll(asked)].flatMap(({ 0: whole, 1: name = '', 3: written = '', index }) => {
    const value = written.replace(/^(?:Bearer|Token|Basic|ApiKey) /i, '');
    const start = index + whole.lastIndexOf(value);
    const isOne =
      atLeast(likenessOf(value), 'mixed') ||
      /^[a-z]{3,}(?:-[a-z]{3,}){2,}$/.test(value) ||
      (asksForSecret.test(name) && value.length >= 6 && (isPasswordWord(value) || isJoinedWords(value)));
    return isNaming(value) || !isOne ? [] : [{ start, end: start + value.length, rule: 'request' }];
  });
}

/** Whether the next argument is typed into the field of this name. */
export function isTypedInto(all: string, from: number): boolean {
  const line = all.slice(Math.max(0, from - reach.before), from);
  return typesFirst.test(line.slice(line.lastIndexOf('\n') + 1));
}

/** Findings around the name of a password, or of a field for one. */
export function byUse(all: string, from: number, to: number): SecretRange[] {
  const line = all.slice(Math.max(0, from - reach.before), from);
  const before = line.slice(line.lastIndexOf('\n') + 1);
  const after = all.slice(to, to + reach.after).split('\n', 1)[0] as string;
  const found: SecretRange[] = [];
  const name = all.slice(from, to);
  // Not of what is merely about one: `PASSWORD_HINT`.
  const isLabel = isPasswordLabel(name) || isSigningLabel(name) || field.test(name);
  const add = (match: RegExpExecArray | null, at: number): void => {
    if (match === null) return;
    const value = (match[2] as string).replace(/^[\w.@-]{1,40}:(?=[^:]*$)/, '');
    const start = at + match.index + match[0].lastIndexOf(value);
    if (isPasswordWord(value) || (isLabel && (isJoinedWords(value) || isSeveralWords(value))))
      found.push({ start, end: start + value.length, rule: 'use' });
  };
  const addPair = (match: RegExpExecArray | null, at: number): void => {
    const value = /^[\w.@-]{1,40}:([^\s:/${}%]{4,40}(?::[^\s:/${}%]{1,40})?)$/.exec(match?.[2] ?? '')?.[1] ?? '';
    if (match === null || value === '' || isNaming(value)) return;
    const start = at + match.index + match[0].lastIndexOf(value);
    found.push({ start, end: start + value.length, rule: 'use' });
  };
  add(typedBehind.exec(after), to);
  if (field.test(name)) add(held.exec(after), to);
  // CURLOPT_USERPWD, 'svc:…'
  if (/userpwd$/i.test(name)) addPair(second.exec(after), to);
  if ([typesFirst, stores, sets, compares, maps, copies].some((pattern) => pattern.test(before)))
    add(second.exec(after), to);
  if (opensPair.test(before)) add(endsPair.exec(after), to);
  if (opensOption.test(before) || /^\s{0,40}["'`]--[\w-]{0,30}$/.test(before))
    add(option.exec(all.slice(to, to + reach.after)), to);
  add(comparedBefore.exec(before), from - before.length);
  return found;
}

/** Not the name of a field or a state, a message or a template. */
export function isPasswordWord(whole: string): boolean {
  const value = withoutKey(whole);
  if (value.length < 4 || isPlaceholder(value) || isNaming(value)) return false;
  if (/\s|%[sdv]|\$\{|\{\{|#\{|^[.#/$[]|[\w)]\(|[=<>]/.test(value)) return false;
  const likeness = likenessOf(value);
  if (likeness !== 'word') return likeness !== 'none';
  // `kebab-case` and `dotted.name` are names, unless they have as many words as a pass phrase.
  return (
    isMadeOfWords(value) ||
    isMadeOfSmallWords(value) ||
    (!/[.:/_]/.test(value) && (!value.includes('-') || /^[a-z]{3,}(?:-[a-z]{3,}){2,}$/.test(value)))
  );
}
