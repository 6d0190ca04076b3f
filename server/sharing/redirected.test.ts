import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { agree, git, problem, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

let team: Team;
beforeEach(() => {
  team = new Team();
  git(team.remote, 'config', 'http.receivepack', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

/** A certificate of this machine's own. */
function certified(): boolean {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', ...names];
  return spawnSync('openssl', ['req', ...options], { cwd: team.dir }).status === 0;
}

it('a remote at an https address that redirects to http gets nothing, and its answer is not believed', async (context) => {
  if (!certified()) return context.skip();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  using plain = await HttpRemote.start(team.dir);
  const files = { key: readFileSync(join(team.dir, 'key.pem')), cert: readFileSync(join(team.dir, 'cert.pem')) };
  let asked = 0;
  const server = createServer(files, ({ url = '/' }, response) => {
    asked++;
    response.writeHead(302, { location: plain.url(url.slice(1)) }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    vi.stubEnv('GIT_SSL_CAINFO', join(team.dir, 'cert.pem'));
    const { port } = server.address() as AddressInfo;
    git(ann.folder, 'config', 'remote.origin.url', `https://127.0.0.1:${port}/remote.git`);
    const share = await ann.share();
    const refused = /^bad-remote: The remote redirects to an address that is not encrypted\./;
    expect(await problem(share.list())).toMatch(refused);
    expect(await problem(share.publish('first-one'))).toMatch(refused);
    expect(await problem(share.pull('first-one', agree))).toMatch(refused);
    expect([asked > 0, plain.transferredBytes, team.refs()]).toEqual([true, 0, []]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
