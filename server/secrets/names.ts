import { ownText } from '../common/ownText.ts';
import { isForeignKey } from './keyNames.ts';
import { letterRuns } from './letterPairs.ts';

/**
 * What a name says about the value beside it. `password`: any value is a secret. `key`: any but words and paths. `pin`: digits are.
 * `place`: a call or line about logging in, which has a password among other things.
 */
export type Telling = 'password' | 'phrase' | 'key' | 'pin' | 'place' | 'none';

const passwords = new Set(
  `password passwd passwort kennwort pwd psw passwrd pass pw passcode assword motdepasse mdp contrasena contraseña claveacceso clavedeacceso senha wachtwoord haslo hasło parola
  lozinka heslo salasana losenord lösenord losenordet adgangskode adgangskoden passordet clave sifre şifre jelszo slaptazodis contrasenya pasahitza lykilord katasandi
  palavrapasse zaporka geslo pswd userpass dbpass psk securitycredentials requirepass masterauth rootpw bindpw storepass
  keypass presharedkey sshpass pgpassword mysqlpwd rediscliauth passord parool matkhau lykilor fjalekalim fjalekalimi cyfrinair nenosiri motpasse mdpasse pswrd pwrd
  secreto segredo segreto sekret geheimwort hemlighet hemmelighet hemmelig salaisuus secret secretkey identified`.split(
    /\s+/,
  ),
);
const phrases = new Set(
  `passphrase mnemonic seed seedphrase seedwords recoveryphrase totp otp mfa otpauth backupcode backupcodes recoverycode recoverycodes phrase`.split(
    /\s+/,
  ),
);
const keys = new Set(
  `token secret secrets apikey apitoken accesskey secretkey privatekey authtoken accesstoken refreshtoken signingkey
  encryptionkey masterkey jwt bearer webhook cookie sessionid sessid phpsessid jsessionid sid csrf xsrf session dsn salt pepper hmac
  authorization auth apisecret clientsecret licence license licensekey serial activation connectionstring community vault cipher ikey
  sas signature keypair accountkey nonce iv geheim geheimnis identifiant unlock otpsecret psk`.split(/\s+/),
);
/** Words before `key` that make it a secret one. */
const qualifiers = new Set(
  `api access secret private auth encryption encrypt decryption sign signing signature master session service shared account license licence client app
  application ssh deploy hmac aes des rsa jwt crypto webhook root admin user storage subscription consumer write ingest server integration
  rest site maps map google aws azure stripe github gitlab openai anthropic sendgrid mailgun twilio algolia firebase datadog sentry
  project bot stream pre preshared host wireguard vpn wifi wpa network tls ssl pgp gpg vault kms root seed wallet eth bitcoin
  product activation cd serial instrumentation functions function product cookie publishable read primary secondary hash`.split(
    /\s+/,
  ),
);
const places = new Set(
  `login signin logon authenticate authentication connect getconnection connection createuser adduser basicauth credentials credential bind simplebind sudo
  chpasswd htpasswd netrc machine admin root pdo keystore certificate pkcs wifi login creds sasl kerberos ldap smtp imap ftp ssh sftp proxy encrypt decrypt createhmac sign
  verify unlock register wifi begin dial hashpw logins signins zugang zugangsdaten`.split(/\s+/),
);
/** Codes typed at doors, as digits. */
const doors = new Set(
  `pincode keypadcode accesscode gatecode doorcode alarmcode disarmcode entrycode lockcode safecode vaultcode zugangscode sicherheitscode
  türcode tuercode`.split(/\s+/),
);
/** Passes of compilers and renderers, and filters: `renderPass`, `modulePass`, `lowPass`. */
const passes = new Set(
  `render shader shadow depth geometry lighting light blur bloom outline effect effects post output draw color blit copy mask texture
  film ssao smaa fxaa taa bokeh forward backward deferred prepass compute graphics ui opaque transparent final first second single multi
  low high band module function loop analysis transform transformation optimization optimizer opt compiler codegen lowering pipeline
  add`.split(/\s+/),
);
/** Non-Latin scripts join words without separators: `数据库密码`. What follows qualifies it: `密码长度` is a length. */
const inOtherScripts =
  /(?:(?:[Пп]арол[ьа]|ПАРОЛ[ЬА])(?:[_А-ЯA-Z].*)?|[Лл]озинка|ЛОЗИНКА|[Κκ]ωδικος|ΚΩΔΙΚΟΣ|[Σσ]υνθηματικο|ΣΥΝΘΗΜΑΤΙΚΟ|סיסמה|סיסמא|密码|密碼|口令|パスワード|暗証番号|비밀번호|암호|รหัสผ่าน|كلمة[ _]?(?:السر|المرور)|पासवर्ड|گذرواژه|رمز[ _]?عبور)[\d_]*(?:db)?(?:是|为|為|は|が|는|은)?$/u;
