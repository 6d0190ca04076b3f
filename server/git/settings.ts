/**
 * Settings passed on the command line to every git process in a user's folder, overriding the folder's configuration: no program that it
 * names is run, no file that it names is read, and git's output has the form we parse. After git-config(1) and gitattributes(5) of git
 * 2.47. What cannot be named in advance (`filter.<driver>.*`, `diff.<driver>.*`, `remote.<name>.*`, `credential.<url>.*`,
 * `tar.<format>.command`, `trailer.<token>.*`) is out of reach thanks to `commands.ts`, and to `environment.ts` for the network.
 */

/** Fails if git runs it after all. */
const NO_PROGRAM = 'false';
const NO_FILE = '/dev/null';

const PROGRAMS: Readonly<Record<string, string>> = {
  'core.fsmonitor': 'false',
  'core.useBuiltinFSMonitor': 'false',
  'core.hooksPath': NO_FILE,
  'core.pager': 'cat',
  'core.editor': NO_PROGRAM,
  'sequence.editor': NO_PROGRAM,
  'core.askPass': '',
  'core.sshCommand': NO_PROGRAM,
  'core.alternateRefsCommand': NO_PROGRAM,
  // An empty helper clears the list of earlier ones.
  'credential.helper': '',
  'credential.interactive': 'false',
  'diff.external': NO_PROGRAM,
  'interactive.diffFilter': NO_PROGRAM,
  'log.showSignature': 'false',
  'merge.verifySignatures': 'false',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'push.gpgSign': 'false',
  'gpg.program': NO_PROGRAM,
  'gpg.openpgp.program': NO_PROGRAM,
  'gpg.x509.program': NO_PROGRAM,
  'gpg.ssh.program': NO_PROGRAM,
  'gpg.ssh.defaultKeyCommand': NO_PROGRAM,
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'diff.submodule': 'short',
  'diff.ignoreSubmodules': 'all',
  'status.submoduleSummary': 'false',
  'help.autoCorrect': 'never',
  'protocol.allow': 'never',
  'transfer.bundleURI': 'false',
  // A bare repository may be among another's files, with a configuration by that one's author.
  'safe.bareRepository': 'explicit',
};

const FILES: Readonly<Record<string, string>> = {
  // Mining passes the user's own.
  'core.attributesFile': NO_FILE,
  // Names a tree whose attributes count instead of the work tree's; `GIT_ATTR_SOURCE` counts before it.
  'attr.tree': '',
  'diff.orderFile': NO_FILE,
  'mailmap.file': NO_FILE,
  'log.mailmap': 'false',
};

/** A repository's diff preferences must affect neither parsing nor what is learned. */
const FORMS: Readonly<Record<string, string>> = {
  'core.quotePath': 'false',
  'color.ui': 'false',
  'i18n.logOutputEncoding': 'UTF-8',
  'diff.noPrefix': 'false',
  'diff.mnemonicPrefix': 'false',
  'diff.relative': 'false',
  'diff.renames': 'false',
  'diff.algorithm': 'default',
  'diff.indentHeuristic': 'true',
  'diff.interHunkContext': '0',
};

export const SETTINGS: readonly string[] = Object.entries({ ...PROGRAMS, ...FILES, ...FORMS }).flatMap(
  ([name, value]) => ['-c', `${name}=${value}`],
);
