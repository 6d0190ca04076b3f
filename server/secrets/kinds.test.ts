import { expect, it } from 'vitest';
import { ownFindings } from './own.ts';
import { base32, base36, base62, capitals, draw, drawGroups, drawUuid, hex } from './testing/draw.ts';
import { hosted, remaining } from './testing/remaining.ts';

const seedWords = 'orbit velvet canyon maple harbor tiger pencil rocket winter silver garden bridge'.split(' ');
const basic = (text: string) => Buffer.from(text).toString('base64');
const pem = { first: draw(base62, 64, 'pem'), second: draw(base62, 64, 'more'), tail: `${draw(base62, 9, 'tail')}=` };
const begin = ['-----BEGIN', 'RSA PRIVATE KEY-----'] as const;
const end = '-----END RSA PRIVATE KEY-----';
const hook = { team: `T${draw(capitals, 8, 'T')}`, bot: `B${draw(capitals, 8, 'B')}`, key: draw(base62, 24, 'hook') };

/** Lines, and what of them may not stay. */
const kinds: readonly (readonly [kind: string, lines: string, ...secrets: string[]])[] = [
  [
    'a private key',
    `K = """${begin.join(' ')}\n${pem.first}\n${pem.second}\n${pem.tail}\n${end}"""`,
    pem.first,
    pem.second,
    pem.tail,
  ],
  [
    'a private key over a concatenation',
    `key = "${begin.join(' ')}\\n" +\n  "${pem.first}\\n" +\n  "${pem.tail}\\n" +\n  "${end}"`,
    pem.first,
    pem.tail,
  ],
  [
    'a private key whose heading is cut',
    `key = '${begin[0]} ' + '${begin[1]}' +\n  '${pem.first}' +\n  '${pem.tail}'`,
    pem.first,
    pem.tail,
  ],
  [
    'a private key in a list',
    `k = [\n  "${begin.join(' ')}",\n  "${pem.first}",\n  "${pem.tail}",\n  "${end}",\n].join("\\n")`,
    pem.first,
    pem.tail,
  ],
  [
    'a PGP key',
    `K = """-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${pem.first}\n=${draw(base62, 4, 'crc')}\n-----END PGP PRIVATE KEY BLOCK-----"""`,
    pem.first,
  ],
  ['a key of WireGuard', `PrivateKey = ${draw(base62, 43, 'wg')}=`, draw(base62, 43, 'wg')],
  ['bytes of a key', `key := []byte{0x12, 0x9f, 0x33, 0xa1, 0x7c, 0x0e, 0x5b, 0xd2, 0x91, 0x4e}`, '0x9f, 0x33'],
  [
    'bytes of a key with its length',
    'uint8_t aes_key[16] = {0x12, 0x9f, 0x33, 0xa1, 0x7c, 0x0e, 0x5b, 0xd2, 0x91};',
    '0x9f, 0x33',
  ],
  ['bytes of several keys', 'byte key[2][KEY_LEN] = {{0x12,0x9f,0x33,0xa1,0x7c,0x0e,0x5b,0xd2,0x91}};', '0x9f,0x33'],
  ['letters of a password', "char[] password = {'q', 'R', '7', 'w', 'Z', '2', 'k', 'M', '9'};", "'7', 'w'"],
  ['letters of a key as bytes', "let key = [b'q', b'R', b'7', b'w', b'Z', b'2', b'k', b'M', b'9'];", "b'7', b'w'"],
  ['seed words', `mnemonic = "${seedWords.join(' ')}"`, 'velvet'],
  ['seed words under a bland name', `const w = '${seedWords.join(' ')}'`, 'velvet'],
  ['seed words in a list', `seed = [${seedWords.map((word) => `"${word}"`).join(', ')}]`, 'velvet'],
  ['seed words line by line', `mnemonic = """\n${seedWords.join('\n')}\n"""`, 'velvet', 'rocket'],
  ['a pass phrase', 'passphrase = "correct horse battery staple"', 'battery'],
  ['a pass phrase of a sentence', "const passphrase = 'The purple monkey dances at noon';", 'monkey'],
  ['a pass phrase that nothing quotes', 'passphrase: correct horse battery staple', 'battery'],
  ['a pass phrase with dashes', 'password = "orbit-velvet-canyon-maple"', 'velvet'],
  ['an app password in groups', 'GMAIL_APP_PASSWORD = "abqd efzh ijkw mnxp"', 'efzh'],
  ['a one-time seed in groups', 'secret = "JBSW Y3DP EHPK 3PXP"', 'Y3DP'],
  ['a one-time seed', `totp = pyotp.TOTP("${draw(base32, 14, 'totp')}7X")`, draw(base32, 14, 'totp')],
  [
    'an otpauth address',
    `u = "otpauth://totp/x:y?secret=${draw(base32, 16, 'otp')}&issuer=x"`,
    draw(base32, 16, 'otp'),
  ],
  ['recovery codes', 'backup_codes = ["83471-29104", "55102-88317"]', '29104'],
  ['a PIN', 'const userPin = 482133;', '482133'],
  ['a password of digits', 'password = 91827364', '91827364'],
  [
    'a webhook of Teams',
    `u = "https://acme.webhook.office.com/webhookb2/${drawUuid('a')}@${drawUuid('b')}/IncomingWebhook/${draw(hex, 32, 'c')}/${drawUuid('d')}"`,
    draw(hex, 32, 'c'),
  ],
  [
    'a webhook of Power Automate',
    `POST https://prod-12.westeurope.logic.azure.com:443/workflows/${draw(hex, 32, 'pa')}/triggers/manual/paths/invoke?sig=${draw(base62, 43, 'sig')}`,
    draw(base62, 43, 'sig'),
  ],
  [
    'a webhook of Slack in pieces',
    `h = "https://hooks.slack.com/services/" + "${hook.team}" + "/${hook.bot}/" + "${hook.key}"`,
    hook.key,
  ],
  ['a webhook of Slack without its host', `path = "/services/${hook.team}/${hook.bot}/${hook.key}"`, hook.key],
  [
    'a manifest of Kubernetes',
    'cat <<EOF | kubectl apply -f -\nkind: Secret\nmetadata:\n  name: x\ndata:\n  user: c3Zj\n  password: aHVudGVyMmZvbw==\nEOF',
    'aHVudGVyMmZvbw',
  ],
  [
    'credentials of Docker',
    `{"auths": {"registry.x.io": {"auth": "${basic('svc:hunter2foo')}"}}}`,
    basic('svc:hunter2foo'),
  ],
  [
    'a vault of Ansible',
    `x: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  ${draw('3456', 80, 'v')}\n  ${draw('3456', 80, 'w')}`,
    draw('3456', 80, 'w'),
  ],
  [
    'a signed address of S3',
    `u = "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${draw(hex, 64, 's3')}"`,
    draw(hex, 64, 's3'),
  ],
  [
    'a SAS token',
    `u = "https://a.blob.core.windows.net/c?sv=2022-11-02&sig=${draw(base62, 43, 'sas')}%3D"`,
    draw(base62, 43, 'sas'),
  ],
  [
    'a hash of crypt',
    `root:$6$${draw(base62, 8, 'salt')}$${draw(base62, 86, 'six')}:19000:0:99999:7:::`,
    draw(base62, 86, 'six'),
  ],
  ['a line of htpasswd', `admin:$apr1$${draw(base62, 8, 'salt')}$${draw(base62, 22, 'apr')}`, draw(base62, 22, 'apr')],
  ['a line of htpasswd by SHA', `svc:{SHA}${draw(base62, 27, 'sha')}=`, draw(base62, 27, 'sha')],
  ['a hash of bcrypt', `h = '$2b$12$${draw(base62, 53, 'bcrypt')}'`, draw(base62, 53, 'bcrypt')],
  ['a hash of NTLM', `${draw(hex, 32, 'lm')}:${draw(hex, 32, 'nt')}`, draw(hex, 32, 'nt')],
  ['a line of pgpass', 'echo "db:5432:app:svc:hunter9foo" > ~/.pgpass', 'hunter9foo'],
  ['a key of Laravel', `APP_KEY=base64:${draw(base62, 43, 'laravel')}=`, draw(base62, 43, 'laravel')],
  ['a key of Django', "SECRET_KEY = 'x)k2@v$^9q(w#z!r8+7n&5m_p*t=3j-h6gd4s1a0lo'", 'z!r8+7n'],
  ['a password of a router', 'username admin password 7 0822455D0A16544541', '0822455D0A16'],
  ['a community of SNMP', 'snmp-server community k7Rw9x RO', 'k7Rw9x'],
  ['a cookie', `Cookie: PHPSESSID=${draw(base36, 26, 'php')}; path=/`, draw(base36, 26, 'php')],
  [
    'a signed cookie',
    `Cookie: connect.sid=s%3A${draw(base62, 32, 'sid')}.${draw(base62, 43, 'sig')}`,
    draw(base62, 32, 'sid'),
  ],
  ['a DSN of Sentry', `dsn: "https://${draw(hex, 32, 'dsn')}@o12.ingest.sentry.io/34"`, draw(hex, 32, 'dsn')],
  ['a key of AES', `cipher = AES.new(b"${draw(base62, 16, 'aes')}", AES.MODE_CBC, iv)`, draw(base62, 16, 'aes')],
  ['a key of a coin', `const pk = "0x${draw(hex, 64, 'eth')}";`, draw(hex, 64, 'eth')],
  [
    'a token of Discord',
    `bot.run('${draw(base62, 24, 'd1')}.${draw(base62, 6, 'd2')}.${draw(base62, 38, 'd3')}')`,
    draw(base62, 38, 'd3'),
  ],
  [
    'a token of Telegram',
    `https://api.telegram.org/bot${draw('123456789', 9, 't')}:${draw(base62, 35, 'tg')}/send`,
    draw(base62, 35, 'tg'),
  ],
  ['a token of npm', `//registry.npmjs.org/:_authToken=${drawUuid('npm')}`, drawUuid('npm')],
  [
    'a token in the address of a remote',
    `git remote add o https://${draw(base62, 40, 'git')}@github.com/a/b`,
    draw(base62, 40, 'git'),
  ],
  [
    'a licence key',
    `<license>${drawGroups(capitals, 5, 5, '-', 'lic')}</license>`,
    drawGroups(capitals, 5, 5, '-', 'lic'),
  ],
  ['a password that a command is sent', 'spawn ssh root@x\nexpect "password:"\nsend -- "hunter2foo\\n"', 'hunter2foo'],
  ['a password in a sentence', '# TODO rotate: svc / Tr0ub4dor&3', 'Tr0ub4dor'],
  ['a login in a remark', '# login: root / hunter2foo', 'hunter2foo'],
  ['a password in a message of a commit', 'git commit -m "set password to hunter2foo"', 'hunter2foo'],
  ['a password of small letters in a sentence', '# The root password is wqxkzvbnrtpl there.', 'wqxkzvbnrtpl'],
  ['digits that a command is sent', 'echo 7203915846 | ./open --user admin --stdin', '7203915846'],
  [
    'a hash of MySQL that nothing quotes',
    `password_hash = *${draw('0123456789ABCDEF', 40, 'mysql')}`,
    draw('0123456789ABCDEF', 40, 'mysql'),
  ],
  ['a key of a length that no digest has', `ref: "${draw(hex, 56, 'ref')}"`, draw(hex, 56, 'ref')],
  ['a password of letters with a bracket', 'password: "JqTwkzVnlm)QbHd"', 'JqTwkzVnlm'],
  ['the password of an account', 'const session = begin("db", "admin", "5550192837");', '5550192837'],
  ['a pass phrase for an account', 'begin("db", "root", "velvet-orbit-canyon-maple")', 'velvet-orbit'],
  ['a password for a place', '// password for staging: 5550192837', '5550192837'],
  ['a code that two words name', '# keypad code: 5550192837', '5550192837'],
  ['a default in a block', 'variable "db_password" {\n  type    = string\n  default = "9iQ47x~r%1u="\n}', '9iQ47x'],
  ['the other attribute', '<input type="hidden" name="password" value="5550192837">', '5550192837'],
  ['an update', "UPDATE settings SET value = '5550192837' WHERE name = 'vault_pin';", '5550192837'],
  [
    'what a function copies',
    'static void set_password(char *out)\n{\n  strcpy(out, "wqxkzvbnrtpl");\n}',
    'wqxkzvbnrtpl',
  ],
  ['a row of settings', '/// | setting | value |\n/// |---|---|\n/// | vault pin | 5550192837 |', '5550192837'],
  ['a secure string of PowerShell', "$S = ConvertTo-SecureString 'velvet orbit canyon' -AsPlainText -Force", 'velvet'],
  [
    'a password in quotes within quotes',
    `q = 'CREATE ROLE a LOGIN PASSWORD \\'${draw(base62, 11, 'role')}7\\';'`,
    draw(base62, 11, 'role'),
  ],
  [
    'an answer in a note',
    `echo '> what is the wifi password?' >> n\necho '> velvet-orbit-canyon' >> n`,
    'velvet-orbit',
  ],
  [
    'parts that two constants have',
    `const firstUrl = 'https://oauth2:${draw(base62, 13, 'u1')}';\nconst secondUrl = '${draw(base62, 11, 'u2')}@git.internal/a.git';`,
    draw(base62, 13, 'u1'),
    draw(base62, 11, 'u2'),
  ],
  [
    'a key that is the user of an address',
    `u = "https://${draw(base62, 32, 'user')}:@api.internal/v1"`,
    draw(base62, 32, 'user'),
  ],
  [
    'a pipe that a backslash continues',
    `echo ${draw(base62, 12, 'pipe')}7 | docker login \\\n  --username ci --password-stdin r.internal`,
    draw(base62, 12, 'pipe'),
  ],
  ['a password in another language', 'mot_de_passe = "hunter2foo"', 'hunter2foo'],
  [
    'a key that is cut over lines',
    `key = ("${draw(base62, 9, 'p1')}"\n       "${draw(base62, 9, 'p2')}"\n       "${draw(base62, 9, 'p3')}")`,
    draw(base62, 9, 'p2'),
    draw(base62, 9, 'p3'),
  ],
  [
    'a key that is appended',
    `key = "${draw(base62, 12, 'a1')}";\nkey += "${draw(base62, 12, 'a2')}";`,
    draw(base62, 12, 'a1'),
    draw(base62, 12, 'a2'),
  ],
];

