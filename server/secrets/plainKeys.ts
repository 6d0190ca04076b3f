/** Names of keys that say nothing of a secret, in places that do. */
import { lineUpTo } from './lines.ts';

/** `process.env.KEY`, `envOr("BROKER_KEY", "…")`, `os.environ["ROUTE_KEY"]`: what programs are told in their environment is no key of a table. */
const ofEnvironment = /env\w*(?:[.:]{1,2}\w{1,20}){0,2}(?:\.|\??\[["'`]|\(\s?["'`])$/i;
/** `-Login ops -Key "…"` of PowerShell */
const besideAccount = /\s-(?:login|user(?:name)?|account)\s[^|;]{1,60}\s-$/i;
/** `"Jwt": { "Issuer": "shop", "Key": "…" }`, as in the settings of .NET */
const opensJwt = /["']?\bjwt(?:[-_]?(?:settings?|config\w{0,8}|options?|bearer|auth))?["']?\s?[:=]\s?\{[^{}]{0,300}$/i;

/** Whether a plain `key` signs tokens, by the block that it stands in. */
export function isKeyOfJwt(text: string, name: string, from: number): boolean {
  if (!/^(?:signing)?key$/i.test(name) || !/["'\s{,]/.test(text[from - 1] ?? '')) return false;
  return opensJwt.test(text.slice(Math.max(0, from - 340), from));
}

export function isKeyByPlace(text: string, name: string, from: number): boolean {
  if (isKeyOfJwt(text, name, from)) return true;
  if (/^(?:[A-Z][A-Z0-9_]{0,60}_)?KEY$/.test(name)) return ofEnvironment.test(lineUpTo(text, from, 80));
  return name === 'Key' && text[from - 1] === '-' && besideAccount.test(lineUpTo(text, from, 160));
}
