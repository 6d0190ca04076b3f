/** Passwords from generators begin with any sign; in code, such signs are operators, patterns and selectors. */
import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a star', 'box.login("inbox", "«*T8ioQ_A.dw»")'],
  ['an exclamation mark', 'new PasswordAuthentication("post", "«!e63qlTCtWFa»".toCharArray());'],
  [
    'an exclamation mark, in a connection string',
    'const db = "Server=db;User ID=svc;Pwd=«!_X3ggWnKogM»;Encrypt=True;";',
  ],
  ['a number sign', 'Environment.SetEnvironmentVariable("SMTP_PASSWORD", "«#f46Td_mR»");'],
  ['a dot', 'const conf = $"Server={host};Uid=svc;Pwd=«.86g9W3Or-»;";'],
  ['a dash', 'const conf = `\ndb:\n  user: svc\n  password: «-*fWE-BGtj9sc»\n`'],
  ['two signs', 'ENV = """\nDB_PASS=«!!Wms9VA.895w»\n"""'],
  ['two dashes', 'mount -t cifs //h/s /m -o username=svc,password=«--f-6N7M_tUCvp»'],
])('a password that begins with %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a negated name', 'const isPassword = !isToken2FAEnabled'],
  ['arguments that are passed on', 'return login(user, password, *extraArgs2)'],
  ['a pattern of files', 'const secrets = ["*.Test2.cs", "*Secret3.json"]'],
  ['the selector of an element', "await page.fill('#loginPassword2', typed)"],
  ['a member that is implied', 'field.contentType = .newPassword2\n    token = .leftBrace'],
  ['a flag', 'run("--password-stdin --maxTries3")'],
  ['a type behind a reference', 'fn login(password: &HashedPassword) {}'],
  ['a difference', 'let secret = -Offset2Max + x'],
])('%s is not taken for a password', (_, line) => expectLetPass(line));
