/** Writings of one value in data and configuration formats: inside programs, and as separate files. */
import { double, escaped, quoted, single, type Written, writings } from '../writing.ts';

const yaml = (v: Written, by = '') => `${by}${v.name.snake}: ${single(v)}`;
const json = (v: Written) => `{\n  "region": "eu",\n  "${v.name.camel}": ${JSON.stringify(v.text)}\n}`;
const properties = (v: Written) => `orders.region=eu\norders.${v.name.dotted}=${v.text}\norders.retries=3`;
const element = (v: Written) =>
  `<settings>\n  <region>eu</region>\n  <${v.name.camel}>${v.text}</${v.name.camel}>\n</settings>`;

export const formats = [
  ...writings(
    ['value', 'text'],
    [
      ['YAML in a here-document', 'sh', (v) => `cat > config.yml <<'EOF'\nregion: eu\n${yaml(v)}\nEOF`],
      [
        'YAML with double quotes in a here-document',
        'rb',
        (v) => `CONFIG = <<~YAML\n  region: eu\n  ${v.name.kebab}: ${double(v)}\nYAML`,
      ],
      [
        'Kubernetes environment in a string',
        'py',
        (v) => `MANIFEST = """\nenv:\n  - name: ${v.name.upper}\n    value: ${single(v)}\n"""`,
      ],
      ['TOML in a string', 'py', (v) => `CONFIG = '''\n[orders]\nregion = "eu"\n${v.name.snake} = ${double(v)}\n'''`],
      [
        'INI in a here-document',
        'sh',
        (v) => `cat > orders.ini <<EOF\n[orders]\nregion = eu\n${v.name.snake} = ${v.text}\nEOF`,
      ],
      ['INI in a raw string', 'go', (v) => `const config = \`\n[orders]\nregion=eu\n${v.name.snake}=${v.text}\n\``],
      ['JSON in a template literal', 'ts', (v) => `export const fixture = \`${json(v)}\`;`],
      ['JSON in a raw string', 'go', (v) => `var fixture = []byte(\`${json(v)}\`)`],
      ['JSON in a here-document', 'sh', (v) => `cat > settings.json <<'EOF'\n${json(v)}\nEOF`],
      [
        'XML in a text block',
        'java',
        escaped((v) => `class Fixture {\n    static final String XML = """\n${element(v)}\n""";\n}`),
      ],
      [
        'XML attribute in a raw string',
        'cs',
        escaped(
          (v) =>
            `class Fixture {\n    const string Xml = """\n<add key="${v.name.pascal}" value="${v.text}" />\n""";\n}`,
        ),
      ],
      [
        'properties in a text block',
        'java',
        (v) => `class Properties {\n    static final String TEXT = """\n${properties(v)}\n""";\n}`,
      ],
      [
        'Markdown in a comment',
        'rs',
        (v) =>
          `/// | setting | value |\n/// |---|---|\n/// | ${v.name.words} | ${v.text} |\npub fn table() -> usize {\n    3\n}`,
      ],
      ['Markdown in a string', 'py', (v) => `README = """\n## Staging\n\n- ${v.name.words}: \`${v.text}\`\n"""`],
      ['CSV in a string', 'rb', (v) => `ROWS = <<~CSV\n  name,user,${v.name.snake}\n  staging,admin,${v.text}\nCSV`],
      [
        'HTML form in a string',
        'php',
        escaped((v) => `echo '<input type="hidden" name="${v.name.snake}" value="${v.text}">';`),
      ],
      [
        'HCL in a here-document',
        'sh',
        (v) => `cat > terraform.tfvars <<'EOF'\nregion = "eu"\n${v.name.snake} = ${double(v)}\nEOF`,
      ],
      [
        'user data in a here-document',
        'tf',
        (v) =>
          `resource "cloud_instance" "node" {\n  user_data = <<-EOT\n    #!/bin/sh\n    export ${v.name.upper}=${double(v)}\n  EOT\n}`,
      ],
      [
        'SQL in a string',
        'py',
        (v) => `db.execute(${quoted(`UPDATE settings SET ${v.name.snake} = '${v.text}'`, '"')})`,
      ],
      [
        'printf into a file',
        'c',
        (v) =>
          `static void write_config(FILE *out)\n{\n    fprintf(out, ${quoted(`${v.name.snake} = ${v.text}`, '"').slice(0, -1)}\\n");\n}`,
      ],
      ['properties file', 'ini', (v) => `[orders]\n${v.name.snake} = ${v.text}`],
      ['YAML file', 'yaml', (v) => yaml(v)],
      ['TOML file', 'toml', (v) => `${v.name.snake} = ${double(v)}`],
      ['JSON file', 'json', (v) => `  { ${JSON.stringify(v.name.camel)}: ${JSON.stringify(v.text)} },`],
      ['XML file', 'xml', escaped(element)],
      ['Markdown file', 'md', (v) => `The ${v.name.words} is \`${v.text}\`.`],
    ],
  ),
  ...writings(
    ['value'],
    [
      [
        'unquoted YAML in a here-document',
        'sh',
        (v) => `cat <<EOF | kubectl apply -f -\nstringData:\n  ${v.name.kebab}: ${v.text}\nEOF`,
      ],
      ['.env in a here-document', 'sh', (v) => `cat > .env <<EOF\nREGION=eu\n${v.name.upper}=${v.text}\nEOF`],
      [
        'Dockerfile in a here-document',
        'sh',
        (v) => `docker build -t orders - <<'EOF'\nFROM node:22\nENV ${v.name.upper}=${v.text}\nEOF`,
      ],
      [
        'Dockerfile in a string',
        'py',
        (v) => `DOCKERFILE = """\nFROM python:3.13\nARG ${v.name.upper}=${v.text}\nRUN pip install orders\n"""`,
      ],
      ['Dockerfile', 'dockerfile', (v) => `ENV ${v.name.upper} ${v.text}`],
    ],
  ),
];
