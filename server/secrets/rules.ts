/** A kind of secret known by its looks. Group 1, where there is one, is the secret itself. */
export interface SecretRule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Something that every text the pattern matches has, as the source of a regular expression that ignores case. */
  readonly hint: string;
}

const rule = (name: string, hint: string, pattern: RegExp): SecretRule => ({ name, hint, pattern });

/** Formats that secretlint's recommended preset does not know, from the issuers' own documentation of their prefixes. */
export const secretRules: readonly SecretRule[] = [
  rule('google-api-key', 'aiza', /\bAIza[\w-]{35}(?![\w-])/g),
  rule('google-oauth-secret', 'gocspx-', /\bGOCSPX-[\w-]{28}(?![\w-])/g),
  rule('azure-storage-key', 'accountkey=', /AccountKey=([A-Za-z0-9+/]{60,90}={0,2})/g),
  rule('azure-sas', '[?&]sig=', /[?&]sig=([\w%+/-]{30,})/g),
  rule('azure-client-secret', '8q~', /\b[\w~.-]{3}8Q~[\w~.-]{31,34}(?![\w~-])/g),
  rule('twilio-key', '(?:sk|ac)[0-9a-f]{12}', /\b(?:SK|AC)[0-9a-f]{32}\b/g),
  rule('mailgun-key', 'key-[0-9a-f]{12}', /\bkey-[0-9a-f]{32}\b/g),
  rule('mailchimp-key', '-us[0-9]', /\b[0-9a-f]{32}-us\d{1,2}\b/g),
  rule('digitalocean-token', 'do[opr]_v1_', /\bdo[opr]_v1_[0-9a-f]{64}\b/g),
  rule('pypi-token', 'pypi-', /\bpypi-[\w-]{50,}/g),
  rule('rubygems-key', 'rubygems_', /\brubygems_[0-9a-f]{48}\b/g),
  rule('nuget-key', 'oy2[a-z0-9]{12}', /\boy2[a-z0-9]{43}\b/g),
  rule('crates-token', 'cio[a-z0-9]{16}', /\bcio[A-Za-z0-9]{32}\b/g),
  rule('telegram-bot-token', ':aa[a-z0-9_-]{12}', /\b\d{8,10}:AA[\w-]{33}(?![\w-])/g),
  rule(
    'discord-bot-token',
    '\\.[a-z0-9_-]{6}\\.[a-z0-9_-]{27}',
    /\b[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g,
  ),
  rule('discord-webhook', 'api/webhooks/', /discord(?:app)?\.com\/api\/webhooks\/\d+\/[\w-]{40,}/gi),
  rule('slack-webhook', 'hooks\\.slack\\.com', /hooks\.slack\.com\/(?:services|workflows)\/[\w/]{30,}/g),
  rule('newrelic-key', 'nr(?:ak|al|js|ii)-', /\bNR(?:AK|AL|JS|II)-[A-Za-z0-9]{20,42}\b/g),
  rule('square-token', 'sq0[a-z]{3}-|eaaa[a-z0-9_-]{12}', /\b(?:sq0[a-z]{3}-[\w-]{22,43}|EAAA[\w-]{60})(?![\w-])/g),
  rule('facebook-token', 'eaac[a-z0-9]{12}', /\bEAAC[A-Za-z0-9]{30,}/g),
  rule('atlassian-token', 'atatt3|atbb', /\bAT(?:ATT3|BB)[\w=-]{24,}/g),
  rule('dropbox-token', 'sl\\.[a-z0-9_-]{20}', /\bsl\.[\w-]{60,}/g),
  rule(
    'doppler-token',
    'dp\\.(?:pt|st|ct|sa|scim|audit)\\.',
    /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,44}\b/g,
  ),
  rule('pulumi-token', 'pul-', /\bpul-[0-9a-f]{40}\b/g),
  rule('planetscale-token', 'pscale_', /\bpscale_(?:tkn|pw|oauth)_[\w.-]{32,64}/g),
  rule('airtable-token', 'pat[a-z0-9]{14}\\.', /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b/g),
  rule('supabase-token', 'sbp_', /\bsbp_[0-9a-f]{40}\b/g),
  rule('terraform-token', 'atlasv1', /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/g),
  rule('postman-key', 'pmak-', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/g),
  rule('sentry-token', 'sntry', /\bsntry[su]_[\w+/=-]{40,}/g),
  rule('age-key', 'age-secret-key-1', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g),
  rule('heroku-key', 'hrku-', /\bHRKU-[\w-]{36,60}/g),
  rule('shopify-token', 'shp(?:at|ca|pa|ss)_', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/g),
  rule('npm-token', 'npm_[a-z0-9]{12}', /\bnpm_[A-Za-z0-9]{36}\b/g),
  rule('jwt', 'eyj[a-z0-9_-]{10}', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g),
  rule('bearer', 'bearer\\s+[a-z0-9_.~+/-]{12}', /\bBearer\s+([\w.~+/-]{24,}=*)/gi),
  rule(
    'basic-auth',
    'basic\\s+[a-z0-9+/]{16}',
    /\bAuthorization["']?\s*[:=,]\s*["'`]Basic\s+([A-Za-z0-9+/]{16,}={0,2})/gi,
  ),
  rule(
    'url-password',
    '://[^\\s/:@]+:[^\\s/@]+@',
    /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`<>${}]+:([^\s/@"'`<>${}]{6,})@[\w.-]+/gi,
  ),
  rule(
    'password-hash',
    '\\$(?:2[aby]|[56]|apr1|argon2id?)\\$',
    /\$(?:2[aby]\$\d\d\$[./A-Za-z0-9]{53}|[56]\$[^\s$]{4,16}\$[./A-Za-z0-9]{43,86}|apr1\$[^\s$]{2,8}\$[./A-Za-z0-9]{22}|argon2id?\$[^\s"']{40,})/g,
  ),
  rule('private-key', 'private key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----[\s\S]{40,}?(?:-----END|$)/g),
  rule('putty-key', 'putty-user-key-file', /PuTTY-User-Key-File-\d:[\s\S]{40,}?(?:Private-MAC|$)/g),
  rule('connection-password', '(?:password|pwd)=', /[;"'](?:password|pwd)=([^;"'\s${}<>]{6,})[;"']/gi),
];

/** Whether a text can hold a secret that a rule knows: one pass, where asking every rule takes as long as parsing. */
export const anyHint = new RegExp(secretRules.map(({ hint }) => hint).join('|'), 'i');
