/** Calls that take a password or a key at a known place, whatever it looks like: `getConnection(url, "sa", "…")`, `createHmac('sha256', '…')`. */
import { type Argument, argumentsAt, argumentsFrom, quotedIn } from './callArguments.ts';
import type { SecretRange } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { beginsBytes } from './lists.ts';
import { isWord } from './literals.ts';
import { PerLine } from './perLine.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { References } from './references.ts';
import { isSeveralWords } from './severalWords.ts';
import { atLeast, likenessOf } from './values.ts';

interface Call {
  /** Separated by blanks. */
  readonly names: string;
  /** Index of the argument. */
  readonly at: number;
  /** Only if the argument before it is quoted too: an account's name. `any`: it may be a variable, as the call takes nothing else. */
  readonly account?: boolean | 'any';
  /** It is a key, which may be a sentence. */
  readonly key?: boolean;
  /** It is base64 of something mixed like a password. */
  readonly encoded?: boolean;
  /** An account with its password, if the line mentions Basic authentication or the like: `btoa('mia:hunter2x')`. */
  readonly pairOf?: RegExp;
  /** Key lengths in bytes, which alone make it a key. */
  readonly lengths?: readonly number[];
  /** `auth=("svc", "…")`: an assigned pair. */
  readonly pair?: boolean;
  /** A SQL statement, without brackets. */
  readonly bare?: boolean;
}

/** An argument that names the hash of a key derivation. */
const hashName = /^(?:hmac[-_]?)?(?:sha|md|blake|ripemd)[-_]?[0-9]{1,3}(?:[-_/][0-9]{3})?$/i;

/** Of AES and the like. */
const cipherKeys = [16, 24, 32];

const inConstantTime = `hash_equals compare_digest secure_compare secureCompare safeCompare timingSafeEqual timing_safe_compare ConstantTimeCompare
  constant_time_compare constantTimeEquals constantTimeAreEqual constant_time_eq MessageDigest.isEqual FixedTimeEquals sodium_memcmp CRYPTO_memcmp`;

