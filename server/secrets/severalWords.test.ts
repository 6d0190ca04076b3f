import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: several words with blanks, which only their label makes a password. */
it.each([
  ['assigned', 'x_password = "«quelle ufer»"'],
  ['of a year', 'const guestPassword = "«Störtebeker 1401»";'],
  ['as an argument', 'User.create!(email: "h@nordholz.io", password: "«Klippe! Marder»")'],
  ['of a builder', 'User u = User.builder().name("Marta").password("«żubr w Białowieży»").active(true).build();'],
  ['stored under a key', 'p.put("ssl.key.password", "«lila Heide»");'],
  ['of SSH', 'ssh.Password("«Fischbrötchen am Hafen»"),'],
  ['in SQL', "ALTER LOGIN [crm_app] WITH PASSWORD = N'«Störtebeker 1401»';"],
  ['that is defined', "define('FTP_PASS', '«Bahnhof Zoo»');"],
  ['where none is set', "$pass = getenv('FTP_PASSWORD') ?: '«Bahnhof Zoo»';"],
  ['by default', 'variable "vpn_psk" {\n  default = "«drei Möwen und ein Boot»"\n}'],
  ['filled in', 'fill_in "Heslo", with: "«Pražské jaro 68»"'],
  ['typed into a field', 'browser.fill("input[type=password]", "«der kiesel ruft die pappel»")'],
  ['in English', 'passphrase = "«seven plums ate my otter»"; passwd = "«purple otter»"'],
  ['in Cyrillic letters', 'const password = "«Белые ночи 1905»";'],
  ['bound to a directory', 'err := conn.Bind("cn=reader,ou=services", "«Sturmflut 1962»")'],
  ['of a firmware', 'WiFi_begin("Lager", "«Gabelstapler 9»");'],
  ['of a certificate', 'var c = new X509Certificate2("certs/site.pfx", "«kessel quelle»");'],
  ['that signs sessions', "app.use(session({ secret: '«keyboard elephant»', resave: false }));"],
  ['that encrypts', "const encryptionKey = '«die blaue Gießkanne»'; secret_key_base = '«blaue harke»'"],
  ['that a constant of bytes has', 'var jwtKey = []byte("«el gato duerme»")'],
  ['that a class calls secret', 'private static final String SECRET = "«der Hund schläft»";'],
  ['in YAML', "const a = `\n  user: app\n  password: '«Gabel 1951»'\n`"],
  ['beside other texts', "$mail->Subject = 'Unser Herbst-Newsletter ist da';\n$mail->Password = '«Wilde Möwe»';"],
])('a password of several words %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a label', 'password: "Kennwort wiederholen", passwd: "Your secret word", pwd: "Mot de passe"'],
  ['a message', 'errors.password = "too weak"; password = "must have eight characters";'],
  ['a message of few words', 'const messages = {\n  email: "unbekannt",\n  password: "stimmt fast",\n};'],
  ['a hint', 'const placeholder = { password: "eight letters" }; hintPassword = "drei Worte"'],
  ['a title', '<x title="a" label={{ password: "drei Worte" }} />'],
  ['a translation', 't("password", "drei Worte"); password: "Zugang verloren gegangen? Bitte melden"'],
  [
    'a table of translations',
    'const de = {\n  welcome: "Guten Tag",\n  leave: "Auf Wiedersehen",\n  password: "Drei Worte",\n  send: "Ab die Post",\n};',
  ],
  ['a message in Spanish', 'password: "La clave no es correcta", pwd: "Debe tener ocho caracteres"'],
  ['a message in Russian', 'password: "Неверный пароль", pwd: "введите слово"'],
  ['a description', 'param("password", "of the database user"); password: "Optional login string"'],
  [
    'an entry of a form in other languages',
    "return [\n  'password' => 'كلمة المرور',\n  'new_password' => 'Furaha cusub',\n  'app.security.password': 'Salajane asi',\n];",
  ],
  [
    'what a call is asked for',
    "expect(open('file:///etc/passwd')).toThrow('Unsafe protocol'); find('password').has('Salajane asi');",
  ],
  ['a prompt', "$key = password('Ably Schlange', 'drei Worte');"],
  [
    'a reason',
    'assert.equal(env.get("VAULT_PASS_AGENT_REASON"), "nightly otter"); put("password_hasher", "river-otter");',
  ],
  ['the help of a command', 'const commands = { passwd: "Rename a colleague", exit: "Leave" };'],
  ['a message that is thrown', 'throw new Error("password: drei Worte"); log("bad password", "drei Worte")'],
  ['what a function about a secret says', 'fn produced_secret(&self) { self.outputs.lock().expect("outputs lock") }'],
  ['the key of a session', "const SESSION_KEY = 'blog chat';"],
  ['a message about a secret', 'errors = { secret: "nightly otter" }; log("no secret", "nightly otter")'],
  ['a template', 'password = "a {word} here"; password = "%s and %s"'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
