import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a program', 'twine upload -u svc -p «thundercopper41» dist/*'],
  ['a program with other options in between', 'deploytool push -u svc --host files-2 -p «Ain.R3DoM» all'],
  ['a quoted one', 'subprocess.run("labctl login -U mia -p \'«TpKyy4!FVh!»\'", shell=True)'],
])('the password of %s is found behind that of a user', (_, line) => expectFound(line));

it.each([
  ['a port', 'docker run -u app -p 8080:80 image'],
  ['an address and port', 'podman run -u app -p 127.0.0.1:8443:443 image'],
  ['a path', 'rsync -u mia -p backups2/daily target'],
  ['a variable', 'twine upload -u svc -p "$TWINE_PASSWORD"'],
  ['a project', 'jira create -u mia -p project-name summary'],
  ['a folder to make', 'mkdir -p Build2Output'],
])('%s is not taken for one', (_, line) => expectLetPass(line));