/** What it is for may follow in these languages: `hasloDoBazy`, `contrasenaBase`. */
const leading = new Set(
  'haslo hasla parola senha contrasena contrasenya jelszo heslo lozinka mdp motdepasse wachtwoord salasana losenord sifre'.split(
    ' ',
  ),
);
/** Written as one word: `dbpassw`, `masterpw`. */
const asOneWord =
  /(?:password|passwd|passwort|passw|pwd)$|^(?:admin|app|bind|control|db|ftp|ldap|login|mail|master|my|root|sa|smtp|sql|ssh|user|vpn|web|wifi|u)p(?:w|ass)$/;
/** Of {@link passwords}: these may also be names of secrets, which are no passwords, or verbs. */
const otherSecrets = /^(?:secret\w*|sekret|segre[dt]o|salaisuus|hem+elig\w*|hemlighet|identified|clave|psw|assword)$/;
/** Endings of names about a password: its length, its label, its location. */
const about = new Set(
  `length len min max size count field fields label hint placeholder regex pattern rule rules policy url uri path file filename dir folder type types
  kind name names id ids error errors message messages msg title text description header headers prefix suffix validator input inputs index idx
  position column row limit ttl expiry expires expiration expired timeout age date time at version provider store manager factory service
  handler middleware class interface enum schema model form view page component button icon screen route endpoint link
  strength score attempts retries enabled disabled required visible shown hidden changed valid match matches exists missing callback
  fn func function method event action scope scopes format encoding algorithm alg algo digest types generator parser reader writer
  usage stats budget embedding embeddings embed ids list set map dict mode option options config settings help doc docs example location
  count counts window chars character characters requirements requirement strategy status state reset request response`.split(
    /\s+/,
  ),
);

/** Whether a value is just the word for password in some language, as in labels and translations. */
export function isWordForPassword(value: string): boolean {
  const word = plain(value).toLowerCase();
  return passwords.has(word) || inOtherScripts.exec(word)?.[0] === word || word === 'geheim' || word === 'geheimnis';
}

/** Whether a name plainly says password, in any language, rather than secret or the like. */
export function isPasswordLabel(name: string): boolean {
  const telling = tellingOf(name);
  if (telling === 'phrase') return /pass_?phrase[_\d]*$/i.test(name);
  return telling === 'password' && !otherSecrets.test(wordsOf(name).at(-1) ?? '');
}

/** What signs, encrypts or is shared by two programs; a plain `token` or `key` has other meanings. */
const ofSigning =
  /(?:(?:api|client|app|consumer|session|cookie|jwt|token|auth|oauth2?|(?:web)?hook|sign(?:ing|ature)?|shared|hmac|csrf|master|encryption|crypto|server|service|state)[-_]?secret|(?:(?:en|de)?crypt(?:ion|o)?|signing|jwt|hmac|aes|cipher|master|cookie|secret)[-_]?key(?:[-_]?base)?|(?:auth|nonce|logged_in)_(?:key|salt)|(?:signing|(?:en|de)cryption|secret)[-_]?salt)$/i;

