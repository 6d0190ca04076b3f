/** Code to plant in: files of ordinary functions, different in every file, around one spot. */
import type { Random } from '../../server/common/random.ts';
import { oneOf } from './draws.ts';
import { nameOf } from './kind.ts';

const nouns =
  'order invoice parcel route ticket member article price basket stock report shift calendar event reading gauge meter picture album track queue batch window panel layer region street station carrier supplier refund discount voucher category shelf warehouse pallet label address customer session message thread comment draft branch commit build release sensor device frame pixel cursor token vector matrix polygon segment column header'.split(
    ' ',
  );
const verbs =
  'load store merge split count group filter sort rank trim pad round scale shift collect publish archive restore update remove insert find match render draw measure compare convert parse format validate schedule assign release reserve confirm cancel'.split(
    ' ',
  );
const adjectives = 'open late heavy empty recent visible pending broken local shared narrow ready'.split(' ');

/** The names used in one function; each file draws its own. */
interface Words {
  readonly verb: string;
  readonly noun: string;
  readonly Noun: string;
  readonly other: string;
  readonly Other: string;
  readonly adjective: string;
  readonly Adjective: string;
  readonly Verb: string;
  readonly few: number;
  readonly many: number;
}

type Template = (words: Words) => string;

interface Host {
  readonly extension: string;
  readonly templates: readonly Template[];
  readonly head?: string;
  readonly foot?: string;
}

const script: readonly Template[] = [
  (w) =>
    `export function ${w.verb}${w.Noun}s(${w.noun}s, ${w.other}) {\n  const ${w.adjective} = ${w.noun}s.filter((${w.noun}) => ${w.noun}.${w.other} > ${w.few});\n  if (${w.adjective}.length === 0) return ${w.other};\n  return ${w.adjective}.reduce((total, ${w.noun}) => total + ${w.noun}.size * ${w.many}, 0);\n}`,
  (w) =>
    `export class ${w.Adjective}${w.Noun} {\n  #${w.other}s = [];\n\n  ${w.verb}(${w.other}) {\n    if (this.#${w.other}s.includes(${w.other})) throw new Error('The ${w.other} is there already.');\n    this.#${w.other}s.push(${w.other});\n    return this.#${w.other}s.length;\n  }\n}`,
  (w) =>
    `export async function ${w.verb}${w.Adjective}${w.Noun}(${w.other}) {\n  for (const ${w.noun} of await ${w.other}.${w.noun}s()) {\n    if (!${w.noun}.${w.adjective}) continue;\n    await ${w.other}.${w.verb}(${w.noun}, { limit: ${w.many} });\n  }\n}`,
];
const typed: readonly Template[] = [
  (w) =>
    `export interface ${w.Adjective}${w.Noun} {\n  readonly ${w.other}: string;\n  readonly ${w.noun}Count: number;\n  readonly ${w.adjective}: boolean;\n}`,
  (w) =>
    `export function ${w.verb}${w.Noun}(${w.noun}s: readonly ${w.Noun}[], most = ${w.many}): ${w.Noun}[] {\n  const seen = new Map<string, ${w.Noun}>();\n  for (const ${w.noun} of ${w.noun}s) {\n    if (seen.size >= most) break;\n    seen.set(${w.noun}.${w.other}, ${w.noun});\n  }\n  return [...seen.values()];\n}`,
  ...script.slice(1),
];
const members = (type: string, list: string, each: (w: Words) => string): readonly Template[] => [
  (w) =>
    `class ${w.Adjective}${w.Noun} {\n    private final int ${w.other};\n\n    ${w.Adjective}${w.Noun}(int ${w.other}) {\n        this.${w.other} = ${w.other} + ${w.few};\n    }\n\n    int ${w.verb}(int ${w.noun}) {\n        return ${w.noun} > ${w.many} ? ${w.other} : ${w.noun} * ${w.few};\n    }\n}`.replaceAll(
      'private final',
      type,
    ),
  (w) =>
    `class ${w.Noun}${w.Verb}r {\n    int ${w.verb}${w.Noun}s(${list} ${w.noun}s) {\n        int total = ${w.few};\n        ${each(w)} {\n            if (${w.other} < ${w.many}) continue;\n            total += ${w.other} - ${w.few};\n        }\n        return total;\n    }\n}`,
];
const native: readonly Template[] = [
  (w) =>
    `static int ${w.verb}_${w.noun}(const struct ${w.noun} *${w.noun}, int ${w.other})\n{\n    int total = ${w.few};\n    for (int i = 0; i < ${w.noun}->${w.other}s; i++) {\n        if (${w.noun}->${w.adjective}[i] > ${w.other})\n            total += ${w.noun}->${w.adjective}[i] * ${w.many};\n    }\n    return total;\n}`,
  (w) =>
    `struct ${w.adjective}_${w.noun} {\n    int ${w.other}_count;\n    double ${w.noun}_${w.other};\n    const char *${w.verb}_label;\n};`,
  (w) =>
    `int ${w.verb}_${w.adjective}_${w.noun}(int ${w.other})\n{\n    if (${w.other} <= ${w.few})\n        return ${w.many};\n    return ${w.verb}_${w.noun}s(${w.other} - 1) + ${w.few};\n}`,
];

