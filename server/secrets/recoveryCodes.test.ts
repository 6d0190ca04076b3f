import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

const seed = 'ugly icon hammer saddle raccoon salmon paddle jacket galaxy rabbit oak wage'.split(' ');

it.each([
  ['recovery codes', 'RECOVERY = %w[«645a9-c06c4 dbfd6-08736 a82f3-dad01»]'],
  ['recovery codes, one per line', 'a = """\n«645a9-c06c4»\n«dbfd6-08736»\n"""'],
  [
    'recovery codes that a comment announces',
    '# recovery codes of the account\nCODES = ["«g5hbe-mrkta", "qzgaf-qtvxs»"]',
  ],
  [
    'seed words in a typed list',
    `const MNEMONIC: [&str; 12] = [\n${seed.map((word) => `    "«${word}»",`).join('\n')}\n];`,
  ],
  ['numbered seed words', `// «${seed.map((word, i) => `${i + 1}. ${word}`).join(' ')}»`],
  ['a seed of one-time passwords', 'const code = authenticator.generate("«5vwt knvp llxn okb6»");'],
  ['a seed in capitals', 'val seed2fa = "«IFWN ZEZ6 D5ZC QSUH VYHY 4YEI PPG3 WPPZ»"'],
  ['a seed under another name', 'val second = "«IFWN ZEZ6 D5ZC QSUH VYHY 4YEI PPG3 WPPZ»"'],
  ['an app password after its address', 'IMAP("imap.gmail.com", "ops@gmail.com", "«tstg ficr egzk rlun»")'],
])('%s: found', (_, lines) => expectFound(lines));

it.each([
  ['one code', 'const part = "645a9-c06c4";'],
  ['postal codes', 'zips = ["12345-67890", "23456-78901"]'],
  ['names of steps', 'recovery = ["step-one", "step-two"]; // recovery phrase: left-side, right-side'],
  ['a numbered list', '// 1. open the file 2. read all of it 3. close it'],
  ['words after an address', 'send("mia@shop.internal", "this is what you need")'],
  ['a state', 'const enable2fa = "required"; authenticator.generate(seed);'],
])('%s: not taken for a secret', (_, lines) => expectLetPass(lines));