it.each(kinds)('%s is found', (_, lines, ...secrets) => {
  const text = hosted(lines);
  const left = remaining(text, ownFindings(text));
  expect(secrets.filter((secret) => left.includes(secret))).toEqual([]);
  // Not by taking out everything around it.
  expect(left).toContain('return items.length;');
});

it.each([
  ['a placeholder', `password = "changeme-please1"`],
  ['words that stand for a password', `password: 'test-password'`],
  ['a reference to the environment', `apiKey = process.env.API_KEY ?? ''`],
  ['a call that reads it', 'const token = await readToken(request.headers);'],
  ['a label', `password: 'Must be at least 8 characters and 1 digit'`],
  ['a message', `throw new Error('password too short, 8 needed')`],
  ['a field of a form', `<input type="password" name="password" id="user-password">`],
  ['a schema', 'password: z.string().min(8).max(72),'],
  ['a type', "type Token = 'access' | 'refresh';"],
  ['the kind of a token', "if (token.kind === 'identifier') return;"],
  ['the name of a header', `tokenHeader = "X-Request-Token-V2"`],
  ['a key of a keyboard', "if (event.key === 'ArrowLeft') move(-1);"],
  ['the key of a map', "const value = map.get('left-paren-2');"],
  ['an alphabet', `const base62 = '${base62}';`],
  ['an integrity hash', `integrity="sha512-${draw(base62, 86, 'sri')}=="`],
  ['a commit', `revision = "${draw(hex, 40, 'commit')}"`],
  ['a commit in a link', `// https://github.com/org/project/blob/${draw(hex, 40, 'link')}/src/Main.cs`],
  ['a long name', 'const handleAuthenticationTokenRefreshFailure2 = createTokenRefreshFailureHandlerV2();'],
  ['a name of many parts', '#define GGML_F32x16_SET1 GL_COMPRESSED_RGBA_S3TC_DXT5_EXT'],
  ['a digest', `expect(await sha256('a')).toBe('${draw(hex, 64, 'digest')}')`],
  ['what a manual says of a password', '# The password is optional there.'],
  ['a union of types', "type Field =\n  | 'checkbox'\n  | 'password'\n  | 'radio'"],
  ['the encoding of a password', "const credential = Buffer.from(user + ':' + password).toString('base64')"],
  [
    'the statement below a call',
    'const obj = await parse(cookie, secret)\n// eslint-disable-next-line @typescript-eslint/no-any',
  ],
  ['the key that a password is looked up by', 'self.sshpass = kwargs.get("sshpass", False)'],
  ['a verb in prose', '# Pass `self` as the first argument of `output`'],
  ['a path with a star', "'/auth-custom-no-authentication-header-wwwAuthenticateHeader/*',"],
  ['an escape of an address', "expect(tryDecode('Hello%20World'))"],
  ['options of a command', 'connection_cmd = ["ssh", "-o", "ControlMaster=no"]'],
  ['cookies of a test', "setCookie(c, 'cookie1', 'value1')"],
  ['a token that someone typed', "req.headers.set('Authorization', 'Bearer abcdefg12345-._~+/=')"],
  ['the number of a request', `requestId: '${draw(base62, 38, 'request')}=='`],
  ['a picture', `img = 'iVBORw0KGgo${draw(base62, 60, 'png')}'`],
  ['words in base64', `expect(body).toBe('${basic('test content of it')}')`],
  ['a template of a key', 'const pem = `-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----`'],
  ['a name with the number of a term', 'import { convertIPv4MappedIPv6ToIPv4 } from "./address"'],
  ['an address without a password', `url = "https://example.com:8443/a/b?c=d#e"`],
  ['an address of a manual', `url = "postgres://user:password@localhost/app"`],
  [
    'a sentence in small letters',
    '// this keeps the window open while the user moves about and looks for what was there before',
  ],
  ['a formula in a remark', '// C[m, s] = Sum(k=0..K-1) A[k, m] * B[k, s % ne11] + 2*D*H*sizeof(F32)'],
  ['a mail address', `author = "ada.dev2@example.com"`],
  ['a version', `version = "1.22.333-beta.4"`],
])('%s is let pass', (_, line) => {
  expect(ownFindings(hosted(line))).toEqual([]);
});
