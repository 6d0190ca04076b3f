import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a table', '# user,password,role\n# mia,«tigermoon7»,admin\n# jonas,«starlucky7»,guest'],
  ['a table with bars', '# | user | password |\n# |---|---|\n# | mia | «tigermoon7» |'],
  [
    'a row with a comma in quotes, and in the rows behind it',
    'const accounts = `\nname,password,city\n"Doe, Mia",«tigermoon7»,Bern\nJonas,«starlucky7»,Kiel\n`;',
  ],
  [
    'strings that a program joins',
    "const accounts =\n  'user,password,role\\n' +\n  'mia,«tigermoon7»,admin\\n' +\n  'jonas,«starlucky7»,guest\\n';",
  ],
  [
    'strings of a list',
    'accounts = [\n  "user,password,role\\n",\n  "mia,«tigermoon7»,admin\\n",\n  "jonas,«starlucky7»,guest\\n",\n]',
  ],
])('a password in the column of %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a call below arguments', "connect(\n  user, password, host\n);\nsend(first, 'tigermoon7', last);"],
  ['a call with fewer arguments', "connect(\n  user, password, host);\nsend(first, 'tigermoon7');"],
])('%s: not taken for a table', (_, lines) => expectLetPass(lines));
