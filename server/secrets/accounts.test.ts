import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed. */
it.each([
  ['a colon', 'accounts = """\nmia@shop.internal:«Sonne99x»\njonas@shop.internal:«Regen88y»\n"""'],
  ['a semicolon', 'const accounts = ["mia@shop.internal;«Sonne99!»;admin"];'],
])('a password after a mail address and %s is found', (_, lines) => expectFound(lines));

it.each([
  ['the path of a git remote', 'origin = git@github.com:owner/repo2'],
  ['the path of a copy by scp', 'scp dump.sql root@files.internal.example.com:backup2024'],
  ['a file on another machine', 'target = svc@files.example.com:dump2024.tgz'],
  ['a port', 'relay = svc@mail.example.com:587587'],
  ['a column name', 'author: mia@shop.example.com;username'],
])('after an account and host, %s is not taken for a password', (_, line) => expectLetPass(line));

it.each([
  ['JavaScript', 'if (name === "admin" && word === "«larkspur0717»") return owner();'],
  ['Python', 'if user == "root" and code == "«larkspur0717»":\n    allow()'],
  ['Java', 'if ("admin".equals(user) && "«larkspur0717»".equals(word)) allow();'],
  ['PHP', "if ($user == 'admin' && $word === '«larkspur0717»') allow();"],
])('what an account is compared with is found in %s', (_, line) => expectFound(line));

it.each([
  ['a role', 'if (role === "admin" && page === "settings") open();'],
  ['a kind of event', 'if (who === "root" && event.kind === "file-opened") log();'],
])('beside an account, %s is not taken for a password', (_, line) => expectLetPass(line));
