import type { Format } from './format.ts';

/** Keys, password hashes and tokens of no single issuer. Multi-line regions are in `regions.ts`. */
export const keys: readonly Format[] = [
  ['jwt', '^eyJ ^eyI', '\\bey[JI][\\w-]{8,}\\.{1,2}(?:ey)?[\\w-]{8,}(?:\\.[\\w-]{8,}){0,3}'],
  ['paseto', '.local. .public.', '\\bv[1-4]\\.(?:local|public)\\.[\\w-]{30,}'],
  ['fernet', 'gAAAAA', '\\bgAAAAA[A-Za-z0-9_-]{40,}'],
  ['macaroon', '^MDAx ^AgEI ^AGIAJE', '\\b(?:MDAx|AgEI|AGIAJE)[A-Za-z0-9_-]{40,}'],
  ['age', 'AGE-SECRET-KEY', '(?i)\\bAGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{40,}'],
  [
    'pgp-fernet-libsodium',
    'untrusted comment:',
    '\\buntrusted comment: (?:minisign|signify) (?:encrypted )?secret key',
  ],
  ['laravel-key', 'base64:', '\\bbase64:[A-Za-z0-9+/]{30,}={0,2}'],
  ['django-key', 'django-insecure-', 'django-insecure-[^\\s"\'`]{20,}'],
  ['bearer', '^bearer', '(?i)\\bBearer["\'`]?[\\s,+:]{1,4}["\'`]?[\\w.~+/-]{16,}=*'],
  ['basic-auth', '^basic', '(?i)\\bBasic["\'`]?[\\s,+:]{1,4}["\'`]?[A-Za-z0-9+/_-]{10,}={0,2}'],
  ['auth-plain', '^auth+plain ^auth+login ^auth+xoauth2', '(?i)\\bAUTH (?:PLAIN|LOGIN|XOAUTH2)\\s+[A-Za-z0-9+/]{8,}'],
  ['otpauth', 'otpauth:', '(?i)otpauth://[a-z]{4}/[^\\s"\'`]{10,}'],
  ['wifi-code', 'WIFI:', '(?i)WIFI:(?:[A-Z]:[^;\\s]{0,64};){1,4}'],
  [
    'crypt-hash',
    '$1$ $5$ $6$ $7$ $y$ $gy$ $2$ $2a$ $2b$ $2x$ $2y$ $apr1$ $md5$ $sha $argon2 $scrypt$ $pbkdf2 $bcrypt $P$ $H$',
    '\\$(?:1|5|6|7|y|gy|2[abxy]?|apr1|md5|sha1|sha256|sha512|argon2(?:id?|d)?|scrypt|pbkdf2(?:-sha(?:1|256|512))?|bcrypt(?:-sha256)?|P|H)\\$[./A-Za-z0-9$=,+-]{20,}',
  ],
  [
    'framework-hash',
    'pbkdf2 bcrypt_sha256 argon2$ scrypt: sha1$ md5$ sha256$ SCRAM-SHA',
    '\\b(?:pbkdf2_sha(?:1|256)|bcrypt_sha256|argon2|scrypt:[0-9:]+|pbkdf2:sha[0-9:]+|sha1|md5|sha256)\\$[\\w./+=$-]{16,}|\\bSCRAM-SHA-(?:1|256)\\$[^\\s"\']{20,}',
  ],
  [
    'ldap-hash',
    'SHA} MD5} SHA256} SHA512} CRYPT} SHA1} ARGON2} PBKDF2',
    '(?i)\\{S?(?:SHA|MD5|SHA256|SHA512|CRYPT|PBKDF2(?:-SHA[0-9]+)?|ARGON2)\\}[A-Za-z0-9+/$.=]{16,}',
  ],
  ['ntlm-hash', 'aad3b435b51404ee', '\\baad3b435b51404eeaad3b435b51404ee:[0-9a-f]{8,32}'],
  ['mysql-hash', '\'* "*', '[\'"]\\*[0-9A-F]{40}[\'"]'],
  ['postgres-hash', 'md5', '[\'"]md5[0-9a-f]{32}[\'"]'],
  [
    'htpasswd',
    ':{SHA :{SSHA :{CRYPT :{PLAIN :{CLEARTEXT :{NTLM :{LANMAN',
    '\\b[\\w.-]{1,40}:\\{(?:S?SHA|CRYPT|PLAIN|CLEARTEXT|NTLM|LANMAN)\\}[\\w+/=.$]{10,}',
  ],
  [
    'pgpass',
    ':5432: :5433: :3306: :6432: :*:',
    '[\\w.*-]{1,80}:(?:5432|5433|3306|6432|\\*):[\\w.*-]{1,60}:[\\w.*-]{1,60}:[^\\s"\'`]{4,}',
  ],
  [
    'cisco',
    'secret+0 secret+5 secret+8 secret+9 password+0 password+5 password+7 key+0 key+6 key+7 snmp-server $9$ ^isakmp ^rocommunity ^rwcommunity',
    '(?i)\\b(?:secret [0589]|password [057]|key [067])\\s+[^\\s"\'`]{6,}|\\bsnmp-server community\\s+[^\\s"\']{4,}|\\bisakmp key\\s+[^\\s"\']{4,}\\s+address|\\br[ow]community6?\\s+[^\\s"\']{4,}|\\$9\\$[\\w/.-]{10,}',
  ],
  ['ansible-vault', '$ANSIBLE_VAULT', '\\$ANSIBLE_VAULT;[0-9.]+;AES'],
  ['sops', 'ENC[', 'ENC\\[(?:AES256_GCM|PKCS7|GPG),[^\\]]{10,}'],
];
