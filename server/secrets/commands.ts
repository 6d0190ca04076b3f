/** Passwords in command arguments: `mysql -phunter2x`, `curl -u me:hunter2x`, `sshpass -p hunter2x`, also as a list of strings. */
import { AccountVariables } from './accountVariables.ts';
import type { SecretRange } from './finding.ts';
import { isWord } from './literals.ts';
import { PerLine } from './perLine.ts';
import { isPlaceholder } from './placeholders.ts';
import { isPassPhrase, likenessOf } from './values.ts';

interface Command {
  /** Separated by blanks; `+` stands for a blank in one. */
  readonly names: string;
  /** Options that the password follows, and whether as the part after a `:`, `%` or `,`. */
  readonly options: string;
  readonly part?: RegExp;
  /** The password may follow the option without a blank. */
  readonly joined?: boolean;
  /** No other option begins with it: what follows is the password, even if it looks like an option. */
  readonly only?: boolean;
  /** Ending that only a password has here. */
  readonly ends?: RegExp;
  /** A quoted text after it is the password, whatever it looks like. */
  readonly always?: boolean;
  /** With one of these options, the last word of the command is the password. */
  readonly last?: RegExp;
  /** The password comes through a pipe: echoed before the command. */
  readonly piped?: boolean;
  /** What else its line must have: `docker run -p` names a port, `docker login -p` a password. */
  readonly needs?: RegExp;
}

