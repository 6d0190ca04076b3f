import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed. */
it.each([
  ['the account of a machine in an HTML comment', '<!-- root:«hunter2foo» -->'],
  ['the account of a machine with a slash', '<!-- admin / «hunter2foo» -->'],
  ['a login in a JSX comment', '{/* login: root / «Orbitstar» */}'],
  ['a login in a block comment', '/* login: root / «Orbitstar» */'],
  ['a former password', '// old password was «Hunterlake»'],
  ['a former password in a block comment', '/* The password used to be «Hunterlake». */'],
  ['a password in French', '# mot de passe : «hunter2foo»'],
  ['a password in French after a no-break space', '# Mot de passe\u00a0: «hunter2foo»'],
  ['a password in Chinese', '# 密码：«hunter2foo»'],
  ['a password in a Chinese sentence', '// 数据库密码是 «hunter2foo»'],
  ['a password in Japanese', '# パスワード：«hunter2foo»'],
  ['a password in typographic quotes', '# Passwort: „«hunter2foo»“'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['HTML comments without a login', '<!-- root:container -->\n<!-- admin / settings -->\n<!-- admin: panel2 -->'],
  ['prose with "pass"', "# pass 'ignore' to skip it, Pass `limits` there"],
  ['a reference to a document', '# of a token (RFC7627), at tables.html#65'],
  ['an image tag of a commit', '# admin:commit-1a2b3c4 and ghcr.io/shop/root:sha-5d6e7f8 are built'],
  ['a sentence about a former password', '// the old password was removed\n// the password was Required'],
  ['a rule for passwords in French', '# mot de passe : obligatoire'],
  ['a rule for passwords in Chinese', '# 密码：必填\n# 密码长度：8'],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));
