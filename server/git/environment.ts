/** The environment of a git process. A repository's author cannot set it, but a hook, an alias or a tool that starts us may. */
import { delimiter, isAbsolute } from 'node:path';
import { pathOfEnvironment, searchFolders } from './program.ts';

/** Those of git's variables with which users say where their configuration is. */
const CONFIGURATION = /^GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)$/i;
/** Files of the user's: with a relative path, each folder would have its own. */
export const CONFIGURATION_FILE = /^GIT_CONFIG_(?:GLOBAL|SYSTEM)$/i;

/** Those with which they set something, or say how far up to look for a repository. */
const KEPT = /^GIT_(?:CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/i;

/** `GIT_DIR`, `GIT_WORK_TREE`, `GIT_EXTERNAL_DIFF`, `GIT_TRACE` … redirect, run or write something. */
const REPLACED = /^(?:GIT_.*|SSH_ASKPASS.*|PAGER|EDITOR|VISUAL|PATH|LC_ALL|LANGUAGE)$/i;

/** For git in an untrusted folder: no network, no prompt, no program but git. */
export function localEnvironment(inherited: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const own = Object.entries(inherited).filter(([name]) => !REPLACED.test(name) || KEPT.test(name));
  return {
    ...Object.fromEntries(own),
    ...configuration(inherited),
    ...quiet(inherited),
    // Missing objects stay missing: to fetch them, the folder's configuration would name the program.
    GIT_NO_LAZY_FETCH: '1',
    // An allow-list without any protocol; the only setting that git before 2.44 knows.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ASKPASS: '',
    // A ref may replace a file's text with any other: one excluded by its own name would be learned under another.
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

/** Never a question; and a network that is lost ends git within a minute, instead of holding up all sharing for good. */
export const SSH_OPTIONS = '-o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4';

/** Protocols allowed for a team's remote; and for one at an https address, which must not redirect to one that is not encrypted. */
const PROTOCOLS = 'https:http:ssh:file';
export const PROTOCOLS_FROM_HTTPS = 'https:ssh:file';

const NEEDED =
  /^(?:HOME|USER|LOGNAME|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|SYSTEMROOT|COMSPEC|PATHEXT|TMPDIR|TEMP|TMP|XDG_.*|GNUPGHOME|SSH_AUTH_SOCK|SSH_AGENT_PID|DBUS_SESSION_BUS_ADDRESS|(?:HTTPS?|ALL|NO)_PROXY|SSL_CERT_(?:FILE|DIR)|GIT_SSL_CA(?:INFO|PATH))$/i;

/**
 * For git in a repository of our own that talks to a remote as the user: enough to find programs, keys, agents, proxies, certificates and
 * the user's configuration, none of git's other variables: settings in some would override that repository's own. Never a prompt: there is
 * no terminal, and a remote must not be able to ask for anything.
 */
export function remoteEnvironment(gitDir: string, inherited: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => NEEDED.test(name))),
    ...configuration(inherited),
    ...quiet(inherited),
    GIT_DIR: gitDir,
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_SSH_COMMAND: `ssh ${SSH_OPTIONS}`,
    GIT_NO_REPLACE_OBJECTS: '1',
    // A commit of gigabytes takes a few megabytes to push, and git reads it into memory whole. Ours are small, and blobs are read in pieces.
    GIT_ALLOC_LIMIT: '512m',
  };
}

function configuration(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(inherited).filter(
    ([name, value = '']) =>
      CONFIGURATION.test(name) && (!CONFIGURATION_FILE.test(name) || value === '' || isAbsolute(value)),
  );
  return Object.fromEntries(own);
}

function quiet(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    // git looks up ssh, gpg and its own parts here.
    PATH: searchFolders(pathOfEnvironment(inherited)).join(delimiter),
    // Without this, Windows searches the current folder first.
    NoDefaultCurrentDirectoryInExePath: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
  };
}
