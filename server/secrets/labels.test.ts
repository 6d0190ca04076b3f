import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['directly behind it', '/* SFTP-Zugang: depot_in, PW «Wolkenbruch_7», Port 2222 */'],
  ['of words directly behind it', '/* SFTP: depot_in, password «Lime-Trunk-29», port 2222 */'],
  ['after what it is for', '// the pass for the demo tenant is «Orchid-Stone-80», same as last year'],
  ['after what it is for, in German', '// PW fürs Portal: «Almhuette_Kuh8» (gilt bis März)'],
  ['after what it is for, in French', '// mot de passe du serveur de test : «Lavande.Moulin-3»'],
  ['in Hebrew', '# סיסמה: «Zayit_Gesher4»'],
  ['of digits', '// Tresor-PIN der Filiale: «739204»'],
  ['of eight digits', '// PUK der Karte: «48213907»'],
  ['of the account of a machine', '/* router: admin / «Bottle-Green-45» */'],
  ['of an account in brackets', '# log in with my own account (marc, «Harbor.Crane-21») for the nightly job'],
  ['of small letters in brackets', '# log in with my own account (marc, «riverlantern214») for the nightly job'],
])('a value that a label in a comment announces %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a rule', '// passwords are hashed with Argon2 and Sha-256, see Section-4.2'],
  ['a release', '// passwords of Release-Candidate-2: Draft_Version3 is older'],
  ['a step', '// PIN of the board: 12, then the pass of step 3: render the shadow map'],
  ['a class', '# password: Forms.TextField2'],
  ['a mention', '// pass Layout_Grid2 to the renderer, pass the Row-Count-3 as well'],
  ['arguments in brackets', '// the user is asked (name, field2) before the account (owner, row-2) is read'],
  ['an image', '# admin:Nightly-Build-2 is pulled'],
])('%s in a comment is none', (_, lines) => expectLetPass(lines));
