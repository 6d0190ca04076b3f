/** Secrets that people remember or keep themselves: passwords, phrases, seeds, codes, hashes. */
import {
  alphabets,
  base64Of,
  between,
  bytes,
  draw,
  mnemonic,
  oneOf,
  password,
  phrase,
  plainPassword,
} from '../draws.ts';
import { kinds } from '../kind.ts';
import { words } from '../words.ts';

const passwordNames = 'password|admin password|db password|pass|passwd|pwd|smtp password|root password';
const years = ['2019', '2021', '2023', '2024', '2025'];
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** A random password containing a word that placeholders also use. */
const around = (word: string) =>
  [
    `password that contains ${word}`,
    passwordNames,
    (r) => `${plainPassword(r, 5)}${oneOf(r, [word, capital(word)])}${draw(r, 'digits', 1)}${password(r, 7)}`,
  ] as const satisfies Parameters<typeof kinds>[2][number];

const groups = (length: number, count: number, draws: (length: number) => string) =>
  Array.from({ length: count }, () => draws(length)).join('-');

export const passwords = [
  ...kinds('password', 'value', [
    ['random password', passwordNames, (r) => password(r)],
    ['password of letters and digits', passwordNames, (r) => plainPassword(r)],
    ['password of lower case', passwordNames, (r) => draw(r, 'lower', between(r, 12, 16))],
    ['password of digits', 'password|keypad code|vault pin', (r) => draw(r, 'digits', between(r, 10, 14))],
    [
      'password made by a person',
      passwordNames,
      (r) =>
        `${capital(oneOf(r, words))}${oneOf(r, ['-', '.', '_', ''])}${capital(oneOf(r, words))}${oneOf(r, years)}${oneOf(r, ['!', '?', '#', ''])}`,
    ],
    [
      'password of a name and a year',
      passwordNames,
      (r) =>
        `${oneOf(r, ['Margot', 'Dietrich', 'Anselmo', 'Yevgenia'])}${draw(r, 'digits', 1)}${oneOf(r, years)}${oneOf(r, ['!', '?', '#'])}`,
    ],
    [
      'password written with digits for letters',
      passwordNames,
      (r) =>
        `${oneOf(r, words)}${oneOf(r, words)}`.replace(
          /[aeio]/g,
          (letter) => ({ a: '4', e: '3', i: '1', o: '0' })[letter] ?? letter,
        ),
    ],
    ...[
      'foo',
      'bar',
      'test',
      'none',
      'example',
      'sample',
      'dummy',
      'null',
      'xxx',
      'changeme',
      'your',
      'demo',
      'fake',
      'secret',
    ].map(around),
    ['pass phrase with hyphens', 'passphrase|master password|recovery phrase', (r) => phrase(r, 5, '-')],
    ['app password', 'app password|gmail app password', (r) => draw(r, 'lower', 16)],
    ['Apple app password', 'app specific password|notary password', (r) => groups(4, 4, (n) => draw(r, 'lower', n))],
    ['TOTP seed', 'totp secret|otp seed|mfa secret', (r) => draw(r, 'base32', oneOf(r, [16, 32]))],
    ['recovery code', 'recovery code|backup code', (r) => groups(5, 2, (n) => draw(r, 'hex', n))],
    ['Windows licence key', 'product key|windows license', (r) => groups(5, 5, (n) => draw(r, 'upperDigits', n))],
    ['licence key', 'license key|licence', (r) => groups(8, 4, (n) => draw(r, 'upperHex', n))],
    ['Wi-Fi key', 'wifi password|psk|wpa passphrase', (r) => plainPassword(r, between(r, 10, 16))],
    ['Wi-Fi key in hexadecimals', 'psk|wpa psk', (r) => draw(r, 'hex', 64)],
    ['SNMP community', 'snmp community', (r) => `${oneOf(r, words)}${draw(r, 'base62', 6)}`],
    ['RADIUS shared secret', 'radius secret|shared secret', (r) => plainPassword(r, 22)],
  ]),
  ...kinds('phrase', 'text', [
    [
      'pass phrase with spaces',
      'passphrase|master passphrase|vault passphrase|key phrase',
      (r) => phrase(r, between(r, 4, 7)),
    ],
    [
      'pass phrase as a sentence',
      'passphrase|backup password',
      (r) =>
        `${capital(oneOf(r, words))} ${oneOf(r, ['under', 'beside', 'before'])} the ${oneOf(r, words)} ${2 + r.below(80)} ${oneOf(r, words)}!`,
    ],
    ['seed of twelve words', 'mnemonic|seed phrase|wallet seed', (r) => mnemonic(r, 12)],
    ['seed of twenty-four words', 'mnemonic|recovery phrase', (r) => mnemonic(r, 24)],
    [
      'app password in groups',
      'app password|smtp password',
      (r) => Array.from({ length: 4 }, () => draw(r, 'lower', 4)).join(' '),
    ],
    [
      'TOTP seed in groups',
      'totp secret|authenticator seed',
      (r) => Array.from({ length: 8 }, () => draw(r, 'base32', 4).toLowerCase()).join(' '),
    ],
    [
      'otpauth URL',
      'otp url|provisioning uri',
      (r) => {
        const seed = draw(r, 'base32', 32);
        return [`otpauth://totp/Orders:ops@orders.internal?secret=${seed}&issuer=Orders`, seed];
      },
    ],
    [
      'Wi-Fi QR code text',
      'wifi qr|guest network',
      (r) => {
        const secret = plainPassword(r);
        return [`WIFI:T:WPA;S:office-5g;P:${secret};;`, secret];
      },
    ],
  ]),
  ...kinds('hash', 'text', [
    [
      'bcrypt hash',
      'password hash|admin hash|stored hash',
      (r) => (({ salt }) => [`$2b$12$${salt}`, salt] as const)({ salt: draw(r, 'crypt', 53) }),
    ],
    [
      'SHA-512 crypt hash',
      'password hash|shadow',
      (r) => (({ sum }) => [`$6$${draw(r, 'crypt', 16)}$${sum}`, sum] as const)({ sum: draw(r, 'crypt', 86) }),
    ],
    [
      'Apache MD5 hash',
      'htpasswd|basic auth hash',
      (r) => (({ sum }) => [`$apr1$${draw(r, 'crypt', 8)}$${sum}`, sum] as const)({ sum: draw(r, 'crypt', 22) }),
    ],
    [
      'argon2 hash',
      'password hash|hashed',
      (r) =>
        (({ sum }) => [`$argon2id$v=19$m=65536,t=3,p=4$${bare(base64Of(r, 16))}$${sum}`, sum] as const)({
          sum: bare(base64Of(r, 32)),
        }),
    ],
    [
      'Django password hash',
      'password|password hash',
      (r) =>
        (({ sum }) => [`pbkdf2_sha256$600000$${draw(r, 'base62', 22)}$${sum}`, sum] as const)({ sum: base64Of(r, 32) }),
    ],
    [
      'LDAP SSHA hash',
      'userpassword|rootpw',
      (r) => (({ sum }) => [`{SSHA}${sum}`, sum] as const)({ sum: base64Of(r, 24) }),
    ],
    [
      'MySQL password hash',
      'password hash|auth string',
      (r) => (({ sum }) => [`*${sum}`, sum] as const)({ sum: draw(r, 'upperHex', 40) }),
    ],
    [
      'SCRAM verifier',
      'scram verifier|rolpassword',
      (r) =>
        (({ sum }) => [`SCRAM-SHA-256$4096:${base64Of(r, 16)}$${sum}:${base64Of(r, 32)}`, sum] as const)({
          sum: base64Of(r, 32),
        }),
    ],
    [
      'NTLM hash',
      'ntlm hash|nt hash',
      (r) =>
        (({ sum }) => [`aad3b435b51404eeaad3b435b51404ee:${sum}`, sum] as const)({ sum: bytes(r, 16).toString('hex') }),
    ],
  ]),
  ...kinds('phrase', 'text', [
    [
      'password with quotes and dollars',
      passwordNames,
      (r) => Array.from({ length: 14 }, () => oneOf(r, [...alphabets.base62, ...'$&()<>|;!'])).join(''),
    ],
    [
      'password in another script',
      passwordNames,
      (r) =>
        `${oneOf(r, ['Ключ', 'Schlüssel', 'Contraseña', 'パスワード'])}${draw(r, 'digits', 3)}${plainPassword(r, 8)}`,
    ],
  ]),
  ...kinds('password of words', 'word', [
    ['two words', passwordNames, (r) => `${oneOf(r, words)}${oneOf(r, words)}`],
    ['two words with capitals', passwordNames, (r) => `${capital(oneOf(r, words))}${capital(oneOf(r, words))}`],
    ['two words and a sign', passwordNames, (r) => `${oneOf(r, words)}${oneOf(r, words)}!`],
    ['three words with hyphens', passwordNames, (r) => phrase(r, 3, '-')],
  ]),
];

function bare(base64: string): string {
  return base64.replace(/=+$/, '');
}
