import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed. */
it.each([
  ['the account of a machine in a page', '<!-- root:«hunter2foo» -->'],
  ['the account of a machine with a bar', '<!-- admin / «hunter2foo» -->'],
  ['a login in a remark of JSX', '{/* login: root / «Orbitstar» */}'],
  ['a login in a remark of a block', '/* login: root / «Orbitstar» */'],
  ['a word that was the password', '// old password was «Hunterlake»'],
  ['a word that was the password in a block', '/* The password used to be «Hunterlake». */'],
  ['a password in French', '# mot de passe : «hunter2foo»'],
  ['a password in French behind a blank that does not break', '# Mot de passe\u00a0: «hunter2foo»'],
  ['a password in Chinese', '# 密码：«hunter2foo»'],
  ['a password in a Chinese sentence', '// 数据库密码是 «hunter2foo»'],
  ['a password in Japanese', '# パスワード：«hunter2foo»'],
  ['a password in quotes of a printer', '# Passwort: „«hunter2foo»“'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['what a page has', '<!-- root:container -->\n<!-- admin / settings -->\n<!-- admin: panel2 -->'],
  ['what is passed to a call', "# pass 'ignore' to skip it, Pass `limits` there"],
  ['a document that says how', '# of a token (RFC7627), at tables.html#65'],
  ['an image of a commit', '# admin:commit-1a2b3c4 and ghcr.io/shop/root:sha-5d6e7f8 are built'],
  ['what was done to a password', '// the old password was removed\n// the password was Required'],
  ['what a password has to be in French', '# mot de passe : obligatoire'],
  ['what a password has to be in Chinese', '# 密码：必填\n# 密码长度：8'],
])('%s is let pass', (_, lines) => expectLetPass(lines));
