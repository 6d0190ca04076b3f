import { it } from 'vitest';
import { base62, draw, hex } from './testing/draw.ts';
import { expectFound, expectLetPass } from './testing/marked.ts';

const commit = draw(hex, 40, 'asked');
const rows = [draw(base62, 64, 'p1'), draw(base62, 64, 'p2'), `${draw(base62, 30, 'p3')}==`];

it.each([
  ['a commit that git is asked for', `git checkout -q ${commit}\nrun("git -C repo reset --hard ${commit}")`],
  ["git's empty tree", 'PINNED = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"'],
  ['the digest of nothing', 'EMPTY = "da39a3ee5e6b4b0d3255bfef95601890afd80709"'],
  ['a public key', `K = """-----BEGIN PUBLIC KEY-----\n${rows.join('\n')}\n-----END PUBLIC KEY-----"""`],
  ['a certificate', `-----BEGIN CERTIFICATE-----\n${rows.join('\n')}\n-----END CERTIFICATE-----`],
  ['a key id of the documentation', 'id = "AKIAIOSFODNN7EXAMPLE"'],
  ['a constant of 64 bits', 'const uint64_t kGolden = 0x9E3779B97F4A7C15ULL;'],
  ['the header of a trace', `headers["traceparent"] = "00-${draw(hex, 32, 't')}-${draw(hex, 16, 's')}-01"`],
  ['a trace', `const string Trace = "${draw(hex, 32, 't')}";`],
  ['the release of a scanner', 'image_secret_scanner = "trivy-0.49.1"'],
  ['a digest with its algorithm', `CHECKSUM = "sha256:${draw(hex, 64, 'sum')}"`],
  ["a host's fingerprint", `const hostFingerprint = "SHA256:${draw(base62, 43, 'host')}"`],
  ['the boundary of a mail', "export const boundary = '----=_Part_1047_98133212.1700000000';"],
  ['the version of a hash', 'passwordHashVersion = "argon2id-v19"'],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));

it.each([
  [
    'a key below a public one',
    `-----BEGIN PUBLIC KEY-----\n${rows[0]}\n-----END PUBLIC KEY-----\nkey = "«${rows[1]}»"`,
  ],
  [
    'a key below an unfinished head',
    `a = "-----BEGIN PUBLIC KEY-----";\nb = "«${rows[1]}»";\nc = "-----BEGIN X-----";`,
  ],
  ['a token beside git', `git push https://«${draw(hex, 40, 'token')}»@host/a`],
  ['a password with an algorithm before it', 'seal = "«sha256:Tr0ub4dor&3xK9»"'],
  ['a password with dashes before it', 'seal = "«----=_Tr0ub4dor&3xK9»"'],
  ['a password like a release', 'password = "«kestrel-1.2»"'],
  ['a key as a number with its type', 'const uint64_t sip_key = «0x9E3779B97F4A7C15ULL»;'],
])('%s is found', (_, lines) => expectFound(lines));
