/** Ways of writing one value in each language's syntax. */
import { oneOf } from '../draws.ts';
import { double, quoted, single, type Written, writings } from '../writing.ts';

const calls = ['connect', 'login', 'authenticate', 'openSession', 'createClient'];
const snakeCalls = ['connect', 'login', 'authenticate', 'open_session', 'create_client'];
const call = ({ random }: Written) => oneOf(random, calls);
const snakeCall = ({ random }: Written) => oneOf(random, snakeCalls);

export const values = [
  ...writings(
    ['value', 'text'],
    [
      ['constant', 'ts', (v) => `const ${v.name.camel} = ${single(v)};`],
      [
        'property of an object',
        'ts',
        (v) => `export const settings = {\n  retries: 3,\n  ${v.name.camel}: ${double(v)},\n  region: 'eu-west-1',\n};`,
      ],
      [
        'class field in a template literal',
        'ts',
        (v) => `class Connection {\n  private readonly ${v.name.camel} = ${quoted(v.text, '`')};\n}`,
      ],
      [
        'default of an environment variable',
        'ts',
        (v) => `const ${v.name.camel} = process.env.${v.name.upper} ?? ${single(v)};`,
      ],
      [
        'assertion of a test',
        'ts',
        (v) => `it('signs in', () => {\n  expect(client.${v.name.camel}).toBe(${single(v)});\n});`,
      ],
      [
        'positional argument',
        'js',
        (v) => `const client = ${call(v)}('https://api.orders.internal', 'admin', ${single(v)});`,
      ],
      ['only argument', 'js', (v) => `app.set${v.name.pascal}(${double(v)});`],
      ['line comment', 'js', (v) => `// ${v.name.words} for staging: ${v.text}\nconst staging = open('staging');`],
      [
        'block comment',
        'js',
        (v) =>
          `/*\n * Ask ops before you change it.\n * ${v.name.words} = ${v.text}\n */\nconst shared = open('shared');`,
      ],
      ['computed key', 'js', (v) => `config['${v.name.snake}'] = ${single(v)};`],
      [
        'JSON inside a string',
        'js',
        (v) => `const body = ${quoted(JSON.stringify({ region: 'eu', [v.name.camel]: v.text }), "'")};`,
      ],
      [
        'header of a request',
        'ts',
        (v) => `await fetch(url, {\n  headers: { accept: 'application/json', 'x-${v.name.kebab}': ${single(v)} },\n});`,
      ],
      [
        'commented-out assignment',
        'py',
        (v) => `# ${v.name.snake} = ${double(v)}\n${v.name.snake} = os.environ["${v.name.upper}"]`,
      ],
      ['assignment', 'py', (v) => `${v.name.upper} = ${double(v)}`],
      [
        'dictionary entry',
        'py',
        (v) => `SETTINGS = {\n    "region": "eu-west-1",\n    "${v.name.snake}": ${double(v)},\n}`,
      ],
      ['keyword argument', 'py', (v) => `client = Client(host="db.internal", ${v.name.snake}=${single(v)})`],
      [
        'default of an environment variable',
        'py',
        (v) => `${v.name.snake} = os.environ.get("${v.name.upper}", ${double(v)})`,
      ],
      [
        'default of a parameter',
        'py',
        (v) =>
          `def ${snakeCall(v)}(user="admin", ${v.name.snake}=${double(v)}):\n    return Session(user, ${v.name.snake})`,
      ],
      ['positional argument', 'py', (v) => `session = ${snakeCall(v)}("db.internal", "admin", ${double(v)})`],
      [
        'documentation string',
        'py',
        (v) =>
          `def ${snakeCall(v)}_staging():\n    """Opens staging.\n\n    The ${v.name.words} is ${v.text} there.\n    """\n    return open_session("staging")`,
      ],
      ['trailing comment', 'py', (v) => `session = open_session(user, key)  # ${v.name.words}: ${v.text}`],
      ['comparison', 'py', (v) => `if request.args.get("${v.name.snake}") == ${double(v)}:\n    allow(request)`],
      ['bytes', 'py', (v) => `${v.name.snake} = b${double(v)}`],
      ['constant', 'go', (v) => `const ${v.name.camel} = ${double(v)}`],
      [
        'field of a literal',
        'go',
        (v) => `var settings = Settings{\n\tRegion: "eu-west-1",\n\t${v.name.pascal}: ${double(v)},\n}`,
      ],
      ['raw string', 'go', (v) => `var ${v.name.camel} = \`${v.text}\``],
      [
        'positional argument',
        'go',
        (v) => `func open() (*Client, error) {\n\treturn ${call(v)}("db.internal:5432", "admin", ${double(v)})\n}`,
      ],
      ['environment set', 'go', (v) => `func init() {\n\tos.Setenv("${v.name.upper}", ${double(v)})\n}`],
      ['map entry', 'go', (v) => `var known = map[string]string{\n\t"${v.name.kebab}": ${double(v)},\n}`],
      ['constant', 'rs', (v) => `const ${v.name.upper}: &str = ${double(v)};`],
      [
        'documentation comment',
        'rs',
        (v) =>
          `/// Connects to staging, where ${v.name.words}=${v.text}\npub fn staging() -> Session {\n    Session::open("staging")\n}`,
      ],
      [
        'builder',
        'rs',
        (v) =>
          `fn open() -> Client {\n    Client::builder().host("db.internal").${v.name.snake}(${double(v)}).build()\n}`,
      ],
      [
        'fallback',
        'rs',
        (v) =>
          `fn key() -> String {\n    std::env::var("${v.name.upper}").unwrap_or_else(|_| ${double(v)}.to_string())\n}`,
      ],
      ['raw string', 'rs', (v) => `static ${v.name.upper}: &str = r#"${v.text}"#;`],
      ['constant', 'java', (v) => `class Held {\n    static final String ${v.name.upper} = ${double(v)};\n}`],
      [
        'system property',
        'java',
        (v) =>
          `class Start {\n    static void start() {\n        System.setProperty("orders.${v.name.dotted}", ${double(v)});\n    }\n}`,
      ],
      [
        'annotation',
        'java',
        (v) =>
          `class Bean {\n    @Value("\${orders.${v.name.kebab}:${v.text.replaceAll('"', '\\"')}}")\n    private String ${v.name.camel};\n}`,
      ],
      [
        'builder',
        'java',
        (v) =>
          `class Opening {\n    Client open() {\n        return Client.builder().user("admin").${v.name.camel}(${double(v)}).build();\n    }\n}`,
      ],
      [
        'positional argument',
        'java',
        (v) =>
          `class Opener {\n    Connection open() throws Exception {\n        return DriverManager.getConnection(URL, "admin", ${double(v)});\n    }\n}`,
      ],
      ['constant', 'cs', (v) => `class Held {\n    private const string ${v.name.pascal} = ${double(v)};\n}`],
      [
        'verbatim string',
        'cs',
        (v) => `class Verbatim {\n    static readonly string ${v.name.pascal} = @"${v.text.replaceAll('"', '""')}";\n}`,
      ],
      [
        'option',
        'cs',
        (v) =>
          `class Setup {\n    void Configure(Options options) {\n        options.Region = "eu";\n        options.${v.name.pascal} = ${double(v)};\n    }\n}`,
      ],
      [
        'dictionary',
        'cs',
        (v) =>
          `class Known {\n    static readonly Dictionary<string, string> All = new() { ["${v.name.kebab}"] = ${double(v)} };\n}`,
      ],
      ['assignment', 'rb', (v) => `${v.name.upper} = ${single(v)}`],
      ['hash', 'rb', (v) => `settings = { region: 'eu', ${v.name.snake}: ${single(v)} }`],
      ['hash rocket', 'rb', (v) => `settings = { 'region' => 'eu', '${v.name.snake}' => ${double(v)} }`],
      ['environment default', 'rb', (v) => `ENV['${v.name.upper}'] ||= ${single(v)}`],
      ['percent literal', 'rb', (v) => `${v.name.snake} = %q{${v.text}}`],
      ['call without brackets', 'rb', (v) => `${snakeCall(v)} 'db.internal', 'admin', ${single(v)}`],
      ['define', 'php', (v) => `define('${v.name.upper}', ${single(v)});`],
      ['array', 'php', (v) => `return [\n    'region' => 'eu',\n    '${v.name.snake}' => ${single(v)},\n];`],
      ['variable', 'php', (v) => `$${v.name.camel} = ${double(v)};`],
      ['positional argument', 'php', (v) => `$link = mysqli_connect('db.internal', 'admin', ${single(v)}, 'orders');`],
      ['macro', 'c', (v) => `#define ${v.name.upper} ${double(v)}`],
      ['character array', 'c', (v) => `static const char ${v.name.snake}[] = ${double(v)};`],
      ['copy', 'c', (v) => `static void set_${v.name.snake}(char *out)\n{\n    strcpy(out, ${double(v)});\n}`],
      ['string view', 'cpp', (v) => `constexpr std::string_view k${v.name.pascal} = ${double(v)};`],
      ['positional argument', 'cpp', (v) => `auto session = ${call(v)}("db.internal", "admin", ${double(v)});`],
      ['quoted assignment', 'sh', (v) => `${v.name.upper}=${double(v)}`],
      ['export with single quotes', 'sh', (v) => `export ${v.name.upper}='${v.text.replaceAll("'", "'\\''")}'`],
      ['default', 'sh', (v) => `: "\${${v.name.upper}:=${v.text.replaceAll('"', '\\"')}}"`],
      ['comment', 'sh', (v) => `# ${v.name.words}: ${v.text}\n./sync --all`],
      [
        'insert',
        'sql',
        (v) => `INSERT INTO settings (name, value) VALUES ('${v.name.snake}', '${v.text.replaceAll("'", "''")}');`,
      ],
      [
        'update',
        'sql',
        (v) => `UPDATE settings SET value = '${v.text.replaceAll("'", "''")}' WHERE name = '${v.name.snake}';`,
      ],
      ['comment', 'sql', (v) => `-- ${v.name.words}: ${v.text}\nSELECT 1;`],
      [
        'attribute',
        'tf',
        (v) => `resource "cloud_app" "main" {\n  name = "orders"\n  ${v.name.snake} = ${double(v)}\n}`,
      ],
      [
        'variable default',
        'tf',
        (v) => `variable "${v.name.snake}" {\n  type    = string\n  default = ${double(v)}\n}`,
      ],
      ['constant', 'kt', (v) => `private const val ${v.name.upper} = ${double(v)}`],
      ['named argument', 'kt', (v) => `val client = Client(host = "db.internal", ${v.name.camel} = ${double(v)})`],
      ['constant', 'swift', (v) => `let ${v.name.camel} = ${double(v)}`],
      ['variable', 'ps1', (v) => `$${v.name.pascal} = ${double(v)}`],
      [
        'secure string',
        'ps1',
        (v) => `$Secure = ConvertTo-SecureString '${v.text.replaceAll("'", "''")}' -AsPlainText -Force`,
      ],
    ],
  ),
  ...writings(
    ['value'],
    [
      ['unquoted export', 'sh', (v) => `export ${v.name.upper}=${v.text}`],
      ['unquoted assignment before a command', 'sh', (v) => `${v.name.upper}=${v.text} ./deploy.sh production`],
      ['argument', 'sh', (v) => `./sync --endpoint https://api.orders.internal --${v.name.kebab} ${v.text}`],
      ['argument with equals sign', 'sh', (v) => `./sync --${v.name.kebab}=${v.text} --all`],
      ['positional argument', 'sh', (v) => `./login.sh admin ${v.text}`],
      ['pipe', 'sh', (v) => `echo ${v.text} | ./login --user admin --stdin`],
      ['argument', 'ps1', (v) => `Connect-Orders -User admin -${v.name.pascal} ${v.text}`],
      ['template with other text', 'js', (v) => `const line = \`user=admin;${v.name.camel}=${v.text};tz=utc\`;`],
      [
        'environment of a child process',
        'py',
        (v) => `subprocess.run(["./deploy"], env={"${v.name.upper}": "${v.text}"})`,
      ],
      ['list of arguments', 'py', (v) => `subprocess.run(["./sync", "--${v.name.kebab}", "${v.text}"])`],
      ['list of arguments', 'go', (v) => `var sync = exec.Command("./sync", "--${v.name.kebab}", "${v.text}")`],
    ],
  ),
];
