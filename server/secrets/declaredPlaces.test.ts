import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: words that only the place in a declaration gives away. */
it.each([
  ['a function', 'def connect(host, user, password):\n    dial(host)\n\nconnect("db1", "crm", "«Zitterrochen»")'],
  ['a method', 'class Db:\n    def dial(self, user, password):\n        pass\n\ndb.dial("crm", "«Zitterrochen»")'],
  [
    'a method with a phrase',
    'class Gate:\n    def open(self, badge, passphrase):\n        pass\n\ngate.open("west", "«oslo under snø»")',
  ],
  ['a constructor', 'Gate(String user, String password) { open(); }\nGate gate = new Gate("mia", "«Zitterrochen»");'],
  [
    'a constructor by its word',
    'class Gate {\n  constructor(private user: string, private password: string) {}\n}\nnew Gate("mia", "«drei Möwen»");',
  ],
  ['a class in Kotlin', 'class Gate(val user: String, val pass: String)\nval gate = Gate("mia", "«Zitterrochen»")'],
  [
    'an associated function',
    'impl Gate {\n fn new(user: &str, password: &str) -> Self {}\n}\nGate::new("a", "«Seegurke»");',
  ],
  [
    'the constants of an enumeration',
    'enum Branch {\n  NORTH("n", "«Zitterrochen»"), SOUTH("s", "«Seegurke»");\n  Branch(String code, String password) {}\n}',
  ],
  ['a record', 'record Account(string Name, string Password);\nvar all = new[] { new Account("mia", "«Seegurke»") };'],
  ['a structure in Ruby', "Account = Struct.new(:name, :password)\nADMIN = Account.new('mia', '«Zitterrochen»')"],
  ['a named tuple', "Account = namedtuple('Account', ['name', 'password'])\nadmin = Account('mia', '«Zitterrochen»')"],
  [
    'a named tuple in one text',
    "Account = namedtuple('Account', 'name password')\nadmin = Account('mia', '«Seegurke»')",
  ],
  ['a data class', 'class Conf:\n    host: str\n    password: str\n\nlive = Conf("db1", "«Zitterrochen»")'],
  [
    'a struct in Go',
    'type Conf struct {\n\tHost, User string\n\tPassword string\n}\n\nvar live = Conf{"a", "b", "«Seegurke»"}',
  ],
  [
    'a struct in C',
    'struct conf { const char *host, *password; };\nstatic struct conf live = { "db1", "«Zitterrochen»" };',
  ],
  [
    'rows of a struct',
    'type Conf struct {\n\tHost string\n\tPassword string\n}\n\nvar all = []Conf{\n\t{"a", "«Seegurke»"},\n}',
  ],
  ['rows of a struct without a name', 'tests := []struct{ name, password string }{\n\t{"ok", "«Zitterrochen»"},\n}'],
  ['a parametrized test', '@mark.parametrize("user,password", [("mia", "«Zitterrochen»"), ("ben", "«Seegurke»")])'],
])('the password at the place that %s has is found', (_, lines) => expectFound(lines));

it.each([
  ['another place', 'def connect(host, password, mode):\n    dial(host)\n\nconnect("db1", secret, "Zitterrochen")'],
  ['a call that passes a password on', 'log("opened", password);\nlog("opened", "Zitterrochen");'],
  ['a field about passwords', 'class Rule(val name: String, val passwordHint: String)\nRule("a", "Zitterrochen")'],
  ['a text of a function with a password', 'def check(name, password):\n    fail(name, "Zitterrochen")'],
  ['a variable', 'record Account(string Name, string Password);\nnew Account("mia", given.Password);'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