const commands: readonly Command[] = [
  { names: 'mysql mysqldump mysqladmin mysqlimport mariadb mycli mysqlsh', options: '-p', joined: true, only: true },
  { names: 'sshpass', options: '-p', joined: true, only: true },
  {
    names: 'curl wget httpie xh lftp',
    options: '-u --user -U --proxy-user -a --auth -su -sSu -E --cert --proxy-cert',
    part: /[:,]/,
  },
  { names: 'curl', options: '--pass --proxy-pass --tlspassword --proxy-tlspassword' },
  { names: 'redis-cli keydb-cli valkey-cli', options: '-a --pass' },
  {
    names: 'mongo mongosh mongodump mongorestore mongoimport mongoexport cqlsh',
    options: '-p --password',
    joined: true,
  },
  {
    names: 'docker podman buildah skopeo helm nerdctl oc az cf ibmcloud heroku',
    options: '-p',
    needs: /["'\s]login["',\s]/,
  },
  {
    names: 'docker podman buildah skopeo helm nerdctl oc+login az+login cf+login ibmcloud heroku rclone',
    options: '--password --registry-password --creds',
  },
  { names: 'machine', options: 'password', needs: /^\s+\S+\s+login\s+\S+\s+password\s/ },
  { names: 'mysqladmin nmcli', options: 'password wifi-sec.psk' },
  { names: 'rclone', options: 'pass obscure' },
  {
    names: 'sqlcmd bcp osql isql tsql mosquitto_pub mosquitto_sub ipmitool unzip zip plink',
    options: '-P -pw',
    joined: true,
  },
  { names: 'pscp psftp putty', options: '-pw' },
  { names: 'schtasks', options: '/rp /p' },
  { names: 'secret+set', options: '--body -b --value' },
  { names: 'put-parameter', options: '--value', needs: /\bSecureString\b/ },
  { names: 'kv+put vault+write', options: 'value=', joined: true },
  { names: 'gcloud+secrets', options: '--data-file=-', piped: true },
  { names: '7z 7za 7zz rar unrar', options: '-p -hp', joined: true, only: true },
  { names: 'ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami', options: '-w' },
  { names: 'ldappasswd', options: '-w -s -a' },
  { names: 'smbclient winexe rpcclient net smbmap wmic', options: '-U --user', part: /%/, joined: true },
  { names: 'smbmap crackmapexec netexec nxc evil-winrm hydra', options: '-p' },
  { names: 'openssl+passwd', options: '-1 -5 -6 -apr1 -crypt' },
  { names: 'openssl', options: '-k -K -pass -passin -passout -password', part: /:|^/ },
  { names: 'gpg gpg2', options: '--passphrase' },
  { names: 'ssh-keygen', options: '-N -P' },
  {
    names: 'keytool jarsigner apksigner',
    options: '-storepass -keypass -srcstorepass -deststorepass --ks-pass',
    part: /:|^/,
  },
  { names: 'xfreerdp rdesktop mstsc', options: '/p: -p', joined: true },
  { names: 'snmpwalk snmpget snmpset', options: '-c -A -X' },
  {
    names: 'psexec vncviewer x11vnc kinit svn hg cvs ftp ncftp ncftpput ncftpget ncftpls imapsync',
    options: '-p --password --password1 --password2 -passwd',
    joined: false,
  },
  { names: 'vault', options: 'login token=', joined: true },
  { names: 'sqlplus impdp expdp sqlldr rman', options: ' ', part: /\// },
  { names: 'chpasswd', options: ' ', part: /:/, piped: true },
  {
    names: 'gpg gpg2 sudo vncpasswd passwd kinit cryptsetup ecryptfs openvpn smbpasswd',
    options: '<<<',
    piped: true,
  },
  { names: 'unlock-keychain create-keychain set-key-partition-list', options: '-p -k -P', joined: false },
  { names: 'http+-a https+-a http+--auth https+--auth', options: ' ', part: /:/ },
  { names: `send+" send+' send+-- send+\\"`, options: ' ', ends: /\\[rn]\\?$/ },
  { names: 'net+use', options: ' ', last: /^\/user:/i },
  { names: 'net+user', options: ' ' },
  { names: 'ConvertTo-SecureString', options: '-String', always: true },
  { names: 'htpasswd', options: '-b -nb -bnBC -Bbn -bc -cb ', joined: false, last: /^-[a-zA-Z]*b/ },
  { names: '--password-stdin --stdin', options: '-', piped: true },
  { names: 'wpa_passphrase rabbitmqctl ejabberdctl useradd usermod htdigest', options: '-p ', joined: false },
];

const byName = commands.flatMap((command) =>
  command.names.split(' ').map((name) => ({ name: name.replace(/(?<=.)\+/, ' '), ...command })),
);
export const commandWords: readonly string[] = byName.map(({ name }) => name);
const looked = 400;
const mostPerLine = 20;

/** For each occurrence of {@link commandWords}: the passwords among its arguments. */
export function commandVisitor(text: string, found: SecretRange[]): (word: number, end: number) => void {
  const line = new PerLine(text);
  const variables = new AccountVariables(text);
  return (index, end) => {
    const command = byName[index] as (typeof byName)[number];
    const last = end - 1;
    if (
      (isWord(text.charCodeAt(last)) && isWord(text.charCodeAt(end))) ||
      isWord(text.charCodeAt(end - command.name.length - 1))
    )
      return;
    if (line.count(end) > mostPerLine) return;
    found.push(
      ...(command.always
        ? quotedBehind(text, end)
        : argumentsOf(text, end, continued(text, line.end), command, variables)),
    );
    if (command.piped) found.push(...echoed(text, end - command.name.length, command));
  };
}

function quotedBehind(text: string, end: number): SecretRange[] {
  const behind = text.slice(end, end + 260);
  const match =
    /^(?:\s+-\w{1,20})*\s+(["'])(.{4,200}?)\1/.exec(behind) ??
    /^\s+()([^\s"'$()-][^\s"'()]{3,80})(?=\s+-(?:AsPlainText|Force)\b)/.exec(behind);
  const value = match?.[2] ?? '';
  if (!match || isPlaceholder(value) || /^\$[\w:({]/.test(value)) return [];
  return [{ start: end, end: end + match[0].length, rule: 'command' }];
}

/** `echo hunter2x | sudo -S`, `echo "root:hunter2x" | chpasswd`. */
function echoed(text: string, at: number, { part }: Command): SecretRange[] {
  const piece = text.slice(Math.max(0, at - looked), at);
  // Also on the line before, if a backslash continues it.
  let before = piece.lastIndexOf('\n');
  for (let i = 0; i < 2 && before > 0 && piece[before - 1] === '\\'; i++) before = piece.lastIndexOf('\n', before - 1);
  const from = at - piece.length + before + 1;
  const line = text.slice(from, at);
  if (!line.includes('|') && !line.includes('<<<')) return [];
  const isAlone =
    /(?:^|[\s;&("'`])(?:echo|printf|print)\s+(?:-[ne]+\s+)?(?:["']%s(?:\\n)?["']\s+)?["']?[^\s"'`|$]+["']?\s*\|[^|]*$/.test(
      line,
    );
  return [...line.matchAll(/[^\s"'`|]+/g)].flatMap((match) => {
    const word = match[0].replace(/\\n.*/, '');
    const value = part ? word.slice(word.search(part) + 1) : word;
    const likeness = likenessOf(value);
    if (
      likeness !== 'mixed' &&
      likeness !== 'strong' &&
      !(likeness === 'word' && (isAlone || (part && match[0].includes(':'))))
    )
      return [];
    return [{ start: from + match.index, end: from + match.index + match[0].length, rule: 'command' }];
  });
}

/** A command continues after a backslash. */
function continued(text: string, lineEnd: number): number {
  let end = lineEnd;
  for (let i = 0; i < 5 && text[end - 1] === '\\'; i++) {
    const newLine = text.indexOf('\n', end + 1);
    end = newLine === -1 ? text.length : newLine;
  }
  return end;
}

function argumentsOf(
  text: string,
  from: number,
  lineEnd: number,
  { options, part, joined, only, ends, last, needs }: Command,
  variables: AccountVariables,
): SecretRange[] {
  const to = Math.min(lineEnd, from + looked);
  if (needs && !needs.test(text.slice(from, to))) return [];
  const words = shellWords(text, from, to);
  const flags = options.split(' ');
  const found: SecretRange[] = [];
  const take = (value: string, start: number) => {
    if (ends && !ends.test(value)) return;
    const mark = part?.exec(value);
    if (part && value.startsWith('$')) found.push(...variables.of(value));
    if (part && !mark) return;
    const password = mark ? value.slice(mark.index + mark[0].length) : value;
    if (
      password.length < 4 ||
      password.startsWith('-') ||
      /^\$|^<|^\{/.test(password) ||
      isPlaceholder(password) ||
      (likenessOf(password) === 'none' && !isPassPhrase(password, false))
    )
      return;
    found.push({ start, end: start + value.length, rule: 'command' });
  };
  const final = last && words.some(({ value }) => last.test(value)) ? lastWord(words) : undefined;
  if (final) take(final.value, final.start);
  const isAnswer = ends !== undefined && /assword/i.test(text.slice(Math.max(0, from - 120), from));
  if (flags.includes(''))
    for (const { value, start } of words.slice(0, 8))
      if (
        !value.startsWith('-') &&
        (part || isAnswer || likenessOf(value) === 'mixed' || likenessOf(value) === 'strong')
      )
        take(value, start);
  for (const [i, { value, start }] of words.entries()) {
    for (const flag of flags) {
      if (flag === '') continue;
      const next = words[i + 1];
      if (value === flag && next) take(next.value, next.start);
      else if (value.startsWith(`${flag}=`)) take(value.slice(flag.length + 1), start + flag.length + 1);
      else if (
        joined &&
        value.startsWith(flag) &&
        value.length > flag.length + 3 &&
        (only ? !value.startsWith('--') : !/^-?-[a-z-]+$/.test(value))
      )
        take(value.slice(flag.length), start + flag.length);
    }
  }
  return found;
}

/** The last word before the end of the command. */
function lastWord<Word extends { readonly value: string }>(words: readonly Word[]): Word | undefined {
  const end = words.findIndex(({ value }) => /^(?:[|&;<>]|\d?>)/.test(value));
  const own = end === -1 ? words : words.slice(0, end);
  return own.length < 3 ? undefined : own.at(-1);
}

/** Words as in a shell, or in a list of strings: a quoted text is one word, whatever it contains. */
function shellWords(text: string, from: number, to: number): { value: string; start: number }[] {
  const words: { value: string; start: number }[] = [];
  for (let at = from; at < to; ) {
    const char = text[at] as string;
    if (isQuote(char) && opensWord(text, at)) {
      const escaped = text[at - 1] === '\\';
      const end = closingQuote(text, at + 1, to, char, escaped);
      if (end !== -1) {
        words.push({ value: text.slice(at + 1, end), start: at + 1 });
        at = end + (escaped ? 2 : 1);
        continue;
      }
    }
    let end = at;
    while (end < to && !separates(text, end)) end++;
    const value = text.slice(at, end).replace(/\\$/, '');
    if (value !== '') words.push({ value, start: at });
    at = Math.max(end, at + 1);
  }
  return words;
}

const separators = /[\s"'`,[\]()]/;

/** A comma within a word is part of it: `-u me,hunter2x`. */
function separates(text: string, at: number): boolean {
  const char = text[at] as string;
  if (char === ',') return !/[\w!#$%^*.-]/.test(text[at - 1] ?? ' ') || !/\w/.test(text[at + 1] ?? ' ');
  return separators.test(char);
}

function isQuote(char: string): boolean {
  return char === '"' || char === "'";
}

/** After a blank, an `=` or a bracket a quote opens a word; after a word it ends one. */
function opensWord(text: string, at: number): boolean {
  const before = text[at - 1] === '\\' ? text[at - 2] : text[at - 1];
  return before !== undefined && /[\s=[(,]/.test(before);
}

/** Index after the word's last character; -1 if the line ends first. */
function closingQuote(text: string, from: number, to: number, quote: string, escaped: boolean): number {
  for (let at = from; at < to && text[at] !== '\n'; at++) {
    if (text[at] !== quote) continue;
    const isEscaped = text[at - 1] === '\\';
    if (isEscaped === escaped) return isEscaped ? at - 1 : at;
  }
  return -1;
}
