/** A git server over ssh for tests: OpenSSH's own, on a local port, with keys that live as long as the test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeKey } from './testingKeys.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((path) => existsSync(path));
const SSH = spawnSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).stdout.trim();

/** Whether this machine has both programs. */
export const hasSshServer = SSHD !== undefined && SSH !== '';

export class SshServer implements Disposable {
  readonly #dir: string;
  readonly #process: ChildProcess;
  readonly #port: number;
  readonly #path = process.env['PATH'];

  private constructor(dir: string, child: ChildProcess, port: number) {
    this.#dir = dir;
    this.#process = child;
    this.#port = port;
  }

  static async start(): Promise<SshServer> {
    const dir = mkdtempSync(join(tmpdir(), 'repotune-ssh-'));
    const port = await freePort();
    for (const name of ['host', 'user', 'stranger']) makeKey(join(dir, name), name);
    writeFileSync(join(dir, 'authorized'), readFileSync(join(dir, 'user.pub')));
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(dir, 'host')}`,
      `AuthorizedKeysFile ${join(dir, 'authorized')}`,
      `PidFile ${join(dir, 'pid')}`,
      // The temporary folder may be writable by others.
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
    ];
    writeFileSync(join(dir, 'sshd_config'), `${config.join('\n')}\n`);
    // Started by root it needs this folder, which normally the system's service creates.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const child = spawn(SSHD!, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    const server = new SshServer(dir, child, port);
    if (!(await answers(port))) {
      server[Symbol.dispose]();
      throw new Error(`sshd did not start: ${said}`);
    }
    server.use({ key: 'user', hostIsKnown: true });
    return server;
  }

  /** The address of a repository at an absolute path. */
  url(path: string): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.#port}${path}`;
  }

  /** Which key `ssh` offers from now on, and whether it knows the server. ssh ignores $HOME, so this goes through `-F`. */
  use({ key, hostIsKnown }: { readonly key: 'user' | 'stranger'; readonly hostIsKnown: boolean }): void {
    const host = readFileSync(join(this.#dir, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(join(this.#dir, 'known_hosts'), hostIsKnown ? `[127.0.0.1]:${this.#port} ${host}\n` : '');
    const config = [
      `IdentityFile ${join(this.#dir, key)}`,
      'IdentitiesOnly yes',
      'IdentityAgent none',
      `UserKnownHostsFile ${join(this.#dir, 'known_hosts')}`,
      'GlobalKnownHostsFile /dev/null',
    ];
    writeFileSync(join(this.#dir, 'ssh_config'), `${config.join('\n')}\n`);
    const bin = join(this.#dir, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec ${SSH} -F ${join(this.#dir, 'ssh_config')} "$@"\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    process.env['PATH'] = `${bin}:${this.#path}`;
  }

  [Symbol.dispose](): void {
    process.env['PATH'] = this.#path;
    this.#process.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
