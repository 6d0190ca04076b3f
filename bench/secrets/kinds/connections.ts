/** Strings that programs connect with: URLs, connection strings, headers. */
import { base64Of, draw, jwt, made, oneOf, password, plainPassword, uuid } from '../draws.ts';
import { kinds, type Row } from '../kind.ts';

/** A text around one password. */
const around =
  (write: (secret: string) => string, make: Row[2] = (r) => plainPassword(r)): Row[2] =>
  (r) => {
    const secret = make(r) as string;
    return [write(secret), secret];
  };

const url = 'database url|connection url|dsn';

export const connections = [
  ...kinds('URL', 'text', [
    ['Postgres URL', url, around((p) => `postgres://orders:${p}@db.internal:5432/orders?sslmode=require`)],
    ['MySQL URL', url, around((p) => `mysql://root:${p}@10.2.0.14/shop`)],
    [
      'SQLAlchemy URL',
      'sqlalchemy database uri',
      around((p) => `postgresql+psycopg2://orders:${p}@db.internal/orders`),
    ],
    [
      'MongoDB URL',
      'mongo url|mongodb uri',
      around((p) => `mongodb+srv://orders:${p}@cluster0.k7x2p.mongodb.net/shop?retryWrites=true`),
    ],
    ['Redis URL without user', 'redis url|cache url', around((p) => `redis://:${p}@cache.internal:6379/2`)],
    ['AMQP URL', 'amqp url|broker url', around((p) => `amqp://jobs:${p}@mq.internal:5672/%2Forders`)],
    [
      'SMTP URL',
      'smtp url|mail transport',
      around((p) => `smtps://mailer%40orders.internal:${p}@smtp.orders.internal:465`),
    ],
    ['FTP URL', 'ftp url|feed url', around((p) => `ftp://partner:${p}@ftp.orders.internal/incoming`)],
    [
      'URL with user and password',
      'endpoint|registry url|proxy',
      around((p) => `https://deploy:${p}@registry.orders.internal/v2/`),
    ],
    [
      'URL with an escaped password',
      'endpoint|proxy url',
      (r) =>
        (({ secret }) => [`http://proxyuser:${secret}@proxy.orders.internal:3128`, secret] as const)({
          secret: encodeURIComponent(password(r, 18)),
        }),
    ],
    [
      'git remote with token',
      'remote|repository url',
      around(
        (p) => `https://oauth2:${p}@gitlab.orders.internal/platform/orders.git`,
        (r) => draw(r, 'base62', 26),
      ),
    ],
    [
      'URL with key as user',
      'ingest url|stripe url',
      around(
        (p) => `https://${p}:@api.orders.internal/v1/charges`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
    [
      'URL with key in its query',
      'endpoint|geocode url|feed',
      around(
        (p) => `https://api.orders.internal/v1/rates?base=EUR&api_key=${p}`,
        (r) => draw(r, 'hex', 32),
      ),
    ],
    [
      'URL with token in its query',
      'calendar url|callback',
      around(
        (p) => `https://calendar.orders.internal/private?token=${p}&view=week`,
        (r) => draw(r, 'base62', 28),
      ),
    ],
    [
      'URL with key in its path',
      'rpc url|node url',
      around(
        (p) => `https://mainnet.infura.io/v3/${p}`,
        (r) => draw(r, 'hex', 32),
      ),
    ],
    [
      'Sentry DSN with secret',
      'sentry dsn',
      around(
        (p) => `https://orders:${p}@sentry.orders.internal/14`,
        (r) => draw(r, 'hex', 32),
      ),
    ],
    ['SMB URL', 'share|backup target', around((p) => `smb://ORDERS;svc-backup:${p}@files.orders.internal/backup`)],
    [
      'LDAP URL with bind password',
      'ldap url',
      around((p) => `ldap://cn=svc,dc=orders,dc=internal:${p}@dc1.orders.internal:389`),
    ],
    [
      'Snowflake URL',
      'snowflake url|warehouse url',
      around((p) => `snowflake://LOADER:${p}@xy12345.eu-central-1/ORDERS/PUBLIC?warehouse=LOAD`),
    ],
  ]),
  ...kinds('connection string', 'text', [
    [
      'JDBC URL with password',
      'jdbc url|datasource url',
      around((p) => `jdbc:postgresql://db.internal:5432/orders?user=orders&password=${p}`),
    ],
    ['JDBC thin URL', 'jdbc url|oracle url', around((p) => `jdbc:oracle:thin:orders/${p}@//db.internal:1521/ORDERS`)],
    [
      'SQL Server JDBC URL',
      'jdbc url',
      around((p) => `jdbc:sqlserver://db.internal;databaseName=orders;user=sa;password=${p};encrypt=true`),
    ],
    [
      'ADO.NET string',
      'connection string|default connection',
      around(
        (p) => `Server=db.internal;Database=Orders;User Id=sa;Password=${p};Encrypt=True;`,
        (r) => password(r),
      ),
    ],
    [
      'ODBC string',
      'odbc|connection string',
      around((p) => `Driver={ODBC Driver 18 for SQL Server};Server=db.internal;UID=orders;PWD=${p}`),
    ],
    [
      'libpq string',
      'conninfo|dsn',
      around((p) => `host=db.internal port=5432 dbname=orders user=orders password=${p} sslmode=require`),
    ],
    ['Go MySQL DSN', 'dsn|mysql dsn', around((p) => `orders:${p}@tcp(db.internal:3306)/orders?parseTime=true`)],
    [
      'Redis option string',
      'redis configuration|cache',
      around((p) => `cache.internal:6380,password=${p},ssl=True,abortConnect=False`),
    ],
    [
      'Kafka JAAS line',
      'sasl jaas config',
      around(
        (p) => `org.apache.kafka.common.security.plain.PlainLoginModule required username='orders' password='${p}';`,
      ),
    ],
    [
      'IoT Hub string',
      'iot hub connection|device connection',
      around(
        (p) => `HostName=orders.azure-devices.net;DeviceId=gate-7;SharedAccessKey=${p}`,
        (r) => base64Of(r, 32),
      ),
    ],
    ['FTP account line', 'upload account', around((p) => `ftp.orders.internal|partner|${p}|/incoming`)],
    [
      'user and password with a colon',
      'basic auth|credentials|login',
      around(
        (p) => `deploy:${p}`,
        (r) => password(r),
      ),
    ],
  ]),
  ...kinds('header', 'text', [
    [
      'Basic authorization header',
      'authorization|auth header',
      (r) =>
        (({ secret }) => [`Authorization: Basic ${secret}`, secret] as const)({
          secret: Buffer.from(`deploy:${password(r, 16)}`).toString('base64'),
        }),
    ],
    [
      'Bearer authorization header',
      'authorization|auth header',
      around(
        (p) => `Authorization: Bearer ${p}`,
        (r) => draw(r, 'base64url', 43),
      ),
    ],
    [
      'token authorization header',
      'authorization|forge header',
      around(
        (p) => `Authorization: token ${p}`,
        (r) => draw(r, 'hex', 40),
      ),
    ],
    [
      'X-Api-Key header',
      'header|key header',
      around(
        (p) => `X-Api-Key: ${p}`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
    [
      'private token header',
      'header|gitlab header',
      around(
        (p) => `PRIVATE-TOKEN: ${p}`,
        (r) => draw(r, 'base62', 20),
      ),
    ],
    [
      'Cookie header',
      'cookie|cookie header',
      around(
        (p) => `Cookie: theme=dark; sessionid=${p}; lang=en`,
        (r) => draw(r, 'lowerDigits', 32),
      ),
    ],
    [
      'Cookie header with a web token',
      'cookie',
      (r) => (({ secret }) => [`Cookie: access=${secret}`, secret] as const)({ secret: jwt(r, { sub: uuid(r) }) }),
    ],
    [
      'Digest authorization header',
      'authorization',
      around(
        (p) => `Authorization: Digest username="ops", realm="orders", nonce="7f", uri="/", response="${p}"`,
        (r) => draw(r, 'hex', 32),
      ),
    ],
    [
      'AWS signature header',
      'authorization',
      around(
        (p) =>
          `Authorization: AWS4-HMAC-SHA256 Credential=${made('AK', 'IA')}Q3EXVX5KLMWZ2H7T/20250301/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${p}`,
        (r) => draw(r, 'hex', 64),
      ),
    ],
    [
      'webhook signature secret',
      'hub secret|x hub signature',
      around(
        (p) => `X-Hub-Signature-256: sha256=${p}`,
        (r) => draw(r, 'hex', 64),
      ),
    ],
    [
      'proxy authorization header',
      'proxy header',
      (r) =>
        (({ secret }) => [`Proxy-Authorization: ${oneOf(r, ['Basic', 'basic'])} ${secret}`, secret] as const)({
          secret: Buffer.from(`svc:${plainPassword(r, 16)}`).toString('base64'),
        }),
    ],
  ]),
];
