/** Writings of multi-line secrets: keys and file contents. */
import { indented, quoted, writings } from '../writing.ts';

const lines = (text: string) => text.split('\n');
/** As one string with escaped line breaks. */
const escaped = (text: string, quote: '"' | "'") =>
  lines(text)
    .map((line) => quoted(line, quote).slice(1, -1))
    .join('\\n');

export const blocks = writings(
  ['block'],
  [
    ['template literal', 'ts', (v) => `export const ${v.name.camel} = \`${v.text}\`;`],
    ['one string with escapes', 'ts', (v) => `const ${v.name.camel} = '${escaped(v.text, "'")}';`],
    [
      'concatenated lines',
      'js',
      (v) =>
        `const ${v.name.camel} =\n  ${lines(v.text)
          .map((line) => quoted(`${line}`, "'").replace(/'$/, "\\n'"))
          .join(' +\n  ')};`,
    ],
    [
      'joined list of lines',
      'js',
      (v) =>
        `const ${v.name.camel} = [\n  ${lines(v.text)
          .map((line) => quoted(line, "'"))
          .join(',\n  ')},\n].join('\\n');`,
    ],
    ['block comment', 'js', (v) => `/*\n${indented(v.text, ' * ')}\n */\nconst kept = open('kept');`],
    ['triple quotes', 'py', (v) => `${v.name.upper} = """${v.text}\n"""`],
    [
      'adjacent literals',
      'py',
      (v) =>
        `${v.name.upper} = (\n${lines(v.text)
          .map((line) => `    "${escaped(line, '"')}\\n"`)
          .join('\n')}\n)`,
    ],
    ['written to a file', 'py', (v) => `Path("${v.name.kebab}").write_text("${escaped(v.text, '"')}\\n")`],
    ['line comments', 'py', (v) => `${indented(v.text, '# ')}\nkept = open_session("kept")`],
    [
      'documentation string',
      'py',
      (v) =>
        `def example_${v.name.snake}():\n    """As ops has it:\n\n${indented(v.text, '    ')}\n    """\n    return None`,
    ],
    ['raw string', 'go', (v) => `const ${v.name.camel} = \`${v.text}\``],
    ['one string with escapes', 'go', (v) => `var ${v.name.camel} = []byte("${escaped(v.text, '"')}")`],
    [
      'lines added up',
      'go',
      (v) =>
        `var ${v.name.camel} = ${lines(v.text)
          .map((line) => `"${escaped(line, '"')}\\n"`)
          .join(' +\n\t')}`,
    ],
    ['raw string', 'rs', (v) => `static ${v.name.upper}: &str = r#"${v.text}"#;`],
    ['documentation comment', 'rs', (v) => `${indented(v.text, '/// ')}\npub fn kept() -> usize {\n    1\n}`],
    [
      'text block',
      'java',
      (v) =>
        `class Text {\n    static final String ${v.name.upper} = """\n${indented(v.text, '        ')}\n        """;\n}`,
    ],
    [
      'concatenated lines',
      'java',
      (v) =>
        `class Lines {\n    static final String ${v.name.upper} = ${lines(v.text)
          .map((line) => `"${escaped(line, '"')}\\n"`)
          .join('\n        + ')};\n}`,
    ],
    ['raw string', 'cs', (v) => `class Text {\n    const string ${v.name.pascal} = """\n${v.text}\n""";\n}`],
    ['here-document', 'rb', (v) => `${v.name.upper} = <<~TEXT\n${indented(v.text, '  ')}\nTEXT`],
    ['here-document', 'php', (v) => `$${v.name.camel} = <<<'TEXT'\n${v.text}\nTEXT;`],
    [
      'adjacent literals',
      'c',
      (v) =>
        `static const char ${v.name.snake}[] =\n${lines(v.text)
          .map((line) => `    "${escaped(line, '"')}\\n"`)
          .join('\n')};`,
    ],
    ['raw string', 'cpp', (v) => `const char *const ${v.name.snake} = R"TEXT(${v.text})TEXT";`],
    ['here-document into a file', 'sh', (v) => `cat > "$HOME/${v.name.kebab}" <<'EOF'\n${v.text}\nEOF`],
    [
      'indented here-document',
      'sh',
      (v) =>
        `install_${v.name.snake}() {\n  tee "/etc/${v.name.kebab}" <<-EOF >/dev/null\n${indented(v.text, '\t')}\n\tEOF\n}`,
    ],
    ['printf', 'sh', (v) => `printf '${escaped(v.text.replaceAll("'", '"'), "'")}\\n' > "$HOME/${v.name.kebab}"`],
    [
      'lines by echo',
      'sh',
      (v) =>
        lines(v.text)
          .map((line) => `echo '${line.replaceAll("'", "'\\''")}' >> "$HOME/${v.name.kebab}"`)
          .join('\n'),
    ],
    ['comment', 'sh', (v) => `${indented(v.text, '# ')}\n./sync --all`],
    ['block comment', 'sql', (v) => `/*\n${v.text}\n*/\nSELECT 1;`],
    [
      'here-document',
      'tf',
      (v) => `resource "cloud_file" "main" {\n  content = <<-EOT\n${indented(v.text, '    ')}\n  EOT\n}`,
    ],
    ['here-string', 'ps1', (v) => `$${v.name.pascal} = @'\n${v.text}\n'@`],
    ['triple quotes', 'kt', (v) => `val ${v.name.camel} = """\n${indented(v.text, '    ')}\n""".trimIndent()`],
    [
      'YAML block in a here-document',
      'sh',
      (v) => `kubectl apply -f - <<EOF\nstringData:\n  ${v.name.kebab}: |\n${indented(v.text, '    ')}\nEOF`,
    ],
    ['YAML file', 'yaml', (v) => `${v.name.kebab}: |\n${indented(v.text, '  ')}`],
    ['Markdown file', 'md', (v) => `\`\`\`\n${v.text}\n\`\`\``],
  ],
);
