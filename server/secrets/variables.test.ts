import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['an attribute in a string', 'String bean = "<property name=\\"password\\" value=\\"«HwE$FmYLM7027q»\\"/>";'],
  ['a comment', '    // PW fürs Portal: «5ct$Z6KpaWeb7q»'],
  ['a comment about a machine', '/* router: admin / «T9o$D7hHwtBp7q» */'],
  ['a string of PHP', "$parolaChiave = '«4x0$YijnSsWN7q»';"],
  ['a string of TypeScript', 'const door = "«OOm$CUpiSEVv7q»";'],
  ['a comment, twice', '/* SFTP: depot_in, password «pa$$Word-Lime3», port 2222 */'],
  ['a row of people', 'USERS = [("anna", "«pa$$Word-Lime3»", "admin")]'],
])('a password with a dollar sign in %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a variable', 'password = "prefix$name2"; text = "Password=$word"; open("Order$orderId2", "Row2$rowName")'],
  ['several variables', 'password="A1$PREFIX$nameTwo"'],
  ['an inner class', 'load("org.shop.Outer$Inner2", "a.b.Orders$V2Parser")'],
  ['parts of an id', 'resolve("msg123$$tool456");\n// as in messageID$$toolCallID'],
])('%s is no password', (_, lines) => expectLetPass(lines));