export const hosts = {
  ts: { extension: 'ts', templates: typed },
  js: { extension: 'js', templates: script },
  py: {
    extension: 'py',
    templates: [
      (w) =>
        `def ${w.verb}_${w.noun}s(${w.noun}s, ${w.other}=${w.many}):\n    ${w.adjective} = [${w.noun} for ${w.noun} in ${w.noun}s if ${w.noun}.${w.other} > ${w.few}]\n    if not ${w.adjective}:\n        return ${w.other}\n    return sum(${w.noun}.size for ${w.noun} in ${w.adjective}) * ${w.few}\n`,
      (w) =>
        `class ${w.Adjective}${w.Noun}:\n    def __init__(self, ${w.other}):\n        self.${w.other} = ${w.other}\n        self.${w.noun}s = []\n\n    def ${w.verb}(self, ${w.noun}):\n        if len(self.${w.noun}s) > ${w.many}:\n            self.${w.noun}s.pop(0)\n        self.${w.noun}s.append(${w.noun})\n`,
    ],
  },
  go: {
    extension: 'go',
    head: 'package orders\n',
    templates: [
      (w) =>
        `func ${w.verb}${w.Noun}s(${w.noun}s []${w.Noun}, ${w.other} int) int {\n\ttotal := ${w.few}\n\tfor _, ${w.noun} := range ${w.noun}s {\n\t\tif ${w.noun}.${w.Other} < ${w.other} {\n\t\t\tcontinue\n\t\t}\n\t\ttotal += ${w.noun}.${w.Adjective} * ${w.many}\n\t}\n\treturn total\n}`,
      (w) =>
        `type ${w.Adjective}${w.Noun} struct {\n\t${w.Other} string\n\t${w.Verb}Limit int\n}\n\nfunc (${w.noun} *${w.Adjective}${w.Noun}) ${w.Verb}(${w.other} string) error {\n\tif ${w.other} == "" {\n\t\treturn errors.New("no ${w.other}")\n\t}\n\t${w.noun}.${w.Other} = ${w.other}\n\treturn nil\n}`,
    ],
  },
  rs: {
    extension: 'rs',
    templates: [
      (w) =>
        `pub fn ${w.verb}_${w.noun}s(${w.noun}s: &[${w.Noun}], ${w.other}: usize) -> usize {\n    ${w.noun}s\n        .iter()\n        .filter(|${w.noun}| ${w.noun}.${w.adjective} > ${w.few})\n        .map(|${w.noun}| ${w.noun}.${w.other} * ${w.many})\n        .sum::<usize>()\n        + ${w.other}\n}`,
      (w) =>
        `pub struct ${w.Adjective}${w.Noun} {\n    ${w.other}: String,\n    ${w.noun}_count: usize,\n}\n\nimpl ${w.Adjective}${w.Noun} {\n    pub fn ${w.verb}(&mut self, ${w.noun}: usize) -> usize {\n        self.${w.noun}_count += ${w.noun} + ${w.few};\n        self.${w.noun}_count\n    }\n}`,
    ],
  },
  java: { extension: 'java', templates: members('private final', 'int[]', (w) => `for (int ${w.other} : ${w.noun}s)`) },
  cs: {
    extension: 'cs',
    templates: members('private readonly', 'int[]', (w) => `foreach (int ${w.other} in ${w.noun}s)`),
  },
  rb: {
    extension: 'rb',
    templates: [
      (w) =>
        `def ${w.verb}_${w.noun}s(${w.noun}s, ${w.other} = ${w.many})\n  ${w.adjective} = ${w.noun}s.select { |${w.noun}| ${w.noun}.${w.other} > ${w.few} }\n  return ${w.other} if ${w.adjective}.empty?\n\n  ${w.adjective}.sum(&:size) * ${w.few}\nend`,
      (w) =>
        `class ${w.Adjective}${w.Noun}\n  attr_reader :${w.other}\n\n  def initialize(${w.other})\n    @${w.other} = ${w.other}\n    @${w.noun}s = []\n  end\n\n  def ${w.verb}(${w.noun})\n    @${w.noun}s.shift if @${w.noun}s.size > ${w.many}\n    @${w.noun}s << ${w.noun}\n  end\nend`,
    ],
  },
  php: {
    extension: 'php',
    head: '<?php\n',
    templates: [
      (w) =>
        `function ${w.verb}_${w.noun}s(array $${w.noun}s, int $${w.other} = ${w.many}): int\n{\n    $total = ${w.few};\n    foreach ($${w.noun}s as $${w.noun}) {\n        if ($${w.noun}->${w.adjective} > $${w.other}) {\n            $total += $${w.noun}->${w.other};\n        }\n    }\n    return $total;\n}`,
      (w) =>
        `final class ${w.Adjective}${w.Noun}\n{\n    private array $${w.other}s = [];\n\n    public function ${w.verb}(string $${w.other}): int\n    {\n        $this->${w.other}s[] = $${w.other};\n        return count($this->${w.other}s) + ${w.few};\n    }\n}`,
    ],
  },
  c: { extension: 'c', templates: native },
  cpp: {
    extension: 'cpp',
    templates: [
      ...native,
      (w) =>
        `class ${w.Adjective}${w.Noun} {\n  public:\n    explicit ${w.Adjective}${w.Noun}(int ${w.other}) : ${w.other}_(${w.other}) {}\n    int ${w.verb}(int ${w.noun}) const { return ${w.noun} > ${w.many} ? ${w.other}_ : ${w.noun} + ${w.few}; }\n\n  private:\n    int ${w.other}_;\n};`,
    ],
  },
  sh: {
    extension: 'sh',
    head: '#!/bin/sh\n',
    templates: [
      (w) =>
        `${w.verb}_${w.noun}s() {\n  local ${w.other}="$1"\n  local total=${w.few}\n  for ${w.noun} in "$${w.other}"/*.${w.adjective}; do\n    [ -f "$${w.noun}" ] || continue\n    total=$((total + ${w.many}))\n  done\n  echo "$total"\n}`,
      (w) =>
        `if [ ! -d "/srv/${w.noun}s/${w.adjective}" ]; then\n  mkdir -p "/srv/${w.noun}s/${w.adjective}"\n  ${w.verb}_${w.noun}s "/srv/${w.other}s" | tee "/var/log/${w.verb}.log"\nfi`,
    ],
  },
  sql: {
    extension: 'sql',
    templates: [
      (w) =>
        `CREATE TABLE ${w.adjective}_${w.noun}s (\n  id integer PRIMARY KEY,\n  ${w.other}_id integer NOT NULL,\n  ${w.verb}_count integer DEFAULT ${w.few}\n);`,
      (w) =>
        `SELECT ${w.noun}.id, count(*) AS ${w.other}s\nFROM ${w.noun}s AS ${w.noun}\nJOIN ${w.other}s ON ${w.other}s.${w.noun}_id = ${w.noun}.id\nWHERE ${w.noun}.${w.adjective} > ${w.many}\nGROUP BY ${w.noun}.id;`,
    ],
  },
  tf: {
    extension: 'tf',
    templates: [
      (w) =>
        `resource "cloud_instance" "${w.adjective}_${w.noun}" {\n  name  = "${w.noun}-${w.other}"\n  count = ${w.few}\n\n  labels = {\n    team = "${w.other}s"\n    role = "${w.verb}"\n  }\n}`,
      (w) =>
        `variable "${w.verb}_${w.noun}_limit" {\n  type        = number\n  default     = ${w.many}\n  description = "How many ${w.other}s one ${w.noun} may have"\n}`,
    ],
  },
  kt: {
    extension: 'kt',
    templates: [
      (w) =>
        `class ${w.Adjective}${w.Noun}(private val ${w.other}: Int) {\n    fun ${w.verb}(${w.noun}s: List<Int>): Int {\n        val ${w.adjective} = ${w.noun}s.filter { it > ${w.few} }\n        return ${w.adjective}.sumOf { it * ${w.many} } + ${w.other}\n    }\n}`,
    ],
  },
  swift: {
    extension: 'swift',
    templates: [
      (w) =>
        `struct ${w.Adjective}${w.Noun} {\n    let ${w.other}: Int\n\n    func ${w.verb}(_ ${w.noun}s: [Int]) -> Int {\n        let ${w.adjective} = ${w.noun}s.filter { $0 > ${w.few} }\n        return ${w.adjective}.reduce(${w.other}) { $0 + $1 * ${w.many} }\n    }\n}`,
    ],
  },
  ps1: {
    extension: 'ps1',
    templates: [
      (w) =>
        `function ${w.Verb}-${w.Noun} {\n    param([string]$${w.Other}, [int]$${w.Adjective} = ${w.many})\n    $total = ${w.few}\n    foreach ($${w.noun} in Get-ChildItem $${w.Other}) {\n        if ($${w.noun}.Length -gt $${w.Adjective}) { $total += $${w.noun}.Length }\n    }\n    return $total\n}`,
    ],
  },
  // Not mined today: planted for the day they are.
  yaml: {
    extension: 'yaml',
    templates: [(w) => `${w.adjective}-${w.noun}:\n  ${w.other}: ${w.verb}\n  limit: ${w.many}`],
  },
  toml: {
    extension: 'toml',
    templates: [(w) => `[${w.noun}.${w.adjective}]\n${w.other} = "${w.verb}"\nlimit = ${w.many}`],
  },
  ini: {
    extension: 'ini',
    templates: [(w) => `[${w.noun}-${w.adjective}]\n${w.other} = ${w.verb}\nlimit = ${w.many}`],
  },
  json: {
    extension: 'json',
    head: '[',
    foot: '{}\n]',
    templates: [(w) => `  { "${w.noun}": "${w.adjective}", "${w.other}": "${w.verb}", "limit": ${w.many} },`],
  },
  xml: {
    extension: 'xml',
    head: '<all>',
    foot: '</all>',
    templates: [(w) => `<${w.noun} kind="${w.adjective}"><${w.other}>${w.many}</${w.other}></${w.noun}>`],
  },
  md: {
    extension: 'md',
    templates: [(w) => `## ${w.Verb} a ${w.noun}\n\nEvery ${w.adjective} ${w.noun} has ${w.few} ${w.other}s.`],
  },
  dockerfile: {
    extension: 'Dockerfile',
    head: 'FROM debian:12',
    templates: [(w) => `COPY ${w.noun}s/ /srv/${w.adjective}/\nRUN ${w.verb} --limit ${w.many}`],
  },
} as const satisfies Readonly<Record<string, Host>>;

export type HostName = keyof typeof hosts;

/** Blocks of code in one language, each with its own names and numbers. */
export function blocks(host: HostName, random: Random, count: number): string[] {
  const { templates } = hosts[host] as Host;
  return Array.from({ length: count }, () => {
    const pascal = (word: string) => nameOf(word).pascal;
    const [noun, other] = random.shuffle(nouns) as [string, string];
    const verb = oneOf(random, verbs);
    const adjective = oneOf(random, adjectives);
    const few = 2 + random.below(90);
    return oneOf(
      random,
      templates,
    )({
      verb,
      noun,
      other,
      adjective,
      Verb: pascal(verb),
      Noun: pascal(noun),
      Other: pascal(other),
      Adjective: pascal(adjective),
      few,
      many: few + 1 + random.below(900),
    });
  });
}

/** A complete file of those blocks. */
export function fileOf(host: HostName, pieces: readonly string[]): string {
  const { head, foot } = hosts[host] as Host;
  return `${[...(head === undefined ? [] : [head]), ...pieces, ...(foot === undefined ? [] : [foot])].join('\n\n')}\n`;
}
