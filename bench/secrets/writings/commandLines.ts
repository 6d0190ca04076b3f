/** Ways of writing a shell command line. */
import { quoted, writings } from '../writing.ts';

const all = (text: string, quote: '"' | "'" | '`') => quoted(text, quote);

/** Split as by a shell. */
const argumentsOf = (command: string) =>
  (command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));

export const commandLines = writings(
  ['command'],
  [
    ['line', 'sh', (v) => v.text],
    ['line in a function', 'sh', (v) => `${v.name.snake}_all() {\n  set -e\n  ${v.text}\n}`],
    ['line behind a condition', 'sh', (v) => `[ "$STAGE" = production ] && ${v.text}`],
    ['continued line', 'sh', (v) => v.text.replace(/ (?=-|<|@|https?:)/, ' \\\n  ')],
    ['commented-out line', 'sh', (v) => `# ${v.text}\n./${v.name.kebab} --all`],
    ['output taken', 'sh', (v) => `${v.name.upper}_RESULT=$(${v.text})`],
    ['line in a here-document', 'sh', (v) => `ssh deploy@web1.internal <<'EOF'\ncd /srv/orders\n${v.text}\nEOF`],
    [
      'RUN of a Dockerfile in a here-document',
      'sh',
      (v) => `cat > Dockerfile <<'EOF'\nFROM debian:12\nRUN ${v.text}\nEOF`,
    ],
    ['step of a workflow in a here-document', 'sh', (v) => `cat > .ci.yml <<'EOF'\nsteps:\n  - run: ${v.text}\nEOF`],
    ['os.system', 'py', (v) => `os.system(${all(v.text, '"')})`],
    ['subprocess with a shell', 'py', (v) => `subprocess.run(${all(v.text, "'")}, shell=True, check=True)`],
    [
      'subprocess with a list',
      'py',
      (v) =>
        `subprocess.run([${argumentsOf(v.text)
          .map((part) => all(part, '"'))
          .join(', ')}])`,
    ],
    [
      'documentation string',
      'py',
      (v) => `def ${v.name.snake}_by_hand():\n    """By hand::\n\n        $ ${v.text}\n    """\n    return None`,
    ],
    ['execSync', 'js', (v) => `execSync(${all(v.text, '`')}, { stdio: 'inherit' });`],
    ['script of a package in a string', 'js', (v) => `scripts['${v.name.kebab}'] = ${all(v.text, "'")};`],
    ['line comment', 'ts', (v) => `// ${v.text}\nconst last = run('last');`],
    [
      'list of arguments',
      'go',
      (v) =>
        `var ${v.name.camel} = []string{${argumentsOf(v.text)
          .map((part) => all(part, '"'))
          .join(', ')}}`,
    ],
    ['backticks', 'rb', (v) => `result = \`${v.text}\``],
    ['system', 'rb', (v) => `system(${all(v.text, '"')})`],
    ['shell_exec', 'php', (v) => `shell_exec(${all(v.text, '"')});`],
    ['system', 'c', (v) => `static int ${v.name.snake}(void)\n{\n    return system(${all(v.text, '"')});\n}`],
    [
      'Runtime.exec',
      'java',
      (v) =>
        `class Runner {\n    void run() throws Exception {\n        Runtime.getRuntime().exec(${all(v.text, '"')});\n    }\n}`,
    ],
    ['documentation comment', 'rs', (v) => `/// $ ${v.text}\npub fn by_hand() -> usize {\n    1\n}`],
    [
      'local-exec',
      'tf',
      (v) =>
        `resource "null_resource" "run" {\n  provisioner "local-exec" {\n    command = ${all(v.text, '"')}\n  }\n}`,
    ],
    ['line', 'ps1', (v) => `& ${v.text}`],
    ['RUN', 'dockerfile', (v) => `RUN ${v.text}`],
    ['Markdown file', 'md', (v) => `\`\`\`sh\n${v.text}\n\`\`\``],
  ],
);
