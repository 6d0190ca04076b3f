/**
 * Words joined without a number, `rosarote-Brille`, `Wolkenbruch_im_Mai`. Names in programs look the same, so only what is plainly called a
 * password makes them one, and none of the words may be one of programs.
 */
import { isPlaceholder } from './placeholders.ts';

const word = String.raw`(?:\p{Lu}?[\p{Ll}\p{Lo}\p{M}]{2,18}|\p{Lo}{1,18}|[\p{Ll}]{1,2})`;
const shape = new RegExp(`^${word}(?:[-_.]${word}){1,5}(?:[-_.]?[0-9]{1,4})?[!?]{0,2}$`, 'u');

/** Beginnings of words for a password, of which names and keys of texts are made; `pass` within a word may be another. */
const labels = new RegExp(
  `(?:^|[-_.\\s]|user|my|db|root|admin|test|bind)pass|(?:^|[-_.\\s])psk|${`passwo passphr passwd passord pwd secret token credential kennwort geheim
  senha contrase wachtwoord has[lł]o heslo parol parool l[oö]senord adgangskode kodeord jelsz salas[ao]n [sş]ifre lozink lykilor slapta[zž] fjal[eë]kal
  парол лозинк κωδικ συνθηματικ 密码 密碼 口令 パスワード 暗証 비밀번호 암호 입력`
    .split(/\s+/)
    .join('|')}`,
  'iu',
);

/** Words of fields, styles, routes, states and algorithms, and of names of modules. */
const ofPrograms = new Set(
  `api app application auth authentication authorization authenticate oauth jwt login logout signin signup register registration user users
  username account accounts admin session sessions key keys id ids uid name names type types kind value values data field fields form forms
  input inputs control text textbox label labels hint help placeholder error errors message messages msg title description tooltip button btn
  icon icons svg image img css class style styles container wrapper group row col column card panel modal dialog menu nav item list table
  primary secondary success warning danger info green red blue yellow gray grey white black bold muted outline small medium large xs sm md lg xl
  test tests testing testid mock fake dummy example sample stub fixture foo bar baz qux spec
  route routes router path page pages screen view views component index home main settings setting config configuration env environment
  reset forgot forgotten change changed update updated confirm confirmation confirmed verify verified recover recovery repeat retype
  current new old previous next required optional hidden visible none null nil undefined empty unset missing invalid valid wrong incorrect
  bad good correct weak strong strength min max length minimum maximum policy rule rules validation validator validate check checked
  bcrypt scrypt argon sha md aes rsa hmac pbkdf hash hashed hasher plain plaintext cleartext encrypted encrypt encryption cipher salt raw
  base hex utf ascii encoded encoding encode decode string str number int integer bool boolean object array char true false
  default auto automatic manual static dynamic public private internal external local global shared common core util utils helper
  keyboard autocomplete autofill off one time code otp mfa totp pin email mail phone mobile address
  secure security safe store vault manager provider service server client host port url uri http https smtp imap ftp ssh ldap sql db database
  mysql postgres redis mongo kafka rabbitmq docker kubernetes aws azure gcp google github gitlab
  com org net io dev src lib pkg sys os std java javax android kotlin spring django flask rails react vue angular
  request response header headers body query param params parameter parameters arg args option options flag flags method function func
  event action handler callback listener status state result model schema entity property prop props attribute attr
  your enter please provide set get put post delete create read write load save send print show hide select insert replace
  not only without with from for and or to be is has too change changeme me this here todo
  file files stdin stdout prompt ask interactive tty dev prod production staging
  low high pass render shader filter first second last all any each both other custom generic basic simple standard normal
  version release build`.split(/\s+/),
);

/** Compound adjectives of prose: `case-sensitive`, `auto-generated`, `write-only`. */
const ofProse =
  /^(?:non|pre|self|well|case|clear|built|out|human|machine|low|high|multi|single|double|long|short|hard|read|so|up|per|opt|re|un|de|co|sub|super|cross|in|on|if|e|i|a)[-_]|[-_](?:sensitive|insensitive|specific|based|like|style|level|side|free|less|wide|line|word|words|size|sized|dependent|independent|aware|agnostic|friendly|readable|in|on|off|up|out)$|(?:[a-z]{3}(?:ed|able|ible))[!?]*$/i;

export function namesPassword(value: string): boolean {
  return labels.test(value);
}

export function isOfPrograms(smallWord: string): boolean {
  return ofPrograms.has(smallWord);
}

/** Whether the words are free of those that programs use. */
function areOfPeople(value: string): boolean {
  if (namesPassword(value)) return false;
  return !value.split(/[^\p{L}\p{M}]+/u).some((one) => isOfPrograms(one.toLowerCase()));
}

/** `isProse`: in a comment, where adjectives are joined by dashes too. */
export function isJoinedWords(value: string, isProse = false): boolean {
  if (value.length < 7 || value.length > 60 || !/[-_.]/.test(value) || !shape.test(value)) return false;
  const words = value.split(/[-_.]/).filter((one) => one.length > 2);
  if (words.length < (/[^\p{ASCII}]/u.test(value) ? 1 : 2) || isPlaceholder(value)) return false;
  return areOfPeople(value) && !(isProse && ofProse.test(value));
}
