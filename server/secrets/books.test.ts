import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a map', "const logins = { mia: '«sunshine299»', jonas: '«Dragon_Rex41»' };"],
  ['a multi-line map', 'var passwords = map[string]string{\n\t"mia":   "«Toyotamoon»",\n\t"jonas": "«hannah2004»",\n}'],
  ['pairs', "CREDENTIALS = [\n    ('mia', '«r1v3rnight»'),\n    ('jonas', '«mooncookies!»'),\n]"],
  ['a hash', "LOGINS = { 'mia' => '«sunshine299»', 'jonas' => '«Dragonriver»' }"],
  [
    'a map that is looked up',
    "USERS = {\n    'admin': '«Zuckerwatte»',\n    'mia': '«lakritz77»',\n}\nok = USERS.get(user) == password",
  ],
  [
    'a Map that is looked up',
    "const users = new Map([['mia', '«Seegurke»']]);\nif (users.get(name) === form.password) open();",
  ],
  ['basic authentication', "app.use(basicAuth({ users: { mia: '«zitterrochen»' } }));"],
])('passwords beside their accounts in %s are found', (_, lines) => expectFound(lines));

it.each([
  ['names of columns', "const accounts = { table: 'accounts', order: 'created' };"],
  ['kinds', "const logins = [('form', 'basic'), ('token', 'bearer')];"],
  ['people whose ids are compared', "users = { mia: 'Kielhausen', jonas: 'Seegurke' }\nok = users.get(name) == id"],
  ['a call', 'const credentials = await readCredentials(path);'],
  ['a type', 'type Credentials = { user: string; password: string };'],
  ['values after the list', "const logins = {};\nconst city = { mia: 'Kielhausen7' };"],
])('%s: not taken for passwords', (_, lines) => expectLetPass(lines));
