import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a slice', 'const PASSWORD: &[u8] = b"«starlucky»";'],
  ['an array with its length', 'const PASSWORD: [u8; 9] = *b"«starlucky»";'],
  ['a text that lives for ever', 'const PASSWORD: &\'static str = "«starlucky»";'],
  ['bytes in Go', 'var password []byte = []byte("«starlucky»")'],
  ['an array in C', 'char password[16] = "«starlucky»";'],
  ['what may be missing', 'password: Optional[str] = "«starlucky»"'],
  ['one of two', 'password: str | None = "«starlucky»"'],
  ['one of two in TypeScript', "let password: string | null = '«starlucky»';"],
  ['what may be missing, with a sign', 'val password: String? = "«starlucky»"'],
])('a word behind the type of its name, %s, is found', (_, lines) => expectFound(lines));

it.each([
  ['a cast', '    .password = (uint8_t *)"«starlucky»",'],
  ['the type that a call is told', "const [password, setPassword] = useState<string>('«starlucky»');"],
])('a word behind %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a type without a value', 'password: Optional[str]'],
  ['a type and a reference', 'var password []byte = readPassword()'],
  ['a place in a link', 'f"/v2/list/SignConnection:run?triggerId=api_trigger/SignConnection#list_entity1"'],
  ['a comparison', 'while (password[0] == quote) next();'],
])('%s is let pass', (_, line) => expectLetPass(line));
