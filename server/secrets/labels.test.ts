import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a single word that ends the comment', '# Passwort fuer den Testserver: «Butterblume»'],
  ['a single word in a block comment', '/* Kennwort: «butterblume» */'],
  ['directly behind it', '/* SFTP-Zugang: depot_in, PW «Wolkenbruch_7», Port 2222 */'],
  ['of words directly behind it', '/* SFTP: depot_in, password «Lime-Trunk-29», port 2222 */'],
  ['after what it is for', '// the pass for the demo tenant is «Orchid-Stone-80», same as last year'],
  ['after what it is for, in German', '// PW fürs Portal: «Almhuette_Kuh8» (gilt bis März)'],
  ['after what it is for, in French', '// mot de passe du serveur de test : «Lavande.Moulin-3»'],
  ['in Hebrew', '# סיסמה: «Zayit_Gesher4»'],
  ['of joined words, in Portuguese', '// a senha do roteador é «caipirinha.gelada»'],
  ['of joined words after an account', '// der neue Login fürs CMS ist redaktion / «Apfelwein-Bembel», bitte löschen'],
  ['of a single word behind a verb', '// pw is «hopscotch»'],
  ['of a single word behind a verb, in German', '// Kennwort lautet «butterblume»\n# das Passwort ist «Butterblume»'],
  ['of the account behind a heading', '# default credentials: admin / «seegurke»'],
  ['of several words, in German', '# Zugang fuers Archiv: Benutzer archiv, Kennwort lautet «Graue Gans fliegt 3x»'],
  ['of several words, in Russian', '// пароль от стенда: «Белые ночи 1905»'],
  ['of several words, in Spanish', '// la contraseña de pruebas es «Paella con Alioli»'],
  ['of several words, in Swedish', '# lösenordet till skrivaren är «Midsommar vid Mora»'],
  ['of joined words, in Japanese', '// テスト環境のパスワードは «sakura-no-hana» です'],
  ['of several words in a block', '/* Passwort: «Lerche Spaten» */'],
  ['of digits', '// Tresor-PIN der Filiale: «739204»'],
  ['of eight digits', '// PUK der Karte: «48213907»'],
  ['of the account of a machine', '/* router: admin / «Bottle-Green-45» */'],
  ['of an account in brackets', '# log in with my own account (marc, «Harbor.Crane-21») for the nightly job'],
  ['of small letters in brackets', '# log in with my own account (marc, «riverlantern214») for the nightly job'],
])('a value that a label in a comment announces %s is found', (_, lines) => expectFound(lines));

it.each([
  [
    'a word about a password',
    '# password: plaintext\n# Password: optional\n# pwd: Description\n# password: hashed\n# Passwort: vergessen',
  ],
  [
    'a predicate',
    '// pw is hashed\n# password is written\n// the password is incorrect\n// passwd is unique\n# Passwort ist abgelaufen\n# Kennwort lautet anders\n# le mot de passe est vide\n// password was forgotten\n# password is plaintext',
  ],
  ['a word with more behind it', '// password: Butterblume or another flower'],
  ['a rule', '// passwords are hashed with Argon2 and Sha-256, see Section-4.2'],
  ['a release', '// passwords of Release-Candidate-2: Draft_Version3 is older'],
  ['a step', '// PIN of the board: 12, then the pass of step 3: render the shadow map'],
  ['a class', '# password: Forms.TextField2'],
  ['a mention', '// pass Layout_Grid2 to the renderer, pass the Row-Count-3 as well'],
  ['arguments in brackets', '// the user is asked (name, field2) before the account (owner, row-2) is read'],
  [
    'an explanation',
    '// password: taken from the vault\n# The password is Base64 here\n# Passwort: Siehe Wiki\n// pwd: Optional String',
  ],
  [
    'a parameter',
    '/**\n * @param password The word to check\n * @param {string} password - Plain Text\n * password: User Defined\n */',
  ],
  ['a pass', '// Pass 3: Structural Refinement (of all)\n// Pass 4: river-crossing\n// Pass 5: Final Scrubbing'],
  ['a field', '// the password is entered once, the pass is Early Z here; Login: basic / oauth-flow'],
  ['an image', '# admin:Nightly-Build-2 is pulled'],
])('%s in a comment is none', (_, lines) => expectLetPass(lines));
