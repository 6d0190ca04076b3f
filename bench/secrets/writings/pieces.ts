/** Writings of one value in pieces: joined by operators, line breaks or lists. */
import { inPieces, quoted, writings } from '../writing.ts';

const each = (pieces: readonly string[], quote: '"' | "'") => pieces.map((piece) => quoted(piece, quote));

export const pieces = writings(
  ['value', 'text'],
  [
    ['concatenation', 'js', inPieces(2, (p, v) => `const ${v.name.camel} = ${each(p, "'").join(' + ')};`)],
    [
      'concatenation over lines',
      'ts',
      inPieces(2, (p, v) => `const ${v.name.camel} =\n  ${each(p, "'").join(' +\n  ')};`),
    ],
    ['joined list', 'ts', inPieces(2, (p, v) => `const ${v.name.camel} = [${each(p, "'").join(', ')}].join('');`)],
    [
      'implicit concatenation',
      'py',
      inPieces(2, (p, v) => `${v.name.snake} = (\n    ${each(p, '"').join('\n    ')}\n)`),
    ],
    [
      'addition',
      'py',
      inPieces(2, (p, v) => `${v.name.snake} = ${each(p, '"')[0]}\n${v.name.snake} += ${each(p, '"')[1]}`),
    ],
    ['continuation line', 'py', inPieces(2, (p, v) => `${v.name.snake} = ${each(p, '"').join(' \\\n    ')}`)],
    ['concatenation', 'go', inPieces(2, (p, v) => `var ${v.name.camel} = ${each(p, '"').join(' +\n\t')}`)],
    ['concat!', 'rs', inPieces(2, (p, v) => `const ${v.name.upper}: &str = concat!(${each(p, '"').join(', ')});`)],
    [
      'concatenation over lines',
      'java',
      inPieces(
        2,
        (p, v) => `class Joined {\n    static final String ${v.name.upper} = ${each(p, '"').join('\n        + ')};\n}`,
      ),
    ],
    [
      'string builder',
      'java',
      inPieces(
        2,
        (p, v) =>
          `class Built {\n    String ${v.name.camel}() {\n        return new StringBuilder()${each(p, '"')
            .map((piece) => `.append(${piece})`)
            .join('')}.toString();\n    }\n}`,
      ),
    ],
    [
      'concatenation',
      'cs',
      inPieces(
        2,
        (p, v) => `class Joined {\n    static readonly string ${v.name.pascal} = ${each(p, '"').join(' + ')};\n}`,
      ),
    ],
    ['backslash between literals', 'rb', inPieces(2, (p, v) => `${v.name.snake} = ${each(p, "'").join(' \\\n  ')}`)],
    ['concatenation', 'php', inPieces(2, (p, v) => `$${v.name.camel} = ${each(p, "'").join(' . ')};`)],
    [
      'adjacent literals',
      'c',
      inPieces(2, (p, v) => `static const char ${v.name.snake}[] =\n    ${each(p, '"').join('\n    ')};`),
    ],
    [
      'two variables',
      'sh',
      inPieces(
        2,
        (p, v) =>
          `${v.name.upper}_A=${each(p, '"')[0]}\n${v.name.upper}_B=${each(p, '"')[1]}\nexport ${v.name.upper}="$${v.name.upper}_A$${v.name.upper}_B"`,
      ),
    ],
    [
      'two constants',
      'ts',
      inPieces(
        2,
        (p, v) =>
          `const first${v.name.pascal} = ${each(p, "'")[0]};\nconst second${v.name.pascal} = ${each(p, "'")[1]};`,
      ),
    ],
  ],
  true,
);
