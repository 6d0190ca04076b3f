/** Keys of payment, chat, mail and other services. */
import { draw, made, oneOf, uuid } from '../draws.ts';
import { kinds } from '../kind.ts';

export const services = [
  ...kinds('payment', 'value', [
    [
      'Stripe secret key',
      'stripe secret key|stripe key|api key',
      (r) => made('sk', '_live_') + draw(r, 'base62', oneOf(r, [24, 99])),
    ],
    ['Stripe restricted key', 'stripe restricted key', (r) => made('rk', '_live_') + draw(r, 'base62', 24)],
    [
      'Stripe webhook secret',
      'stripe webhook secret|endpoint secret',
      (r) => made('wh', 'sec_') + draw(r, 'base62', 32),
    ],
    ['Square access token', 'square access token', (r) => made('EA', 'AA') + draw(r, 'base64url', 60)],
    [
      'Braintree access token',
      'braintree access token',
      (r) => `${made('access_token', '$production$')}${draw(r, 'lowerDigits', 16)}$${draw(r, 'hex', 32)}`,
    ],
    ['PayPal client secret', 'paypal client secret|paypal secret', (r) => `E${draw(r, 'base64url', 79)}`],
    ['Razorpay secret', 'razorpay key secret', (r) => draw(r, 'base62', 24)],
    ['Mollie key', 'mollie api key', (r) => made('li', 've_') + draw(r, 'base62', 30)],
    ['Plaid secret', 'plaid secret', (r) => draw(r, 'hex', 30)],
    ['Adyen key', 'adyen api key', (r) => made('AQ', 'E') + draw(r, 'base64', 150)],
    ['Shopify token', 'shopify access token|shop token', (r) => made('shp', 'at_') + draw(r, 'hex', 32)],
  ]),
  ...kinds('chat', 'value', [
    [
      'Slack bot token',
      'slack bot token|slack token',
      (r) => `${made('xo', 'xb')}-${draw(r, 'digits', 12)}-${draw(r, 'digits', 13)}-${draw(r, 'base62', 24)}`,
    ],
    [
      'Slack app token',
      'slack app token',
      (r) => `${made('xa', 'pp')}-1-A0${draw(r, 'upperDigits', 9)}-${draw(r, 'digits', 13)}-${draw(r, 'hex', 64)}`,
    ],
    ['Slack signing secret', 'slack signing secret', (r) => draw(r, 'hex', 32)],
    [
      'Discord bot token',
      'discord token|bot token',
      (r) => `${made('MT', 'A')}${draw(r, 'base64url', 23)}.G${draw(r, 'base64url', 5)}.${draw(r, 'base64url', 38)}`,
    ],
    [
      'Telegram bot token',
      'telegram token|bot token',
      (r) => `${between9(draw(r, 'digits', 9))}:AA${draw(r, 'base64url', 32)}x`,
    ],
    [
      'Matrix access token',
      'matrix access token',
      (r) => `${made('sy', 't_')}${draw(r, 'base62', 12)}_${draw(r, 'base62', 20)}_${draw(r, 'base62', 6)}`,
    ],
    ['Zulip key', 'zulip api key|bot key', (r) => draw(r, 'base62', 32)],
    [
      'Intercom token',
      'intercom access token',
      (r) => Buffer.from(`tok:${draw(r, 'hex', 8)}_${draw(r, 'hex', 4)}_${draw(r, 'hex', 23)}:1:0`).toString('base64'),
    ],
  ]),
  ...kinds('chat', 'text', [
    [
      'Slack webhook',
      'slack webhook|alerts url',
      (r) => {
        const secret = draw(r, 'base62', 24);
        return [
          `https://${made('hooks.', 'slack.com')}/services/T0${draw(r, 'upperDigits', 9)}/B0${draw(r, 'upperDigits', 9)}/${secret}`,
          secret,
        ];
      },
    ],
    [
      'Discord webhook',
      'discord webhook|notify url',
      (r) => {
        const secret = draw(r, 'base64url', 68);
        return [`https://discord.com/api/${made('web', 'hooks')}/${draw(r, 'digits', 19)}/${secret}`, secret];
      },
    ],
    [
      'Teams webhook',
      'teams webhook|channel url',
      (r) => {
        const secret = draw(r, 'hex', 32);
        return [
          `https://contoso.${made('webhook.', 'office.com')}/webhookb2/${uuid(r)}@${uuid(r)}/IncomingWebhook/${secret}/${uuid(r)}`,
          secret,
        ];
      },
    ],
    [
      'Google Chat webhook',
      'chat webhook|space url',
      (r) => {
        const secret = draw(r, 'base64url', 43);
        return [
          `https://chat.googleapis.com/v1/spaces/AAAA${draw(r, 'base62', 7)}/messages?key=${made('AI', 'za')}${draw(r, 'base64url', 35)}&token=${secret}%3D`,
          secret,
        ];
      },
    ],
    [
      'Power Automate webhook',
      'flow url|trigger url',
      (r) => {
        const secret = draw(r, 'base64url', 43);
        return [
          `https://prod-17.westeurope.logic.azure.com:443/workflows/${draw(r, 'hex', 32)}/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${secret}`,
          secret,
        ];
      },
    ],
  ]),
  ...kinds('mail and others', 'value', [
    ['Twilio auth token', 'twilio auth token', (r) => draw(r, 'hex', 32)],
    ['Twilio API key', 'twilio api key', (r) => made('S', 'K') + draw(r, 'hex', 32)],
    [
      'SendGrid key',
      'sendgrid api key',
      (r) => `${made('S', 'G.')}${draw(r, 'base64url', 22)}.${draw(r, 'base64url', 43)}`,
    ],
    ['Mailgun key', 'mailgun api key', (r) => `${made('ke', 'y-')}${draw(r, 'hex', 32)}`],
    ['Mailchimp key', 'mailchimp api key', (r) => `${draw(r, 'hex', 32)}-us${1 + r.below(20)}`],
    ['Postmark token', 'postmark server token', (r) => uuid(r)],
    ['Brevo key', 'brevo api key', (r) => `${made('xkey', 'sib-')}${draw(r, 'hex', 64)}-${draw(r, 'base62', 16)}`],
    ['Datadog key', 'dd api key|datadog api key', (r) => draw(r, 'hex', 32)],
    ['New Relic key', 'new relic api key', (r) => `${made('NR', 'AK-')}${draw(r, 'upperDigits', 27)}`],
    ['Grafana token', 'grafana token', (r) => `${made('gl', 'sa_')}${draw(r, 'base62', 32)}_${draw(r, 'hex', 8)}`],
    ['PagerDuty key', 'pagerduty api key|pd token', (r) => `u+${draw(r, 'base62', 18)}`],
    [
      'Dynatrace token',
      'dynatrace token',
      (r) => `${made('dt0', 'c01.')}${draw(r, 'base32', 24)}.${draw(r, 'base32', 64)}`,
    ],
    ['LaunchDarkly key', 'launchdarkly sdk key', (r) => `${made('sd', 'k-')}${uuid(r)}`],
    ['Algolia admin key', 'algolia admin key', (r) => draw(r, 'hex', 32)],
    ['Airtable token', 'airtable token', (r) => `pat${draw(r, 'base62', 14)}.${draw(r, 'hex', 64)}`],
    ['Notion token', 'notion token', (r) => made('nt', 'n_') + draw(r, 'base62', 46)],
    ['Linear key', 'linear api key', (r) => made('lin_', 'api_') + draw(r, 'base62', 40)],
    ['Figma token', 'figma token', (r) => made('fig', 'd_') + draw(r, 'base64url', 40)],
    [
      'Atlassian token',
      'jira api token|atlassian token',
      (r) => `${made('ATA', 'TT3xFfGF0')}${draw(r, 'base64url', 171)}=${draw(r, 'upperHex', 8)}`,
    ],
    [
      'Mapbox token',
      'mapbox token',
      (r) => `${made('sk', '.eyJ1')}${draw(r, 'base62', 60)}.${draw(r, 'base64url', 22)}`,
    ],
    ['Facebook token', 'facebook access token', (r) => made('EAA', 'B') + draw(r, 'base62', 180)],
    [
      'Twitter bearer token',
      'twitter bearer token',
      (r) => `${'A'.repeat(21)}${draw(r, 'base62', 14)}%2F${draw(r, 'base62', 70)}`,
    ],
    ['Dropbox token', 'dropbox token', (r) => made('s', 'l.') + draw(r, 'base64url', 136)],
  ]),
];

/** Telegram's ids never begin with a zero. */
function between9(digits: string): string {
  return digits.replace(/^0/, '7');
}
