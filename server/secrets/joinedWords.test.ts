import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: words without a number, which only their label makes a password. */
it.each([
  ['in Terraform', 'const a = `\n  username        = "root_nh"\n  password        = "«Nordlicht-ueber-Tromso»"\n`'],
  ['of a mailer', "$mail->Password = '«rosarote-Brille»';"],
  ['in SQL', "CREATE ROLE reporting LOGIN ENCRYPTED PASSWORD '«Wolkenbruch_im_Mai»';"],
  ['that is defined', '#define APN_PASS "«iotsim-ebbe»"'],
  ['under a compound name', "$cfg['Servers'][1]['controlpass'] = '«pmaweg-nordwind»';"],
  ['as an argument', 'conn = connect(host="db3", password="«kaltes-klares-Wasser»", timeout=3)'],
  ['of a builder', 'User u = User.builder().name("Marta").password("«forza-Napoli»").build();'],
  ['exported', "export DEPOT_PASSWORD='«flut-und-ebbe»'"],
  ['of SSH', 'var auth = ssh.Password("«blaue-Zitrone»")'],
  ['typed into a field', 'browser.fill("input[type=password]", "«Leuchtturm.Pellworm»")'],
  ['typed into a labelled field', "await page.getByLabel('Password').type('«Muchas_Gracias_Pepe»');"],
  ['stored under a key', 'p.put("ssl.key.password", "«lila-Heide»");'],
  ['as a constant', "define('FTP_PASS', '«Bahnhof_Zoo»');"],
  ['of a network', 'wifi_psk = "«möwen-boot»"'],
  ['with letters of its language', 'password: "«Älgen-springer»",'],
  ['under the word for a phrase', 'pub const SEAL_PASSPHRASE: &str = "«Glocke-tulpe»";'],
  ['bound to a directory', 'err := conn.Bind("cn=reader,dc=nordholz,dc=io", "«flut-und-ebbe»")'],
  ['of a firmware', 'WiFi_begin("Lager", "«gabel-stapler»");'],
  ['that has letters of a label', "$cfg['controlpass'] = '«pmapass-nordwind»';"],
  ['in Spanish', 'contraseña = "«paella.conalioli»"'],
  ['that ends with a mark', 'password = "«flut-und-ebbe!»"'],
  ['in a remark', '# the password is «flut-und-ebbe»'],
  ['in a German remark', '# Passwort: «rosarote-Brille»'],
  ['in a remark at the end of a line', 'open(door)  # password: «Bahnhof_Zoo»'],
])('a password of joined words %s is found', (_, lines) => expectFound(lines));

it.each([
  ['the name of the field', 'password: "user-password", passwd: "login_passwd"'],
  ['a style', 'password: "form-control", pwd: "input-large", pass: "text-green", confirmPassword: "mt-auto col-sm"'],
  ['an id for tests', 'const ids = { password: "signin-page.field", submit: "signin-page.submit" };'],
  ['a route', 'const routes = { password: "account-settings", home: "start-page" };'],
  ['a type', '<input name="pwd" type="password" autocomplete="off">'],
  [
    'a key of translations',
    't("password"); const label = { password: "auth.form.pwd", passphrase: "wallet.unlock.hint" };',
  ],
  ['a state', 'password: "not-required"; password = "optional-field"; passwd = "write-only";'],
  ['an algorithm', 'const password = "bcrypt-sha"; password: "plain-text", pwd: "aes.cbc"'],
  ['a constant', 'password: "MISSING_FIELD", passwd = "DB_MAIN"'],
  ['a name of a variable', 'password = settings.smtp.word; password = get-mail-word'],
  ['a class of Java', 'password = "com.acme.security.Reader";'],
  ['words of prose', '# password: case-sensitive\n# The password is auto-generated.\n# pwd: user-supplied, read-only'],
  ['a compound that is no password', 'bypass = "river-crossing"; compass = "north-west"; trespass = "garden-fence";'],
  ['a result', 'PASS = "smoke-detector"; const icons = { pass: "check-circle", fail: "cross-circle" };'],
  ['the name of a cipher', '#define LN_kx_dhe_psk "kx-dhe-psk"\nconst kx_dhe_mdp = "kx-dhe-mdp";'],
  ['the name of a secret', 'secretName: "orders-ingress", secret = "orders-ingress"'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
