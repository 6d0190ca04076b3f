import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: unquoted words. */
it.each([
  ['a Java system property', 'java -Djavax.net.ssl.trustStorePassword=«starlucky» -jar x.jar'],
  ['a Helm value', 'helm install x y --set auth.password=«starlucky»'],
  ['a literal of a Kubernetes secret', 'kubectl create secret generic x --from-literal=password=«starlucky»'],
  ['a Terraform variable', 'terraform apply -var db_password=«starlucky»'],
  ['a form field', 'curl -F password=«starlucky» https://x.internal'],
  ['a shell variable', 'set -e\npassword=«starlucky»\nlogin "$password"'],
  ['a readonly shell variable', 'readonly password=«starlucky»'],
  ['a setting with a dotted name', 'cat > app.properties <<EOT\nspring.datasource.password=«starlucky»\nEOT'],
  ['an altered database account', 'ALTER USER stock IDENTIFIED BY «starlucky»;'],
  ['a new database account', 'create user stock identified by «starlucky»\n  default tablespace users;'],
  ['a Windows option', 'schedule.exe /user svc /password «starlucky»'],
  ['a setting in capitals', 'env:\n  RAILS_ENV: test\n  DB_PASS: «starlucky»'],
  ['a variable of a makefile', 'DB_USER := shop\nDB_PASS := «starlucky-maple-otter»\n\nrun:'],
  ["Ansible's password for sudo", 'ansible_become_pass: «Starlucky»'],
  ['a setting below its account', 'wifi:\n  ssid: attic\n  password: «starlucky»'],
  ['a setting with blanks around its sign', '[pypi]\nusername = shop\npassword = «starlucky»'],
  ['three words alone on their line', '[options]\nadmin_passwd = «montagne du loup»'],
  ['an exported token', 'export NPM_TOKEN=«starlight47meadow»'],
  ['a token before a command', 'NPM_TOKEN=«starlight47meadow» npm publish'],
  ['settings in a here document', 'cat > my.cnf <<EOT\n[client]\npassword=«starlucky»\nEOT'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['the last argument of a call', 'connect(\n    user=user,\n    password=entered\n)'],
  ['a variable that is set elsewhere', 'entered = ask()\npassword=entered'],
  ['a variable assigned to a property', 'set(\n    5\n)\nself.form.password=entered\nform.password=given'],
  ['a pair of words about logins', '// shows a login/password form, or sends username/password before it'],
  ['prose with "identified by"', '// rows are identified by number, an ALTER USER is not'],
  ['prose with "pass to"', '// could be pass to `shrink` without a context'],
  ['a type beside an account', 'user: str\n    password: Hidden\n    login: string'],
  ['a translation beside an account', 'username: Gebruikersnaam\npassword: Salajane\nport: Poort'],
  ['a variable beside an account', 'entered = ask()\nuser = entrant\npassword = entered'],
  ['a setting of programs', 'RESET_PASS: user-not-found\nBYPASS := north-west-up\nPASSES := lint-type-check'],
  ['an expression', 'password = given or asked\npassword = new one again'],
  ['a query that only tests read', '[InlineData("?session_id=12345&key1=val1&key2=val2")]'],
  ['a token that is a variable', 'token=token2session\nsend(token=utf8Token, key=base64key)'],
  ['a version of a key', 'export API_KEY_VERSION=sha256-v2\nexport TOKEN_TYPE=oauth2'],
  ['a subtraction', 'rest = -size - password=entered'],
])('%s is not taken for a secret', (_, line) => expectLetPass(line));
