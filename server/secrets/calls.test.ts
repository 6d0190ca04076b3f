import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` is what may not stay: words, as people choose them, that nothing but their place gives away. */
it.each([
  ['a connection', 'Connection c = DriverManager.getConnection(URL, "svc", "«pepperstar»");'],
  ['a connection over lines', 'mysqli_connect(\n  "localhost",\n  "svc",\n  "«golf-oliver-shadow»",\n  "stock"\n);'],
  ['a data source', "$db = new PDO('mysql:host=db', 'svc', '«pepperstar!»');"],
  ['a file server', "ftp = FTP('files.internal', 'upload', '«summer903»')"],
  ['an account at a directory', "conn.simple_bind_s('cn=svc,dc=x', '«maggieriver»')"],
  ['what a header is made of', 'req.SetBasicAuth("svc", "«moonrocky!»")'],
  ['what a header is made of, as an option', 'client.get(url).basic_auth("svc", Some("«moonrocky»"))'],
  ['an account that is made', "User.objects.create_user('mia', 'mia@shop.internal', '«moonrocky»')"],
  ['a login', "session.login('svc', '«shadow-river-apple»')"],
  ['a fallback', "session.login('svc', process.env.PW || '«shadowriver»')"],
  ['a statement without brackets', "EXEC sp_addlogin 'svc', '«applepepper»', 'master';"],
  ['what is hashed', 'bcrypt.GenerateFromPassword([]byte("«starpepper»"), 10)'],
  ['what is compared with a hash', 'bcrypt.CompareHashAndPassword(row.Hash, []byte("«starpepper»"))'],
  ['a pair that is assigned', "reply = requests.get(url, auth=('svc', '«olivermaggie!»'))"],
  ['what opens a file server', "Net::FTP.open('files', 'upload', '«pizza-buster-moon»')"],
  ['a dialer of mail', 'var d = gomail.NewDialer("mail.internal", 587, "svc", "«PizzaMoon»")'],
  ['keys of a manager', "UsmUserData('svc', '«daisyprince»', '«Rivermagic»')"],
  ['behind a name in a directory', "client.bind('cn=svc,dc=x', '«pepperwolf»', done);"],
  ['a key of cookies', 'store := sessions.NewCookieStore([]byte("«Pizzawolf»"))'],
  ['a password in base64', "word = base64.b64decode('«d2ludGVyNDU2OA==»').decode()"],
  ['a connection with its port', "ssh.connect('db1', 22, 'svc', '«Magicdaisy»')"],
  ['a community', "walk(SnmpEngine(), CommunityData('«applegolf»'), target)"],
  ['a key of a digest', 'mac := hmac.New(sha256.New, []byte("«magicmoon»"))'],
  ['a key of a token', "jwt.sign({ id }, '«oliver prince knows»', { expiresIn: '1h' });"],
  [
    'a key of a token as bytes',
    'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("«the text that signs ours golf42»"));',
  ],
  ['a key of a cipher by its length', "cipher = AES.new(b'«ThisIsOurShopKey»', AES.MODE_ECB)"],
  ['a key in SQL', "SELECT pgp_sym_encrypt(plain, '«golftiger»');"],
])('%s: the argument is found', (_, lines) => expectFound(lines));

it.each([
  ['an argument that names one', 'DriverManager.getConnection(URL, USER, "password");'],
  ['a name in a directory behind another', "search('cn=svc,dc=x', 'ou=people')"],
  ['a template', 'getConnection(url, "svc", "{{db.password}}")'],
  ['words in base64', "const text = atob('aGVsbG8gd29ybGQ=');"],
  ['one word in base64', "const text = atob('aGVsbG8=');"],
  ['a variable', 'DriverManager.getConnection(URL, "svc", password);'],
  ['a word of tests', "jwt.verify(token, 'wrong-secret')"],
  ['strategies', "passport.authenticate('local', 'jwt')"],
  ['a path behind a login', "login('GET', '/users/list')"],
  ['two arguments of which none is quoted before', "login(request, 'landing')"],
  ['the name of a digest', "crypto.createHmac('sha256', key)"],
  ['a method of another class', "page.getConnectionString('a', 'b', 'orders')"],
  ['a message', "hmac.new(key, b'some text to sign', 'sha1')"],
])('%s is let pass', (_, line) => expectLetPass(line));
