/** Passwords in what a program writes for another one: elements, commands, blocks and rows. */
import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  [
    'a setting in doubled quotes',
    'string a = @"<setting name=""ApiPassword""><value>«maplefence153»</value></setting>";',
  ],
  [
    'an element within it',
    '<AutoLogon>\n  <Password>\n    <Value>«heron-Slate.5»</Value>\n  </Password>\n</AutoLogon>',
  ],
  ['a property list', '<key>dbPassword</key>\n<string>«maplefence153»</string>'],
  ['a parameter of AWS', 'aws ssm put-parameter --name /db --type SecureString --value «Sorrel-Grater-61»'],
  ['a secret of Azure', 'az keyvault secret set --vault-name depot --name db --value "«Chive.Ladle-90»"'],
  ['a secret of Google', 'printf "%s" "«Dill-Sieve-47»" | gcloud secrets create depot-db --data-file=-'],
  ['a secret of Vault', 'vault kv put secret/depot/smtp value=«Parsley.Mill14»'],
  ['a sensitive variable', 'variable "master" {\n  sensitive = true\n  default   = "«Lime-Trunk-173»"\n}'],
  ['a secure string', 'resource "aws_ssm_parameter" "p" {\n  type  = "SecureString"\n  value = "«maplefence170»"\n}'],
  ['rows to copy', 'COPY app_users (login, password) FROM stdin;\nops\t«maplegable226»\nmia\t«Cedar-Lantern-225»\n\\.'],
  ['a session of FTP', 'ftp -n files <<FTP\nuser depot «rivertrunk230»\nput t.csv\nFTP'],
])('a password in %s is found', (_, lines) => expectFound(lines));

it.each([
  [
    'another setting',
    '<setting name="PasswordMode"><value>strict2step</value></setting><Name><Value>mia2024</Value></Name>',
  ],
  ['another parameter', 'aws ssm put-parameter --name /db --type String --value Sorrel-Grater-61'],
  [
    'a reference',
    `variable "a" {\n  sensitive = true\n  default   = ""\n}\noutput "b" {\n  sensitive = true\n  value = "\${var.master1}"\n}`,
  ],
  [
    'a variable beside a sensitive one',
    'variable "a" {\n  default = "Lime-Trunk-173"\n}\nvariable "b" {\n  sensitive = true\n}',
  ],
  [
    'other rows',
    'COPY parts (name, grade) FROM stdin;\nbolt\tmaplegable226\n\\.\nCOPY users (login, password) FROM stdin;\nops\t\\N\n\\.',
  ],
  ['a user elsewhere', 'cat <<END\nuser depot rivertrunk230\nEND'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
