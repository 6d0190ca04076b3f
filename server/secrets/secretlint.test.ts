import { lintSource } from '@secretlint/core';
import { creator, rules } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SecretRange } from './finding.ts';
import { examine } from './own.ts';
import { asked, bySecretlint, nameOfRule, withIds } from './secretlint.ts';
import { wordsOfRules } from './secretlintWords.ts';
import { base62, draw, hex } from './testing/draw.ts';

it('all rules of the preset run but the one that lets a comment switch them off', () => {
  expect(rules.length - asked.length).toBe(1);
  const names = asked.map(nameOfRule);
  expect(names.sort()).toEqual(Object.keys(wordsOfRules).sort());
});

/** What each rule looks for, from its issuer's documentation. */
const kinds: readonly (readonly [rule: string, secret: string])[] = [
  ['anthropic', `sk-ant-api03-${draw(base62, 93, 'a')}AA`],
  ['aws', `AKIA${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 'a')}`],
  ['aws', `AWS_SECRET_ACCESS_KEY="${draw(base62, 40, 'b')}"`],
  ['basicauth', `https://svc:${draw(base62, 12, 'c')}@x.example.com/`],
  ['cloudflare', `cfut_${draw(base62, 40, 'd')}${draw(hex, 8, 'd')}`],
  ['database-connection-string', `mongodb://svc:${draw(base62, 12, 'e')}@db.internal/app`],
  ['databricks', `dapi${draw(hex, 32, 'f')}`],
  ['docker', `dckr_pat_${draw(base62, 27, 'g')}`],
  ['figma', `figd_${draw(base62, 44, 'h')}`],
  ['github', `ghp_${draw(base62, 36, 'i')}`],
  ['github', `github_pat_${draw(base62, 82, 'i')}`],
  ['gitlab', `glpat-${draw(base62, 20, 'j')}`],
  ['grafana', `glsa_${draw(base62, 32, 'k')}_${draw(hex, 8, 'k')}`],
  ['groq', `gsk_${draw(base62, 52, 'l')}`],
  ['hashicorp-vault', `hvs.${draw(base62, 95, 'm')}`],
  ['huggingface', `hf_${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 34, 'n')}`],
  ['linear', `lin_api_${draw(base62, 40, 'o')}`],
  ['notion', `ntn_${draw('0123456789', 11, 'p')}${draw(base62, 35, 'p')}`],
  ['npm', `npm_${draw(base62, 36, 'q')}`],
  ['openai', `sk-${draw(base62, 20, 'r')}T3BlbkFJ${draw(base62, 20, 's')}`],
  ['sendgrid', `SG.${draw(base62, 22, 't')}.${draw(base62, 43, 'u')}`],
  ['shopify', `shpat_${draw(hex, 32, 'v')}`],
  ['slack', `xoxb-${draw('123456789', 12, 'w')}-${draw('123456789', 12, 'x')}-${draw(base62, 24, 'y')}`],
  [
    'slack',
    `https://hooks.slack.com/services/T${draw(base62, 8, 'z')}/B${draw(base62, 8, 'z')}/${draw(base62, 24, 'z')}`,
  ],
  ['stripe', `sk_live_${draw(base62, 24, 'A')}`],
  ['tailscale', `tskey-api-${draw(base62, 12, 'B')}-${draw(base62, 32, 'B')}`],
  ['vercel', `vcp_${draw(base62, 24, 'C')}`],
];

it.each(kinds)('the rule %s is selected for its secret and finds it', async (name, secret) => {
  const text = `const x = '${secret}';\n`;
  const { secretlintRules } = examine(text);
  expect(secretlintRules).toContain(name);
  const found = await bySecretlint('src/a.ts', text, secretlintRules);
  expect(found.map(({ rule }) => rule)).toContain(`@secretlint/secretlint-rule-${name}`);
});

it('no rule is selected for ordinary code', () => {
  const text = '// See https://example.com/docs\nconst task_size = msg.length;\nexport const mask_test = 1;\n';
  expect(examine(text).secretlintRules).toEqual(new Set());
});

describe('in long and mixed texts', () => {
  const allRules: ReadonlySet<string> = new Set(asked.map(nameOfRule));
  const key = Array.from({ length: 25 }, (_, i) => (i === 0 ? 'MII' : '') + draw(base62, 64, `key ${i}`));
  const pem = ['-----BEGIN RSA PRIVATE KEY-----', ...key, '-----END RSA PRIVATE KEY-----'];
  const secrets = [...kinds.map(([, secret]) => secret), pem.join('\n'), pem.join('\\n')];

  it('each kind of secret is found at its place between long runs of data', async () => {
    const data = 'xoxb-a-token:token:'.repeat(1024);
    const places: number[] = [];
    let text = '';
    for (const secret of secrets) {
      text += `${data}, '`;
      places.push(text.length);
      text += `${secret}', `;
    }
    const found = await bySecretlint('src/a.ts', text, allRules);
    for (const [i, start] of places.entries()) {
      const end = start + (secrets[i] as string).length;
      // A rule may include the quotes, or what follows an address.
      expect(
        found.some((range) => Math.abs(range.start - start) <= 1 && range.end >= end - 41),
        secrets[i],
      ).toBe(true);
    }
  });

  it('the findings equal those of secretlint itself', async () => {
    const between = fc.constantFrom(
      '',
      ' ',
      '\n',
      "'",
      '"',
      '-',
      'x',
      'é',
      '\u{1f511}',
      ', ',
      '://',
      '@',
      'xoxb-a-token:token:',
    );
    const pieces = fc.array(fc.oneof(between, fc.constantFrom(...secrets)), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pieces, async (list) => {
        const text = list.join('');
        const found = await bySecretlint('src/a.ts', text, allRules);
        expect(new Set(found.map(said))).toEqual(await toldBySecretlint(text));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  const said = ({ start, end, rule }: SecretRange): string => `${rule} ${start}-${end}`;

  async function toldBySecretlint(text: string): Promise<Set<string>> {
    const preset: typeof creator = {
      ...creator,
      create(context) {
        for (const rule of asked) context.registerRule(rule);
      },
    };
    const { messages } = await lintSource({
      source: { filePath: 'src/a.ts', content: text, ext: '.ts', contentType: 'text' },
      options: { config: { rules: [{ id: preset.meta.id, rule: preset, options: {}, rules: [withIds] }] } },
    });
    return new Set(messages.map(({ range: [start, end], ruleId }) => said({ start, end, rule: ruleId })));
  }
});
