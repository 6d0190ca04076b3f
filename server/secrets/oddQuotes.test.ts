import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['three quotes', 'password = """«starlucky»"""'],
  ['three quotes on lines of their own', 'String password = """\n    «starlucky»\n    """;'],
  ["PHP's here document", '$password = <<<EOT\n«starlucky»\nEOT;'],
  ["PHP's here document in quotes", "$password = <<<'EOT'\n«starlucky»\nEOT;"],
  ["C++'s raw text", 'const std::string password = R"(«starlucky»)";'],
  ["Rust's raw bytes", 'const PASSWORD: &[u8] = br#"«starlucky»"#;'],
  ["Lua's long brackets", 'local password = [[«starlucky»]]'],
  ["Lua's longer brackets", 'local password = [==[«starlucky»]==]'],
  ["Perl's operator", 'my $password = qq/«starlucky»/;'],
  ["Ruby's words", 'LOGIN = %w[shop «Ember1995$»]'],
  ["Ruby's words for two names", 'USER, PASSWORD = %w(shop «Bramble1990?»)'],
  ["a shell's array", 'CREDS=(mia «Copper1979!»)'],
  ["Julia's raw text", 'password = raw"«starlucky»"'],
])('a word in %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a text of several words', 'password_help = """\n    Enter what you were sent.\n    """'],
  ['the docstring of a function named password', 'def password(self):\n    """\n    Checked\n    """'],
  ['a list of names', 'PASSWORD_FIELDS = %w[password confirmation]'],
  ["a shell's array of variables", 'CREDS=(mia $PASS1)'],
  ['a list of lists', 'passwords = [[first, second], [third]]'],
])('%s is not taken for a secret', (_, line) => expectLetPass(line));
