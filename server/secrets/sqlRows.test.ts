import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['one row', "INSERT INTO member (name, email, password) VALUES ('mia', 'mia@shop.internal', '«tigermoon»');"],
  [
    'several rows',
    "INSERT INTO member (name, password, city) VALUES\n  ('mia', '«Sommer_Rex»', 'Bern'),\n  ('jonas', '«tigermoon»', 'Kiel');",
  ],
  ['a column in quotes', 'INSERT INTO "member" ("name", "pass_word", "pwd") VALUES (\'mia\', null, \'«tigermoon»\');'],
  [
    'many columns',
    "REPLACE INTO m (a, b, c, d, e, f, g, h, i, passwd) VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, '«moonpizza»');",
  ],
  ['no columns', "INSERT INTO accounts VALUES (7, 'mia', 'mia@shop.internal', '«Winter_Rex30»', 1);"],
  ['no columns, before the address', "INSERT INTO `users` VALUES (1,'mia','«Winter30»','mia@shop.internal');"],
  ['a string of a program', `db.run("INSERT INTO m (name, pin) VALUES ('mia', '«482133»')")`],
])('a password in %s is found', (_, lines) => expectFound(lines));

it.each([
  ['placeholders for values', 'db.execute("INSERT INTO member (name, password) VALUES (?, ?)", name, hash)'],
  ['other columns', "INSERT INTO member (name, city) VALUES ('mia', 'Bernhausen');"],
  ['the word for a password', "INSERT INTO member (name, password) VALUES ('mia', 'password');"],
  ['rows of a select', 'INSERT INTO member (name, password) SELECT name, old FROM guest;'],
  ['words before an address', "INSERT INTO users VALUES (7, 'Bern', 'active', 'mia@shop.internal');"],
  ['words before an address among orders', "INSERT INTO orders VALUES (7, 'Paket30', 'mia@shop.internal');"],
  ['words after an address', "INSERT INTO accounts VALUES (7, 'mia@shop.internal', 'Bern', 'active');"],
])('%s: not taken for passwords', (_, lines) => expectLetPass(lines));
