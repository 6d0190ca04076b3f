/** Lines of credential file formats, and SQL statements. */
import { base64Of, draw, made, password, phrase, plainPassword } from '../draws.ts';
import { kinds, type Row } from '../kind.ts';

const around =
  (write: (secret: string) => string, make: (r: Parameters<Row[2]>[0]) => string = (r) => plainPassword(r)): Row[2] =>
  (r) => {
    const secret = make(r);
    return [write(secret), secret];
  };
const encoded: Parameters<typeof around>[1] = (r) => Buffer.from(password(r, 18)).toString('base64');

export const files = [
  ...kinds('credential file', 'block', [
    [
      '.npmrc',
      'npmrc',
      around(
        (p) => `registry=https://npm.orders.internal/\n//npm.orders.internal/:_authToken=${p}\nalways-auth=true`,
        (r) => draw(r, 'base62', 36),
      ),
    ],
    [
      '.npmrc with _auth',
      'npmrc',
      around((p) => `//npm.orders.internal/:username=ci\n//npm.orders.internal/:_password=${p}`, encoded),
    ],
    ['.netrc', 'netrc', around((p) => `machine forge.orders.internal\nlogin ci\npassword ${p}`)],
    ['.netrc on one line', 'netrc', around((p) => `machine api.orders.internal login ci password ${p}`)],
    ['.pgpass', 'pgpass', around((p) => `db.internal:5432:orders:orders:${p}`)],
    ['.my.cnf', 'my cnf', around((p) => `[client]\nuser = root\npassword = ${p}\nhost = db.internal`)],
    [
      'htpasswd file',
      'htpasswd',
      around(
        (p) => `admin:$2y$10$${p}`,
        (r) => draw(r, 'crypt', 53),
      ),
    ],
    [
      'shadow line',
      'shadow',
      around(
        (p) => `deploy:$6$${p}:19700:0:99999:7:::`,
        (r) => `${draw(r, 'crypt', 16)}$${draw(r, 'crypt', 86)}`,
      ),
    ],
    ['.pypirc', 'pypirc', around((p) => `[pypi]\nusername = ci\npassword = ${p}`)],
    [
      '.git-credentials',
      'git credentials',
      around(
        (p) => `https://ci:${p}@forge.orders.internal`,
        (r) => draw(r, 'hex', 40),
      ),
    ],
    [
      'docker config',
      'docker config',
      around(
        (p) => `{\n  "auths": {\n    "registry.orders.internal": {\n      "auth": "${p}"\n    }\n  }\n}`,
        (r) => Buffer.from(`ci:${password(r, 18)}`).toString('base64'),
      ),
    ],
    [
      'AWS credentials file',
      'aws credentials',
      around(
        (p) => `[default]\naws_access_key_id = ${made('AK', 'IA')}Q3EXVX5KLMWZ2H7T\naws_secret_access_key = ${p}`,
        (r) => draw(r, 'base64', 40),
      ),
    ],
    [
      'Kubernetes secret',
      'manifest',
      around((p) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db\ndata:\n  password: ${p}`, encoded),
    ],
    [
      'Kubernetes secret under a bland key',
      'manifest',
      around(
        (p) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders\ntype: Opaque\ndata:\n  value: ${p}`,
        encoded,
      ),
    ],
    [
      'kubeconfig',
      'kubeconfig',
      around(
        (p) => `users:\n- name: deployer\n  user:\n    token: ${p}`,
        (r) => draw(r, 'base64url', 60),
      ),
    ],
    [
      'kubeconfig client key',
      'kubeconfig',
      around(
        (p) => `users:\n- name: admin\n  user:\n    client-key-data: ${p}`,
        (r) => base64Of(r, 300),
      ),
    ],
    ['wpa_supplicant network', 'network', around((p) => `network={\n  ssid="office-5g"\n  psk="${p}"\n}`)],
    [
      'Maven settings',
      'maven settings',
      around((p) => `<server>\n  <id>releases</id>\n  <username>ci</username>\n  <password>${p}</password>\n</server>`),
    ],
    [
      'NuGet config',
      'nuget config',
      around(
        (p) =>
          `<packageSourceCredentials>\n  <add key="Username" value="ci" />\n  <add key="ClearTextPassword" value="${p}" />\n</packageSourceCredentials>`,
      ),
    ],
    [
      'web.config connection',
      'web config',
      around(
        (p) =>
          `<connectionStrings>\n  <add name="Orders" connectionString="Server=db;User Id=sa;Password=${p};" />\n</connectionStrings>`,
      ),
    ],
    [
      'composer auth',
      'composer auth',
      around(
        (p) => `{\n  "http-basic": {\n    "repo.orders.internal": { "username": "ci", "password": "${p}" }\n  }\n}`,
      ),
    ],
    [
      'terraformrc',
      'terraformrc',
      around(
        (p) => `credentials "app.terraform.io" {\n  token = "${p}"\n}`,
        (r) => `${draw(r, 'base62', 14)}.atlasv1.${draw(r, 'base62', 67)}`,
      ),
    ],
    [
      'gradle.properties',
      'gradle properties',
      around((p) => `signing.keyId=24875D73\nsigning.password=${p}\nsigning.secretKeyRingFile=/home/ci/ring.gpg`),
    ],
    [
      'rclone config',
      'rclone conf',
      around(
        (p) => `[backup]\ntype = sftp\nuser = svc\npass = ${p}`,
        (r) => draw(r, 'base64url', 38),
      ),
    ],
    ['msmtprc', 'msmtprc', around((p) => `account default\nhost smtp.orders.internal\nuser mailer\npassword ${p}`)],
    [
      'WireGuard config',
      'wg conf',
      around(
        (p) => `[Interface]\nAddress = 10.9.0.2/32\n${made('Private', 'Key')} = ${p}`,
        (r) => base64Of(r, 32),
      ),
    ],
    ['Dockerfile', 'dockerfile', around((p) => `FROM node:22\nENV DB_PASSWORD=${p}\nCMD ["node", "main.js"]`)],
    [
      'Dockerfile ARG',
      'dockerfile',
      around(
        (p) => `FROM python:3.13\nARG PIP_TOKEN=${p}\nRUN pip install orders`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
    [
      'Compose environment',
      'compose',
      around((p) => `services:\n  db:\n    image: postgres:17\n    environment:\n      - POSTGRES_PASSWORD=${p}`),
    ],
    [
      'workflow environment',
      'workflow',
      around(
        (p) => `jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n      DEPLOY_KEY: ${p}`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
    ['Ansible inventory', 'inventory', around((p) => `[web]\nweb1.internal ansible_user=deploy ansible_ssh_pass=${p}`)],
    [
      'nginx proxy header',
      'nginx conf',
      around(
        (p) => `location /api/ {\n  proxy_set_header Authorization "Basic ${p}";\n  proxy_pass http://orders;\n}`,
        (r) => Buffer.from(`svc:${password(r, 16)}`).toString('base64'),
      ),
    ],
    [
      'crontab with password',
      'crontab',
      around((p) => `15 2 * * * /usr/bin/pg_dump "postgresql://backup:${p}@db.internal/orders" > /backup/orders.sql`),
    ],
    [
      'systemd environment',
      'unit',
      around(
        (p) => `[Service]\nEnvironment=API_TOKEN=${p}\nExecStart=/usr/bin/orders`,
        (r) => draw(r, 'base62', 40),
      ),
    ],
    [
      'Markdown credentials table',
      'readme',
      around((p) => `| system | user | password |\n|---|---|---|\n| staging | admin | ${p} |`),
    ],
    [
      'Markdown note',
      'readme',
      around(
        (p) => `## Staging\n\nLog in as admin with the password \`${p}\`.`,
        (r) => password(r),
      ),
    ],
    [
      'chat log in a note',
      'notes',
      around(
        (p) => `> ada: what is the wifi password?\n> ben: ${p}`,
        (r) => phrase(r, 3, '-'),
      ),
    ],
    [
      'HTTP request log',
      'request log',
      around(
        (p) =>
          `POST /login HTTP/1.1\nHost: auth.orders.internal\nContent-Type: application/x-www-form-urlencoded\n\nusername=ops&password=${p}`,
      ),
    ],
  ]),
  ...kinds('SQL', 'block', [
    [
      'IDENTIFIED BY',
      'grants',
      around((p) => `CREATE USER 'orders'@'%' IDENTIFIED BY '${p}';\nGRANT ALL ON orders.* TO 'orders'@'%';`),
    ],
    ['CREATE ROLE PASSWORD', 'roles', around((p) => `CREATE ROLE orders LOGIN PASSWORD '${p}';`)],
    ['ALTER USER', 'roles', around((p) => `ALTER USER postgres WITH ENCRYPTED PASSWORD '${p}';`)],
    [
      'CREATE LOGIN',
      'logins',
      around(
        (p) => `CREATE LOGIN orders WITH PASSWORD = N'${p}', CHECK_POLICY = ON;`,
        (r) => password(r),
      ),
    ],
    [
      'INSERT of a user',
      'fixtures',
      around((p) => `INSERT INTO users (name, email, password) VALUES ('ops', 'ops@orders.internal', '${p}');`),
    ],
    ['SET PASSWORD', 'grants', around((p) => `SET PASSWORD FOR 'root'@'localhost' = PASSWORD('${p}');`)],
    ['pgp_sym_decrypt', 'report', around((p) => `SELECT pgp_sym_decrypt(card, '${p}') FROM payments;`)],
    [
      'dblink connection',
      'report',
      around(
        (p) => `SELECT * FROM dblink('host=db2 user=report password=${p}', 'SELECT id FROM orders') AS t(id int);`,
      ),
    ],
  ]),
];
