/** Where secretlint's rules need to be asked: nine of ten files have none of their words. */

interface RuleWords {
  /** What a match begins with, in this case and behind no letter. */
  readonly opening?: string;
  /** What stands somewhere in a match, in any case. */
  readonly anywhere?: readonly string[];
}

/** By the end of a rule's name: words of which every text that it finds something in has one. */
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

const openings = [...new Set(Object.values(wordsOfRules).flatMap(({ opening }) => opening?.split(' ') ?? []))];
const anywhere = [...new Set(Object.values(wordsOfRules).flatMap((words) => words.anywhere ?? []))];
export const secretlintWords: readonly string[] = [...openings, ...anywhere];

/** For each of {@link secretlintWords} that is found: whether a rule may find something there. An address needs an `@` as well. */
export function mayMatch(text: string, word: number, end: number, hasSign: boolean): boolean {
  const opening = openings[word];
  if (opening === undefined) return hasSign || anywhere[word - openings.length] !== '://';
  const start = end - opening.length;
  return text.startsWith(opening, start) && !isLetter(text.charCodeAt(start - 1));
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}
