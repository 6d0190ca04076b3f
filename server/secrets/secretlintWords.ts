/** Where secretlint's rules need to run: nine in ten files have none of their words. */

interface RuleWords {
  /** What a match begins with, in this case and not after a letter. */
  readonly opening?: string;
  /** What a match contains somewhere, in any case. */
  readonly anywhere?: readonly string[];
}

/** By the end of a rule's name: every text with a finding contains one of these words. */
export const wordsOfRules: Readonly<Record<string, RuleWords>> = {
  '1password': { opening: 'ops_ey' },
  anthropic: { opening: 'sk-ant-' },
  aws: {
    opening: 'A3T AKIA AGPA AIDA AROA AIPA ANPA ANVA ASIA',
    anywhere: ['secretaccess', 'secret_access', 'account'],
  },
  basicauth: { anywhere: ['://'] },
  cloudflare: { opening: 'cfk_ cfut_ cfat_' },
  'database-connection-string': { anywhere: ['://'] },
  databricks: { opening: 'dapi' },
  docker: { opening: 'dckr_pat_' },
  figma: { opening: 'figd_' },
  gcp: { anywhere: ['private key'] },
  github: { opening: 'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_' },
  gitlab: { opening: 'glpat-' },
  grafana: { opening: 'glc_ glsa_' },
  groq: { opening: 'gsk_' },
  'hashicorp-vault': { opening: 'hvs. hvb. hvr.' },
  huggingface: { opening: 'hf_' },
  linear: { opening: 'lin_api_' },
  notion: { opening: 'ntn_' },
  npm: { opening: 'npm_', anywhere: ['x-oauth-basic', '_authtoken'] },
  openai: { anywhere: ['t3blbkfj'] },
  privatekey: { anywhere: ['private key'] },
  sendgrid: { opening: 'SG.' },
  shopify: { opening: 'shppa_ shpca_ shpat_ shpss_' },
  slack: { opening: 'xoxb xoxp xapp xoxa xoxo xoxr', anywhere: ['hooks.slack.com'] },
  stripe: { opening: 'sk_live sk_test rk_live rk_test' },
  tailscale: { opening: 'tskey-' },
  vercel: { opening: 'vcp_ vci_ vca_ vcr_ vck_' },
};

const openings = rulesByWord(({ opening }) => opening?.split(' ') ?? []);
const anywhere = rulesByWord((words) => words.anywhere ?? []);
export const secretlintWords: readonly string[] = [...openings.keys(), ...anywhere.keys()];
const rulesOfWords: readonly (readonly string[])[] = [...openings.values(), ...anywhere.values()];

function rulesByWord(words: (words: RuleWords) => readonly string[]): Map<string, string[]> {
  const rules = new Map<string, string[]>();
  for (const [rule, own] of Object.entries(wordsOfRules))
    for (const word of words(own)) rules.set(word, [...(rules.get(word) ?? []), rule]);
  return rules;
}

const none: readonly string[] = [];
/** `accountId" => "1234-…`: the distance is no larger. */
const mostToNumber = 60;

/**
 * For each occurrence of {@link secretlintWords}: the rules that may find something there. An address needs an `@`, an account its number.
 */
export function rulesAt(text: string, word: number, end: number, hasSign: boolean): readonly string[] {
  const name = secretlintWords[word] as string;
  const rules = rulesOfWords[word] as readonly string[];
  if (name === '://') return hasSign ? rules : none;
  if (name === 'account') return /[0-9]{4}/.test(text.slice(end, end + mostToNumber)) ? rules : none;
  if (word >= openings.size) return rules;
  const start = end - name.length;
  return text.startsWith(name, start) && !isLetter(text.charCodeAt(start - 1)) ? rules : none;
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}
