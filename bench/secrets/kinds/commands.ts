/** Command lines with a password or token among their arguments. */
import { draw, password, phrase, plainPassword } from '../draws.ts';
import { kinds, type Row } from '../kind.ts';

const line =
  (write: (secret: string) => string, make: (r: Parameters<Row[2]>[0]) => string = (r) => plainPassword(r)): Row[2] =>
  (r) => {
    const secret = make(r);
    return [write(secret), secret];
  };
const hex40: Parameters<typeof line>[1] = (r) => draw(r, 'hex', 40);

export const commands = [
  ...kinds('command line', 'command', [
    ['mysql -p', 'dump', line((p) => `mysql -u root -p${p} orders < schema.sql`)],
    ['mysqldump --password', 'dump', line((p) => `mysqldump --host=db.internal --user=backup --password=${p} orders`)],
    ['PGPASSWORD before psql', 'migrate', line((p) => `PGPASSWORD=${p} psql -h db.internal -U orders -f migrate.sql`)],
    ['curl -u', 'fetch', line((p) => `curl -sS -u deploy:${p} https://nexus.orders.internal/repository/raw/app.tgz`)],
    [
      'curl --user',
      'upload',
      line(
        (p) => `curl --user 'deploy:${p}' -T app.tgz https://nexus.orders.internal/raw/`,
        (r) => password(r),
      ),
    ],
    [
      'curl with bearer header',
      'fetch',
      line(
        (p) => `curl -H "Authorization: Bearer ${p}" https://api.orders.internal/v1/orders`,
        (r) => draw(r, 'base64url', 43),
      ),
    ],
    [
      'curl with token header',
      'fetch',
      line((p) => `curl -H 'Authorization: token ${p}' https://forge.orders.internal/api/v1/user`, hex40),
    ],
    [
      'curl with form password',
      'login',
      line((p) => `curl -d 'username=ops&password=${p}' https://auth.orders.internal/login`),
    ],
    [
      'curl with JSON password',
      'login',
      line((p) => `curl -d '{"user":"ops","password":"${p}"}' https://auth.orders.internal/login`),
    ],
    [
      'wget --password',
      'fetch',
      line((p) => `wget --user=deploy --password=${p} https://files.orders.internal/app.tgz`),
    ],
    ['sshpass -p', 'deploy', line((p) => `sshpass -p ${p} ssh deploy@web1.internal uptime`)],
    [
      'sshpass -p with quotes',
      'deploy',
      line(
        (p) => `sshpass -p '${p}' scp app.tgz deploy@web1.internal:/srv/`,
        (r) => password(r),
      ),
    ],
    ['docker login -p', 'login', line((p) => `docker login -u ci -p ${p} registry.orders.internal`)],
    [
      'docker login from a pipe',
      'login',
      line((p) => `echo ${p} | docker login --username ci --password-stdin registry.orders.internal`),
    ],
    ['docker run -e', 'start', line((p) => `docker run -d -e MYSQL_ROOT_PASSWORD=${p} -p 3306:3306 mysql:8`)],
    ['redis-cli -a', 'flush', line((p) => `redis-cli -h cache.internal -a ${p} FLUSHDB`)],
    [
      'mongo -u -p',
      'restore',
      line((p) => `mongorestore --uri mongodb://db.internal -u root -p ${p} --archive=dump.gz`),
    ],
    [
      'sqlcmd -P',
      'migrate',
      line(
        (p) => `sqlcmd -S db.internal -U sa -P '${p}' -i migrate.sql`,
        (r) => password(r),
      ),
    ],
    ['sqlplus user/password', 'report', line((p) => `sqlplus orders/${p}@//db.internal:1521/ORDERS @report.sql`)],
    ['openssl -passout', 'keys', line((p) => `openssl genrsa -aes256 -passout pass:${p} -out server.key 4096`)],
    ['openssl enc -k', 'seal', line((p) => `openssl enc -aes-256-cbc -salt -in dump.sql -out dump.enc -k ${p}`)],
    [
      'gpg --passphrase',
      'seal',
      line(
        (p) => `gpg --batch --yes --passphrase "${p}" -d dump.sql.gpg`,
        (r) => phrase(r, 4),
      ),
    ],
    ['keytool -storepass', 'keys', line((p) => `keytool -importcert -keystore trust.jks -storepass ${p} -file ca.pem`)],
    [
      'ldapsearch -w',
      'lookup',
      line((p) => `ldapsearch -x -D cn=svc,dc=orders,dc=internal -w ${p} -b dc=orders,dc=internal`),
    ],
    ['helm --set password', 'deploy', line((p) => `helm upgrade orders ./chart --set postgresql.auth.password=${p}`)],
    ['kubectl create secret', 'deploy', line((p) => `kubectl create secret generic db --from-literal=password=${p}`)],
    [
      'kubectl --token',
      'deploy',
      line(
        (p) => `kubectl --server https://k8s.internal:6443 --token ${p} get pods`,
        (r) => draw(r, 'base64url', 60),
      ),
    ],
    ['az login -p', 'login', line((p) => `az login --service-principal -u http://deployer -p ${p} --tenant orders`)],
    [
      'aws configure set',
      'login',
      line(
        (p) => `aws configure set aws_secret_access_key ${p}`,
        (r) => draw(r, 'base64', 40),
      ),
    ],
    ['htpasswd -b', 'users', line((p) => `htpasswd -bc /etc/nginx/users admin ${p}`)],
    ['chpasswd from a pipe', 'users', line((p) => `echo 'deploy:${p}' | chpasswd`)],
    ['useradd with a pipe to passwd', 'users', line((p) => `echo "${p}" | passwd --stdin deploy`)],
    ['rabbitmqctl add_user', 'users', line((p) => `rabbitmqctl add_user orders ${p}`)],
    ['net user', 'users', line((p) => `net user svc-orders ${p} /add`)],
    ['net use', 'mount', line((p) => `net use Z: \\\\files\\backup ${p} /user:ORDERS\\svc`)],
    ['mount -t cifs', 'mount', line((p) => `mount -t cifs //files/backup /mnt -o username=svc,password=${p}`)],
    ['smbclient -U', 'mount', line((p) => `smbclient //files/backup -U svc%${p} -c 'get dump.gz'`)],
    ['zip -P', 'pack', line((p) => `zip -P ${p} export.zip export.csv`)],
    ['7z -p', 'pack', line((p) => `7z x export.7z -p${p} -oexport`)],
    ['mosquitto_pub -P', 'publish', line((p) => `mosquitto_pub -h mq.internal -u gate -P ${p} -t gates/7 -m open`)],
    ['nmcli wifi password', 'wifi', line((p) => `nmcli device wifi connect office-5g password ${p}`)],
    [
      'npm config set token',
      'publish',
      line(
        (p) => `npm config set //registry.orders.internal/:_authToken ${p}`,
        (r) => draw(r, 'base62', 36),
      ),
    ],
    ['twine upload -p', 'publish', line((p) => `twine upload -u ci -p ${p} dist/*`)],
    ['mvn -D password', 'publish', line((p) => `mvn deploy -Dgpg.passphrase=${p} -DskipTests`)],
    [
      '--api-key argument',
      'sync',
      line(
        (p) => `./sync --endpoint https://api.orders.internal --api-key ${p}`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
    ['--token= argument', 'sync', line((p) => `./sync --token=${p} --all`, hex40)],
    ['vault login', 'login', line((p) => `vault login -method=userpass username=ops password=${p}`)],
    [
      'git clone with token',
      'fetch',
      line((p) => `git clone https://ci:${p}@forge.orders.internal/platform/orders.git`, hex40),
    ],
    ['su with password', 'users', line((p) => `echo '${p}' | sudo -S systemctl restart orders`)],
    ['export unquoted', 'start', line((p) => `export PASSWORD=${p}`)],
    ['set of cmd', 'start', line((p) => `set DB_PASSWORD=${p}`)],
    [
      'setx',
      'start',
      line(
        (p) => `setx API_SECRET ${p}`,
        (r) => draw(r, 'base62', 32),
      ),
    ],
  ]),
];
