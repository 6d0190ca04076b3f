/** Private keys, and keys that frameworks use to sign and encrypt. */
import { base58Check, base64Lines, base64Of, bytes, draw, jwt, made, oneOf, uuid } from '../draws.ts';
import { kinds } from '../kind.ts';

const dashes = '-----';

/** The lines of a PEM, and its secret lines: the first one's beginning is common to all such keys. */
function pem(label: string, lines: readonly string[]): readonly [string, ...string[]] {
  const whole = [`${dashes}${made('BEG', 'IN')} ${label}${dashes}`, ...lines, `${dashes}END ${label}${dashes}`];
  return [whole.join('\n'), ...lines.slice(1)];
}

const key = made('PRIVATE', ' KEY');

export const keys = [
  ...kinds('private key', 'block', [
    ['RSA private key', 'signing key|private key', (r) => pem(`RSA ${key}`, base64Lines('MIIEpAIBAAKCAQEA', r, 1588))],
    ['EC private key', 'signing key|ec key', (r) => pem(`EC ${key}`, base64Lines('MHcCAQEEI', r, 164))],
    [
      'PKCS#8 private key',
      'tls key|private key',
      (r) => pem(key, base64Lines('MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ', r, 1624)),
    ],
    [
      'encrypted private key',
      'tls key|server key',
      (r) => pem(`ENCRYPTED ${key}`, base64Lines('MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI', r, 1736)),
    ],
    [
      'OpenSSH private key',
      'deploy key|ssh key',
      (r) =>
        pem(`OPENSSH ${key}`, base64Lines('b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMw', r, 348, 70)),
    ],
    [
      'PGP private key',
      'signing key|pgp key',
      (r) => pem(`PGP ${key} BLOCK`, ['', ...base64Lines('lQOYBGXk', r, 900)]),
    ],
    [
      'PuTTY private key',
      'deploy key|ppk',
      (r) => {
        const lines = base64Lines('', r, 180);
        return [
          [
            `PuTTY-User-Key-File-3: ssh-ed25519`,
            'Encryption: none',
            'Comment: deploy',
            `Private-Lines: ${lines.length}`,
            ...lines,
            `Private-MAC: ${draw(r, 'hex', 64)}`,
          ].join('\n'),
          ...lines,
        ];
      },
    ],
    [
      'JSON web key',
      'jwk|signing jwk',
      (r) => {
        const d = draw(r, 'base64url', 43);
        return [
          `{\n  "kty": "EC",\n  "crv": "P-256",\n  "x": "${draw(r, 'base64url', 43)}",\n  "y": "${draw(r, 'base64url', 43)}",\n  "d": "${d}"\n}`,
          d,
        ];
      },
    ],
    [
      'Google service account',
      'service account|credentials json',
      (r) => {
        const lines = base64Lines('MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ', r, 640).slice(1);
        const inside = `${dashes}${made('BEG', 'IN')} ${key}${dashes}\\n${lines.join('\\n')}\\n${dashes}END ${key}${dashes}\\n`;
        return [
          `{\n  "type": "service_account",\n  "project_id": "orders-prod",\n  "private_key_id": "${draw(r, 'hex', 40)}",\n  "private_key": "${inside}",\n  "client_email": "jobs@orders-prod.iam.gserviceaccount.com"\n}`,
          ...lines,
        ];
      },
    ],
    [
      'Solana key pair',
      'keypair|payer',
      (r) => {
        const numbers = [...bytes(r, 64)].join(', ').match(/.{1,90}(, |$)/g) ?? [];
        return [
          `[\n  ${numbers.map((line) => line.trimEnd()).join('\n  ')}\n]`,
          ...numbers.map((line) => line.trimEnd()),
        ];
      },
    ],
    [
      'OpenVPN static key',
      'vpn key|tls auth key',
      (r) => {
        const lines = Array.from({ length: 16 }, () => draw(r, 'hex', 32));
        return [
          `${dashes}${made('BEG', 'IN')} OpenVPN Static key V1${dashes}\n${lines.join('\n')}\n${dashes}END OpenVPN Static key V1${dashes}`,
          ...lines,
        ];
      },
    ],
  ]),
  ...kinds('private key', 'value', [
    ['age key', 'age identity|age key', (r) => made('AGE-SECRET', '-KEY-1') + draw(r, 'bech32', 58).toUpperCase()],
    ['WireGuard private key', 'private key|wireguard key', (r) => base64Of(r, 32)],
    ['Ethereum private key', 'private key|deployer key|wallet', (r) => `0x${draw(r, 'hex', 64)}`],
    [
      'Bitcoin WIF key',
      'wallet key|wif',
      (r) => base58Check(Buffer.concat([Buffer.from([0x80]), bytes(r, 32), Buffer.from([1])])),
    ],
    [
      'extended private key',
      'xprv|master key',
      (r) =>
        base58Check(
          Buffer.concat([
            Buffer.from('0488ade4000000000000000000', 'hex'),
            bytes(r, 32),
            Buffer.from([0]),
            bytes(r, 32),
          ]),
        ),
    ],
    ['Nostr key', 'nostr key|nsec', (r) => made('ns', 'ec1') + draw(r, 'bech32', 58)],
    [
      'PEM body without its frame',
      'private key der|tls key',
      (r) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${draw(r, 'base64', 200)}`,
    ],
  ]),
  ...kinds('framework key', 'value', [
    [
      'Django secret key',
      'secret key',
      (r) =>
        Array.from({ length: 50 }, () => oneOf(r, [...'abcdefghijklmnopqrstuvwxyz0123456789!@#%^*(-_=+)'])).join(''),
    ],
    ['Rails secret key base', 'secret key base', (r) => draw(r, 'hex', 128)],
    ['Rails master key', 'rails master key', (r) => draw(r, 'hex', 32)],
    [
      'Laravel application key',
      'app key',
      (r) => {
        const secret = base64Of(r, 32);
        return [`base64:${secret}`, secret];
      },
    ],
    ['Fernet key', 'fernet key|airflow fernet key', (r) => `${draw(r, 'base64url', 42)}8=`],
    ['JWT signing secret', 'jwt secret|token secret', (r) => draw(r, 'base64url', 48)],
    ['ASP.NET validation key', 'validation key|decryption key', (r) => draw(r, 'upperHex', 64)],
    [
      'session secret of words',
      'session secret|cookie secret',
      (r) => `${oneOf(r, ['keyboard', 'orders', 'magic'])}-${draw(r, 'lower', 6)}-${draw(r, 'lowerDigits', 8)}`,
    ],
    ['AES key in base64', 'encryption key|data key', (r) => base64Of(r, 32)],
    ['AES key in hexadecimals', 'encryption key|aes key|hmac key', (r) => draw(r, 'hex', 64)],
    ['hexadecimal key under a bland name', 'value|node|ref|item', (r) => draw(r, 'hex', oneOf(r, [32, 40, 48, 64]))],
    ['UUID key under a bland name', 'value|id|ref|handle', (r) => uuid(r)],
    ['base64 key under a bland name', 'value|blob|entry|data', (r) => base64Of(r, oneOf(r, [24, 32, 48]))],
    ['mixed key under a bland name', 'value|current|entry|item', (r) => draw(r, 'base62', oneOf(r, [24, 32, 40]))],
  ]),
  ...kinds('session', 'value', [
    [
      'JSON web token',
      'session|access token|id token',
      (r) => jwt(r, { sub: draw(r, 'digits', 8), name: 'ops', iat: 1700000000 + r.below(1e7) }),
    ],
    [
      'Kubernetes service account token',
      'token|cluster token',
      (r) =>
        jwt(
          r,
          {
            iss: 'kubernetes/serviceaccount',
            'kubernetes.io/serviceaccount/namespace': 'orders',
            sub: `system:serviceaccount:orders:${draw(r, 'lower', 6)}`,
          },
          'RS256',
        ),
    ],
    ['session cookie', 'session cookie|sessionid', (r) => draw(r, 'lowerDigits', 32)],
    ['Express session cookie', 'connect sid|cookie', (r) => `s%3A${draw(r, 'base64url', 32)}.${draw(r, 'base62', 43)}`],
    ['CSRF and session token', 'csrf token|xsrf token', (r) => draw(r, 'base62', 64)],
    ['OAuth authorization code', 'auth code|authorization code', (r) => `4/0A${draw(r, 'base64url', 70)}`],
    ['opaque bearer token', 'bearer token|auth token|token', (r) => draw(r, 'base64url', oneOf(r, [32, 43, 64]))],
  ]),
];