/** Whether a name plainly says what encrypts or signs: there, a single word is one too. */
export function isCipherLabel(name: string): boolean {
  return /(?:(?:en|de)?crypt(?:ion|o)?|signing|jwt|hmac|aes|cipher)[-_]?key$/i.test(name);
}

/** Whether a name plainly says what signs or encrypts: words are no name there, unlike in `secret`, which may hold one. */
export function isSigningLabel(name: string): boolean {
  return ofSigning.test(name);
}

const known = new Map<string, Telling>();

/** `name` as in code: letters of any script, digits, and separators. */
export function tellingOf(name: string): Telling {
  const before = known.get(name);
  if (before !== undefined) return before;
  // `pw1`, `pw2` are layers and steps.
  const telling = /pw[0-9]/i.test(name)
    ? 'none'
    : !isAscii(name) && inOtherScripts.test(plain(name))
      ? 'password'
      : isForeignKey(plain(name), wordsOf(name))
        ? 'key'
        : tellingOfWords(wordsOf(name));
  // Repositories repeat their names; hostile ones do not, and must not fill memory.
  if (known.size >= 20_000) known.clear();
  // A slice would keep the file in memory.
  known.set(ownText(name), telling);
  return telling;
}

function tellingOfWords(words: readonly string[]): Telling {
  if (words.length === 0 || words.length > 12) return 'none';
  // `API_KEY_A` and `API_KEY_B` are parts of one key.
  if (words.length > 1 && (words.at(-1) as string).length === 1) return tellingOfWords(words.slice(0, -1));
  const last = words.at(-1) as string;
  const before = words.at(-2) ?? '';
  const two = before + last;
  const three = (words.at(-3) ?? '') + two;
  // `passwordMinLength`, `tokenUrl`, `secretName`: about the password, not the password.
  if (words.length > 1 && about.has(last) && !keys.has(two))
    return words.some((word) => passwords.has(word)) ? 'place' : 'none';
  // .NET's public key token, and passes of renderers and compilers.
  if (three === 'publickeytoken' || (last === 'pass' && passes.has(before))) return 'none';
  if (passwords.has(last) || passwords.has(two) || passwords.has(three) || asOneWord.test(last)) return 'password';
  if (last === 'pin' || last === 'puk' || doors.has(last) || doors.has(two)) return 'pin';
  if (phrases.has(last) || phrases.has(two)) return 'phrase';
  if (
    (last === 'words' || last === 'codes' || last === 'code') &&
    (before === 'recovery' || before === 'backup' || before === 'seed')
  )
    return 'phrase';
  if (words.length > 1 && words.some((word) => leading.has(word))) return 'password';
  if (last === 'key' || last === 'keys') return qualifiers.has(before) ? 'key' : 'none';
  // `seed2fa`
  if (last === 'fa') return 'key';
  if (keys.has(last) || keys.has(two) || keys.has(three) || /(?:secret|token|apikey)$/.test(last)) return 'key';
  if (words.some((word) => passwords.has(word))) return 'place';
  if (places.has(last) || places.has(two) || words.some((word) => places.has(word))) return 'place';
  return words.some((word) => keys.has(word)) ? 'place' : 'none';
}

function wordsOf(name: string): string[] {
  const words = letterRuns(plain(name)).map((word) => word.toLowerCase());
  return words.length > 0 ? words : [name.toLowerCase()];
}

/** contraseña, hasło: accents may be omitted. */
function plain(name: string): string {
  if (isAscii(name)) return name;
  return (
    name
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      // Recomposes Hangul syllables and kana.
      .normalize('NFC')
      .replaceAll('ł', 'l')
  );
}

function isAscii(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 127) return false;
  return true;
}
