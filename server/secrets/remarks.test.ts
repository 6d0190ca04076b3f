import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed. */
it.each([
  ['an account with its words', '// user: mia, pass: «seegurke»'],
  ['a default login', '# default login is admin / «Seegurke»'],
  ['how to log in', '"""Log in with mia:«Seegurke» to see the report."""'],
  ['the account of a machine in an HTML comment', '<!-- root:«hunter2foo» -->'],
  ['the account of a machine with a slash', '<!-- admin / «hunter2foo» -->'],
  ['a login in a JSX comment', '{/* login: root / «Orbitstar» */}'],
  ['a login in a block comment', '/* login: root / «Orbitstar» */'],
  [
    'a password beside the words of a login',
    '# log in to the router with admin and «Bramble4550!», else it answers 403',
  ],
  ['a password to log in with', '// use «larkspur0717» to log in on staging'],
  ['a password with a mark at its end', '// ask Ines, or use «Pewter3580!»'],
  ['a network with its password', '# wifi: lumen-guest / «thistle8052»'],
  ['a password after a mail address', '/* mia@shop.internal with «qR7vTz2kLw9x» until SSO works */'],
  ['a password with a dollar sign', '# rotate it: «dRz0l$MFIU!n2T»'],
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
  [
    'names with numbers beside a login',
    '// log in on port 8080 with OAuth2, see RFC7636 and TICKET1234, as in Base64Url',
  ],
  ['a sentence with an exclamation', '// log in twice: needs IPv4 and Python39!'],
  ['variables in a command', '# run "$HOST$Port1!" after the login'],
  ['HTML comments without a login', '<!-- root:container -->\n<!-- admin / settings -->\n<!-- admin: panel2 -->'],
  ['prose with "pass"', "# pass 'ignore' to skip it, Pass `limits` there"],
  ['a reference to a document', '# of a token (RFC7627), at tables.html#65'],
  ['an image tag of a commit', '# admin:commit-1a2b3c4 and ghcr.io/shop/root:sha-5d6e7f8 are built'],
  ['a sentence about a former password', '// the old password was removed\n// the password was Required'],
  ['a rule for passwords in French', '# mot de passe : obligatoire'],
  ['a rule for passwords in Chinese', '# 密码：必填\n# 密码长度：8'],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));

it.each([
  [
    'a line of a docstring',
    'def demo(session):\n    """Opens the demo.\n\n    Log in with demo@shop.example / «Violet2029?» (read only).\n    """\n    return session',
  ],
  ['a line of a comment without marks', '/*\n  Sign in as demo@shop.example / «Copper2019$»\n*/\nrun();'],
  ["the code of a documentation's line", '/**\n * password for tests is {@code «Bramble2018#»}\n */'],
])('a password in %s is found', (_, lines) => expectFound(lines));

it.each([
  ['behind a docstring', 'def demo():\n    """Log in as root."""\n    return login(user, v2_page / Violet2029)'],
  ['behind a docstring of several lines', 'def demo():\n    """Log in.\n    """\n    x = demo@shop / Violet2029'],
  ['a path behind an address', '# maintained by mia@shop.example / docs-team'],
])('%s, nothing is taken for a password', (_, lines) => expectLetPass(lines));
