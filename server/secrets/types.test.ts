import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a slice', 'const PASSWORD: &[u8] = b"«starlucky»";'],
  ['an array with its length', 'const PASSWORD: [u8; 9] = *b"«starlucky»";'],
  ['a static string', 'const PASSWORD: &\'static str = "«starlucky»";'],
  ['bytes in Go', 'var password []byte = []byte("«starlucky»")'],
  ['an array in C', 'char password[16] = "«starlucky»";'],
  ['an Optional', 'password: Optional[str] = "«starlucky»"'],
  ['a union in Python', 'password: str | None = "«starlucky»"'],
  ['a union in TypeScript', "let password: string | null = '«starlucky»';"],
  ['a nullable type', 'val password: String? = "«starlucky»"'],
])('a password after the type of its name, %s, is found', (_, lines) => expectFound(lines));

it.each([
  ['a cast', '    .password = (uint8_t *)"«starlucky»",'],
  ['a type argument', "const [password, setPassword] = useState<string>('«starlucky»');"],
])('a password after %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a type without a value', 'password: Optional[str]'],
  ['a type and a reference', 'var password []byte = readPassword()'],
  ['a path in a link', 'f"/v2/list/SignConnection:run?triggerId=api_trigger/SignConnection#list_entity1"'],
  ['a comparison', 'while (password[0] == quote) next();'],
])('%s is not taken for a secret', (_, line) => expectLetPass(line));
