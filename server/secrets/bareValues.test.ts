import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` is what may not stay: words that nothing quotes. */
it.each([
  ['a property of Java', 'java -Djavax.net.ssl.trustStorePassword=«starlucky» -jar x.jar'],
  ['a value of a chart', 'helm install x y --set auth.password=«starlucky»'],
  ['a literal of a secret', 'kubectl create secret generic x --from-literal=password=«starlucky»'],
  ['a variable of Terraform', 'terraform apply -var db_password=«starlucky»'],
  ['a field of a form', 'curl -F password=«starlucky» https://x.internal'],
  ['a variable of a shell', 'set -e\npassword=«starlucky»\nlogin "$password"'],
  ['a variable that stays', 'readonly password=«starlucky»'],
  ['a setting whose name has several words', 'cat > app.properties <<EOT\nspring.datasource.password=«starlucky»\nEOT'],
  ['settings in a here document', 'cat > my.cnf <<EOT\n[client]\npassword=«starlucky»\nEOT'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['the last argument of a call', 'connect(\n    user=user,\n    password=entered\n)'],
  ['a variable that stands elsewhere too', 'entered = ask()\npassword=entered'],
  ['what is set on an object', 'set(\n    5\n)\nself.form.password=entered\nform.password=given'],
  ['a subtraction', 'rest = -size - password=entered'],
])('%s is let pass', (_, line) => expectLetPass(line));