const calls: readonly Call[] = [
  // Connections: host, user, and the password.
  {
    names: `getConnection mysqli_connect real_connect mysql_connect mysql_pconnect mssql_connect sybase_connect ibase_connect db2_connect
      odbc_connect odbc_pconnect mysqli PDO MySQLdb.connect pymysql.connect mysql.connect DBI->connect DBI.connect FTP FTP_TLS ftplib.FTP PlainAuth
      createUserWithEmailAndPassword signInWithEmailAndPassword Sequelize URL.create Sql.newInstance DriverManagerDataSource JdbcConnectionPool.create
      ConnectionPool.singleton Database.forURL ftp_login ssh2_auth_password imap_open create_superuser`,
    at: 2,
    account: 'any',
  },
  {
    names: `client.connect SftpClient ScpClient SshClient FtpClient FTP.open transport.connect createCredential keyring.set_password create_user ldap_bind`,
    at: 2,
    account: true,
  },
  {
    names: `SetBasicAuth HTTPBasicAuth HTTPDigestAuth setBasicAuth NetworkCredential UsernamePasswordCredentials UsernamePasswordAuthenticationToken
      UsernamePasswordToken PlainTextAuthProvider userauth_password PasswordAuthentication BasicHttpCredentials simple_bind_s username_pw_set
      WiFi.begin WiFi_begin wifi_begin oci_connect oci_pconnect cx_Oracle.connect oracledb.connect authPassword`,
    at: 1,
    account: 'any',
  },
  {
    names: `basic_auth basicAuth .basic PlainCredentials UsmUserData UserPassword UserInfo Credentials::new simple_bind bind_s wifi.connect
      login log_in sign_in signIn signin authenticate ldap_bind credentials`,
    at: 1,
    account: true,
  },
  { names: 'ssh.connect', at: 3, account: true },
  { names: 'mysqli_real_connect mysql_real_connect fromDriverManager', at: 3, account: 'any' },
  {
    names: 'b64decode atob FromBase64String base64_decode decode64 strict_decode64 DecodeString',
    at: 0,
    encoded: true,
  },
  {
    names:
      'btoa b64encode Buffer.from base64_encode strict_encode64 urlsafe_encode64 EncodeToString encodeToString ToBase64String',
    at: 0,
    pairOf: /basic|auth|cred|login/i,
  },
  { names: 'auth http_auth', at: 1, account: true, pair: true },
  { names: 'gomail.NewDialer mail.NewDialer', at: 3, account: 'any' },
  { names: 'sp_addlogin sp_password', at: 1, bare: true },
  { names: 'sp_addlinkedsrvlogin', at: 4, account: true, bare: true },
  { names: 'JedisPool', at: 4 },
  // Communities of SNMP, after the host.
  { names: 'snmp_open snmp_session', at: 2 },
  { names: 'snmpget snmpwalk snmpset snmp2_get snmp2_walk snmp2_real_walk snmp2_set', at: 1 },
  // Passwords to hash, and passwords of documents.
  {
    names: `password_hash password_verify GenerateFromPassword make_password hashpw checkpw bcrypt.hash bcrypt.hashSync bcrypt.compare
      bcrypt.compareSync generate_password_hash pbkdf2Sync scryptSync Unprotect CommunityData argon2.hash Rfc2898DeriveBytes
      PBEKeySpec PBKDF2 crypto.pbkdf2 crypto.scrypt hashlib.scrypt pbkdf2.Key scrypt.Key argon2.Key argon2.IDKey kdf.derive BestAvailableEncryption PasswordProtection Encryptors.text SecretStr SecretString::new SecretString::from
      redis.auth redis->auth red:auth Hash::make Hash::check Password.create hash_pwd_salt verify_pass bcrypt::hash bcrypt::verify BCrypt.Verify bcrypt.verify
      passwordEncoder.encode passwordEncoder.matches pwd_context.hash pwd_context.verify sodium_crypto_pwhash_str crypto_pwhash_str`,
    at: 0,
  },
  // Key stores, and keys derived from a password.
  {
    names: `ks.load keyStore.load keystore.load trustStore.load kmf.init keyManagerFactory.init ks.getKey keyStore.getKey keystore.getKey
      pbkdf2_hmac pbkdf2.Key argon2.verify`,
    at: 1,
  },
  { names: 'UsmUserData', at: 2, account: true },
  { names: 'crypt', at: 0 },
  { names: 'X509Certificate2', at: 1 },
  { names: 'CompareHashAndPassword check_password_hash', at: 1 },
  // Keys.
  {
    names: 'AES.new DES3.new ARC4.new Blowfish.new ChaCha20.new SecretKeySpec Aes128.new Aes256.new',
    at: 0,
    key: true,
    lengths: cipherKeys,
  },
  {
    names:
      'NewCookieStore SignedString HS256Key::from_bytes HS384Key::from_bytes HS512Key::from_bytes EncodingKey::from_secret DecodingKey::from_secret Fernet hmac.new cookieParser SymmetricSecurityKey Keys.hmacShaKeyFor setSigningKey HMAC256 HMAC384 HMAC512 cookie.NewStore URLSafeTimedSerializer URLSafeSerializer',
    at: 0,
    key: true,
  },
  { names: 'createCipheriv createDecipheriv', at: 1, key: true, lengths: cipherKeys },
  {
    names: `createHmac createCipher createDecipher jwt.sign jwt.verify jwt.encode jwt.decode signWith hmac.New
      HMAC.hexdigest HmacSHA1 HmacSHA256 HmacSHA512 AES.encrypt AES.decrypt pgp_sym_encrypt pgp_sym_decrypt AES_ENCRYPT AES_DECRYPT`,
    at: 1,
    key: true,
  },
  // What opens a vault or a wallet: a sentence, often.
  {
    names: `vault.unlock wallet.unlock keyring.unlock keychain.unlock keystore.unlock keyStore.unlock safe.unlock
      wallet.encrypt wallet.decrypt`,
    at: 0,
    key: true,
  },
  {
    names: `unlockAccount unlock_account fromEncryptedJson fromEncryptedJsonSync from_encrypted_json Account.decrypt Account.encrypt
      PyKeePass`,
    at: 1,
    key: true,
  },
  // Seeds of one-time passwords.
  {
    names:
      'authenticator.generate authenticator.check authenticator.keyuri pyotp.TOTP totp.GenerateCode totp.generate totp.now totp.verify ROTP::TOTP.new',
    at: 0,
    key: true,
  },
  { names: 'hash_hmac openssl_encrypt openssl_decrypt', at: 2, key: true },
  // Only what must not be guessed is compared in constant time, whichever side is which.
  ...[0, 1].map((at) => ({ names: inConstantTime, at, key: true })),
];

const byName = calls.flatMap((call) => call.names.split(/\s+/).map((name) => ({ ...call, name })));
export const callWords: readonly string[] = byName.map(({ name }) => name);

/** With more calls on one line it is no source text, as other rules report. */
const mostOnLine = 20;

