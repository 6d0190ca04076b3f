/** Secrets generated at run time, so that this repository contains none: each kind looks like the real thing. */
import { createHash } from 'node:crypto';

const hex = '0123456789abcdef';
const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base64url = `${base62}-_`;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Characters drawn from an alphabet, deterministic for a key. */
function draw(alphabet: string, length: number, key: string): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHash('sha512').update(`${key}\0${block}`).digest()) {
      if (text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

export interface SecretKind {
  readonly name: string;
  /** A typical variable name for it. */
  readonly variable: string;
  readonly make: (key: string) => string;
}

const kind = (name: string, variable: string, make: (key: string) => string): SecretKind => ({ name, variable, make });

export const secretKinds: readonly SecretKind[] = [
  kind('AWS access key and secret', 'AWS_SECRET_ACCESS_KEY', (key) => draw(`${base62}+/`, 40, key)),
  kind('GitHub token', 'githubToken', (key) => `ghp_${draw(base62, 36, key)}`),
  kind(
    'Slack token',
    'slackToken',
    (key) => `xoxb-${draw('123456789', 12, key)}-${draw('123456789', 12, `${key}b`)}-${draw(base62, 24, `${key}c`)}`,
  ),
  kind('npm token', 'npmToken', (key) => `npm_${draw(base62, 36, key)}`),
  kind('SendGrid key', 'sendgridKey', (key) => `SG.${draw(base64url, 22, key)}.${draw(base64url, 43, `${key}b`)}`),
  kind('OpenAI key', 'openaiKey', (key) => `sk-proj-${draw(base62, 74, key)}T3BlbkFJ${draw(base62, 73, `${key}b`)}`),
  kind('Anthropic key', 'anthropicKey', (key) => `sk-ant-api03-${draw(base64url, 93, key)}AA`),
  kind('Stripe key', 'stripeKey', (key) => `sk_live_${draw(base62, 24, key)}`),
  kind(
    'private key',
    'signingKey',
    (key) => `-----BEGIN RSA PRIVATE KEY-----\\n${draw(`${base62}+/`, 64, key)}\\n-----END RSA PRIVATE KEY-----`,
  ),
  kind('database URL', 'databaseUrl', (key) => `postgres://service:${draw(base62, 18, key)}@db.internal:5432/orders`),
  kind('Shopify token', 'shopToken', (key) => `shpat_${draw(hex, 32, key)}`),
  kind('GitLab token', 'gitlabToken', (key) => `glpat-${draw(base64url.replace('-', ''), 20, key)}`),
  kind('Google API key', 'mapsKey', (key) => `AIza${draw(base64url, 34, key)}a`),
  kind(
    'Azure storage key',
    'storageConnection',
    (key) => `DefaultEndpointsProtocol=https;AccountName=orders;AccountKey=${draw(`${base62}+/`, 86, key)}==`,
  ),
  kind('Twilio key', 'twilioSid', (key) => `SK${draw(hex, 32, key)}`),
  kind('DigitalOcean token', 'oceanToken', (key) => `dop_v1_${draw(hex, 64, key)}`),
  kind('PyPI token', 'pypiToken', (key) => `pypi-AgEIcHlwaS5vcmc${draw(base64url, 70, key)}`),
  kind('Telegram bot token', 'botToken', (key) =>
    `${draw('123456789', 9, key)}:AA${draw(base64url, 33, `${key}b`)}`.replace(/-$/, 'x'),
  ),
  kind(
    'Discord webhook',
    'alertsHook',
    (key) => `https://discord.com/api/webhooks/${draw('123456789', 18, key)}/${draw(base62, 68, `${key}b`)}`,
  ),
  kind(
    'JSON web token',
    'session',
    (key) => `eyJ${draw(base62, 33, key)}.eyJ${draw(base62, 50, `${key}b`)}.${draw(base64url, 43, `${key}c`)}`,
  ),
  kind('Postman key', 'postman', (key) => `PMAK-${draw(hex, 24, key)}-${draw(hex, 34, `${key}b`)}`),
  kind('Mailchimp key', 'mailchimp', (key) => `${draw(hex, 32, key)}-us14`),
  kind('New Relic key', 'relicKey', (key) => `NRAK-${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 27, key)}`),
  kind('Terraform token', 'terraform', (key) => `${draw(base62, 14, key)}.atlasv1.${draw(base62, 67, `${key}b`)}`),
  kind('age key', 'ageIdentity', (key) => `AGE-SECRET-KEY-1${draw(base32, 58, key)}`),
  kind('password', 'adminPassword', (key) => `${draw(base62, 5, key)}!7${draw(base62, 6, `${key}b`)}q`),
  kind('hex key under a telling name', 'encryptionKey', (key) => draw(hex, 48, key)),
  kind('bare random token', 'value', (key) => `q7${draw(base62, 40, key)}Z3x`),
  kind('password hash', 'storedHash', (key) => `$2b$12$${draw(`${base62}./`, 53, key)}`),
  kind('URL with a password', 'proxy', (key) => `https://deploy:${draw(base62, 16, key)}9@registry.internal/v2`),
];
