/** Keys of clouds and hosting. */
import { base64Of, draw, made, oneOf, uuid } from '../draws.ts';
import { kinds } from '../kind.ts';

export const cloud = [
  ...kinds('cloud', 'value', [
    ['AWS secret access key', 'aws secret access key|aws secret key|secret key', (r) => draw(r, 'base64', 40)],
    ['AWS access key id', 'aws access key id|access key|aws key', (r) => made('AK', 'IA') + draw(r, 'base32', 16)],
    [
      'AWS session token',
      'aws session token|session token',
      (r) => made('IQoJ', 'b3JpZ2luX2Vj') + draw(r, 'base64', 340),
    ],
    ['Azure storage key', 'storage account key|account key|azure storage key', (r) => base64Of(r, 64)],
    [
      'Azure client secret',
      'client secret|azure client secret',
      (r) => `${draw(r, 'base62', 3)}${draw(r, 'digits', 1)}Q~${draw(r, 'base62', 34)}`,
    ],
    ['Azure DevOps token', 'azure devops pat|system access token', (r) => draw(r, 'base32', 52).toLowerCase()],
    ['Google API key', 'maps api key|google api key|firebase key', (r) => made('AI', 'za') + draw(r, 'base64url', 35)],
    [
      'Google OAuth client secret',
      'google client secret|oauth client secret',
      (r) => made('GOC', 'SPX-') + draw(r, 'base64url', 28),
    ],
    ['Google OAuth refresh token', 'refresh token|google refresh token', (r) => `1//0${draw(r, 'base64url', 98)}`],
    ['DigitalOcean token', 'digitalocean token|do token', (r) => made('dop', '_v1_') + draw(r, 'hex', 64)],
    [
      'Cloudflare API token',
      'cloudflare api token|cf api token',
      (r) => draw(r, 'base64url', 39) + draw(r, 'base62', 1),
    ],
    ['Cloudflare global key', 'cloudflare api key|x auth key', (r) => draw(r, 'hex', 37)],
    ['Heroku key', 'heroku api key|heroku key', (r) => uuid(r)],
    ['Alibaba access key', 'aliyun access key id|alibaba key', (r) => made('LT', 'AI5t') + draw(r, 'base62', 18)],
    ['Alibaba secret', 'aliyun access key secret|alibaba secret', (r) => draw(r, 'base62', 30)],
    ['Fly.io token', 'fly api token|fly access token', (r) => made('fm2', '_') + base64Of(r, 190)],
    ['Netlify token', 'netlify auth token|netlify token', (r) => made('nf', 'p_') + draw(r, 'base62', 36)],
    ['Vercel token', 'vercel token', (r) => draw(r, 'base62', 24)],
    ['Doppler token', 'doppler token', (r) => made('dp.', 'pt.') + draw(r, 'base62', 43)],
    ['HashiCorp Vault token', 'vault token', (r) => made('hv', 's.') + draw(r, 'base64url', 92)],
    [
      'Terraform Cloud token',
      'tfe token|terraform token',
      (r) => `${draw(r, 'base62', 14)}.atlasv1.${draw(r, 'base62', 67)}`,
    ],
    ['Supabase token', 'supabase access token', (r) => made('sb', 'p_') + draw(r, 'hex', 40)],
    [
      'PlanetScale password',
      'planetscale password|database password',
      (r) => made('pscale', '_pw_') + draw(r, 'base64url', 43),
    ],
    ['Databricks token', 'databricks token', (r) => made('da', 'pi') + draw(r, 'hex', 32)],
    ['IBM Cloud key', 'ibmcloud api key|iam api key', (r) => draw(r, 'base64url', 44)],
    ['Scaleway secret', 'scw secret key|scaleway secret', (r) => uuid(r)],
    ['Hetzner token', 'hcloud token', (r) => draw(r, 'base62', 64)],
  ]),
  ...kinds('cloud', 'text', [
    [
      'Azure storage connection string',
      'storage connection string|azure web jobs storage',
      (r) => {
        const key = base64Of(r, 64);
        return [
          `DefaultEndpointsProtocol=https;AccountName=orders${draw(r, 'lower', 4)};AccountKey=${key};EndpointSuffix=core.windows.net`,
          key,
        ];
      },
    ],
    [
      'Azure Service Bus connection string',
      'service bus connection|bus endpoint',
      (r) => {
        const key = base64Of(r, 32);
        return [
          `Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${key}`,
          key,
        ];
      },
    ],
    [
      'Azure Cosmos DB connection string',
      'cosmos connection|cosmos db',
      (r) => {
        const key = base64Of(r, 64);
        return [`AccountEndpoint=https://orders.documents.azure.com:443/;AccountKey=${key};`, key];
      },
    ],
    [
      'Azure SAS URL',
      'container url|blob url',
      (r) => {
        const signature = encodeURIComponent(base64Of(r, 32));
        return [
          `https://orders.blob.core.windows.net/exports?sv=2022-11-02&ss=b&srt=co&sp=rl&se=2031-01-01T00:00:00Z&sig=${signature}`,
          signature,
        ];
      },
    ],
    [
      'S3 pre-signed URL',
      'download url|report url',
      (r) => {
        const signature = draw(r, 'hex', 64);
        const id = made('AK', 'IA') + draw(r, 'base32', 16);
        return [
          `https://exports.s3.eu-west-1.amazonaws.com/daily.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${id}%2F20250301%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=604800&X-Amz-Signature=${signature}`,
          signature,
        ];
      },
    ],
    [
      'Google Cloud signed URL',
      'upload url|signed url',
      (r) => {
        const signature = draw(r, 'hex', 512);
        return [
          `https://storage.googleapis.com/exports/daily.csv?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=86400&X-Goog-Signature=${signature}`,
          signature,
        ];
      },
    ],
    [
      'Azure Functions URL with key',
      'function url|endpoint',
      (r) => {
        const key = `${draw(r, 'base64url', 54)}==`;
        return [`https://${oneOf(r, ['billing', 'orders'])}.azurewebsites.net/api/close?code=${key}`, key];
      },
    ],
  ]),
];