/** For each occurrence of {@link callWords}: the argument at its place, if quoted. */
export function callVisitor(text: string, found: SecretRange[]): (word: number, end: number) => void {
  const line = new PerLine(text);
  const references = new References(text);
  return (index, end) => {
    const call = byName[index] as (typeof byName)[number];
    const start = end - call.name.length;
    // Python's `hmac.new` has the key where Go's `hmac.New` has the digest.
    if (call.name.includes('.') && !text.startsWith(call.name, start)) return;
    if (isWord(text.charCodeAt(end)) || (call.name[0] !== '.' && isWord(text.charCodeAt(start - 1)))) return;
    if (line.count(end) > mostOnLine) return;
    const given = argumentsOf(text, end, call);
    const argument = given[call.at];
    if (!argument) return;
    if (call.key && beginsBytes(text.slice(argument.start, Math.min(argument.end, argument.start + 300))))
      found.push({ ...argument, rule: 'bytes of a key' });
    const before = given[call.at - 1];
    const account = call.account && before ? quotedIn(text, before) : null;
    const value = quotedIn(text, argument);
    if (!value) {
      if (account !== null) found.push(...references.passed(argument));
      return;
    }
    if (call.account && account === null && !(call.account === 'any' && before && isName(text, before))) return;
    const content = text.slice(value.start, value.end);
    if (call.pairOf && !call.pairOf.test(lineUpTo(text, start, 120)) && !isMixedPair(content)) return;
    if (isSecret(content, call)) found.push({ ...value, rule: 'argument' });
  };
}

/** A variable, or where it comes from, with the name of an account rather than of a port: `$user`, `USER`, `env("DB_USER")`, `cfg['user']`. */
function isName(text: string, { start, end }: Argument): boolean {
  const name = end - start > 60 ? '' : text.slice(start, end).trim();
  return (
    /^[$@&]?[A-Za-z_][\w.>:$-]{0,40}(?:[([]["'][\w.-]{1,30}["'][)\]])?$/.test(name) &&
    !/port|^(?:true|false|null|nil|none)$/i.test(name)
  );
}

function argumentsOf(text: string, end: number, { bare, pair }: Call): Argument[] {
  // Scala's `fromDriverManager[IO](`
  const open = (pair ? /^\s?[=:]\s?[([]/ : /^(?:\[\w{1,12}\])?\s?\(/).exec(text.slice(end, end + 18));
  if (open) return argumentsAt(text, end + open[0].length - 1);
  if (!bare) return [];
  // `EXEC sp_addlogin 'stock', '…'` extends to the end of its line.
  const line = text.slice(end, end + 300).split('\n', 1)[0] as string;
  return argumentsFrom(`${line};`, 0).map((argument) => ({ start: end + argument.start, end: end + argument.end }));
}

/** `exporter:hunter2x`, whose encoding has no other use than a header. */
function isMixedPair(value: string): boolean {
  const colon = value.indexOf(':');
  return /^[\w.@-]{2,40}$/.test(value.slice(0, colon)) && atLeast(likenessOf(value.slice(colon + 1)), 'mixed');
}

/** Not templates, references and names of what would go there; nor, in tests, words that say so. */
function isSecret(value: string, { key, lengths, encoded, pairOf }: Call): boolean {
  if (pairOf) {
    const password = /^[\w.@-]{2,40}:((?!\$)[^\s:/{}%]{4,60})$/.exec(value)?.[1] ?? '';
    return password !== '' && !isNaming(password) && likenessOf(password) !== 'none';
  }
  if (encoded) {
    if (value.length > 100 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return false;
    const plain = Buffer.from(value, 'base64').toString('latin1');
    return /^[!-~]{6,60}$/.test(plain) && !isNaming(plain) && atLeast(likenessOf(plain), 'mixed');
  }
  if (key && /^(?:\\x[0-9a-fA-F]{2}){8}/.test(value)) return true;
  if (lengths?.includes(value.length) && !/[\s\\]/.test(value) && !isPlaceholder(value)) return true;
  if (value.length < 4 || value.length > 300 || isPlaceholder(value) || hashName.test(value)) return false;
  // A key may have a word that names one, `webhook-of-orchard`, unless it has no other.
  if (!key && isNaming(value)) return false;
  if (/%[sdv]|\$\{|\{\{|#\{|\{\w{0,20}\}|^[$:@]\w+$/.test(value)) return false;
  if (!key && isSeveralWords(value)) return true;
  if (/\s/.test(value)) return key === true && value.split(/\s+/).length <= 12 && !/[.:?]$/.test(value);
  return likenessOf(value) !== 'none';
}
