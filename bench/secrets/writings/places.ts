/** Writings of a password that is a plain word: only the surrounding call, field, column or comparison tells what it is. */
import { cut, double, single, type Written, writings } from '../writing.ts';

/** Split into two strings, each giving away half. */
const halves = (value: Written) => cut(value, 2).pieces;

export const places = writings(
  ['word'],
  [
    [
      'third argument of a connection',
      'java',
      (v) =>
        `class Db {\n    Connection open() throws SQLException {\n        return DriverManager.getConnection(URL, "orders", ${double(v)});\n    }\n}`,
    ],
    [
      'token of an account',
      'java',
      (v) =>
        `class Login {\n    void begin() {\n        subject.login(new UsernamePasswordToken("ops", ${double(v)}));\n    }\n}`,
    ],
    [
      'comparison from the other side',
      'java',
      (v) =>
        `class Door {\n    boolean opens(String password) {\n        return ${double(v)}.equals(password);\n    }\n}`,
    ],
    [
      'property under a key',
      'java',
      (v) =>
        `class Mail {\n    void fill(Properties props) {\n        props.put("${v.name.dotted}", ${double(v)});\n    }\n}`,
    ],
    ['mysqli', 'php', (v) => `$db = new mysqli("db.internal", "orders", ${double(v)}, "orders");`],
    ['PDO', 'php', (v) => `$db = new PDO('mysql:host=db;dbname=orders', 'orders', ${single(v)});`],
    ['constant by define', 'php', (v) => `define('${v.name.upper}', ${single(v)});`],
    ['basic authentication', 'go', (v) => `func sign(req *http.Request) {\n\treq.SetBasicAuth("ops", ${double(v)})\n}`],
    ['dialer of mail', 'go', (v) => `var dialer = gomail.NewDialer("mail.internal", 587, "ops", ${double(v)})`],
    ['map of passwords', 'go', (v) => `var passwords = map[string]string{\n\t"ops": ${double(v)},\n}`],
    ['key of a digest', 'go', (v) => `var mac = hmac.New(sha256.New, []byte(${double(v)}))`],
    ['login of a file server', 'py', (v) => `ftp = FTP("files.internal", "upload", ${double(v)})`],
    ['pair of an authentication', 'py', (v) => `reply = requests.get(url, auth=("ops", ${double(v)}))`],
    [
      'default of an option',
      'py',
      (v) => `parser.add_argument("--password", help="of the store", default=${double(v)})`,
    ],
    ['keys that are sent to a field', 'py', (v) => `driver.find_element(By.ID, "password").send_keys(${double(v)})`],
    ['account that is made', 'py', (v) => `User.objects.create_user("ops", "ops@orders.internal", ${double(v)})`],
    ['list of credentials', 'py', (v) => `PASSWORDS = {\n    "ops": ${double(v)},\n}`],
    ['field that is filled', 'ts', (v) => `await page.fill('#password', ${single(v)});`],
    ['field that is typed into', 'ts', (v) => `await userEvent.type(passwordInput, ${single(v)});`],
    ['field with a label', 'ts', (v) => `await page.getByLabel('Password').fill(${single(v)});`],
    ['key of a token', 'ts', (v) => `const pass = jwt.sign({ id: user.id }, ${single(v)}, { expiresIn: '1h' });`],
    [
      'halves that a variable joins',
      'ts',
      (v) => `const left = '${halves(v)[0]}';\nconst right = '${halves(v)[1]}';\nconst password = left + right;`,
    ],
    ['field of a browser test', 'js', (v) => `cy.get('input[name=password]').type(${single(v)});`],
    ['secret of cookies', 'js', (v) => `app.use(cookieParser(${single(v)}));`],
    ['variable that is filled in', 'js', (v) => `const word = ${single(v)};\nawait page.fill('#password', word);`],
    ['label of a form', 'rb', (v) => `fill_in 'Password', with: ${single(v)}`],
    ['fallback of a variable', 'rb', (v) => `stored = ENV.fetch('${v.name.upper}', ${single(v)})`],
    [
      'comparison',
      'c',
      (v) => `static int opens(const char *password)\n{\n    return strcmp(password, ${double(v)}) == 0;\n}`,
    ],
    ['network', 'cpp', (v) => `void begin()\n{\n    WiFi.begin("office", ${double(v)});\n}`],
    [
      'network credential',
      'cs',
      (v) => `class Net {\n    readonly ICredentials all = new NetworkCredential("ops", ${double(v)});\n}`,
    ],
    [
      'property with a default',
      'cs',
      (v) => `class Settings {\n    public string Password { get; set; } = ${double(v)};\n}`,
    ],
    [
      'credentials of mail',
      'rs',
      (v) => `fn own() -> Credentials {\n    Credentials::new("ops".into(), ${double(v)}.into())\n}`,
    ],
    [
      'row of an insert',
      'sql',
      (v) => `INSERT INTO member (name, password, city) VALUES\n  ('ops', ${single(v)}, 'Bern');`,
    ],
    ['login of a server', 'sql', (v) => `EXEC sp_addlogin 'ops', ${single(v)}, 'master';`],
    ['last word of htpasswd', 'sh', (v) => `htpasswd -b -c .htpasswd ops '${v.text}'`],
    ['archive', 'sh', (v) => `7z x -p'${v.text}' dump.7z`],
    [
      'what a command is sent',
      'sh',
      (v) => `expect -c 'spawn ssh ops@db.internal; expect "assword:"; send "${v.text}\\r"; interact'`,
    ],
    [
      'field on a screen',
      'kt',
      (v) => `fun enter() {\n    onView(withId(R.id.password)).perform(typeText(${double(v)}))\n}`,
    ],
  ],
);
