import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: unquoted words. */
it.each([
  ['a property of Java', 'java -Djavax.net.ssl.trustStorePassword=«starlucky» -jar x.jar'],
  ['a value of a chart', 'helm install x y --set auth.password=«starlucky»'],
  ['a literal of a secret', 'kubectl create secret generic x --from-literal=password=«starlucky»'],
  ['a variable of Terraform', 'terraform apply -var db_password=«starlucky»'],
  ['a field of a form', 'curl -F password=«starlucky» https://x.internal'],
  ['a variable of a shell', 'set -e\npassword=«starlucky»\nlogin "$password"'],
  ['a variable that stays', 'readonly password=«starlucky»'],
  ['a setting whose name has several words', 'cat > app.properties <<EOT\nspring.datasource.password=«starlucky»\nEOT'],
  ['an account of a database', 'ALTER USER stock IDENTIFIED BY «starlucky»;'],
  ['an account that is made', 'create user stock identified by «starlucky»\n  default tablespace users;'],
  ['an option of Windows', 'schedule.exe /user svc /password «starlucky»'],
  ['settings in a here document', 'cat > my.cnf <<EOT\n[client]\npassword=«starlucky»\nEOT'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['the last argument of a call', 'connect(\n    user=user,\n    password=entered\n)'],
  ['a variable that stands elsewhere too', 'entered = ask()\npassword=entered'],
  ['what is set on an object', 'set(\n    5\n)\nself.form.password=entered\nform.password=given'],
  ['a form of an account', '// shows a login/password form, or sends username/password before it'],
  ['a row that is told by its number', '// rows are identified by number, an ALTER USER is not'],
  ['what a verb hands over', '// could be pass to `shrink` without a context'],
  ['a subtraction', 'rest = -size - password=entered'],
])('%s is let pass', (_, line) => expectLetPass(line));
