/**
 * Passwords of several words with blanks, `lila Heide`, `Störtebeker 1401`: beside what is plainly called a password, any that are no text
 * for people, as labels, messages and translations are.
 */
import { isOfPrograms, namesPassword } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { isPlaceholder } from './placeholders.ts';

/** Latin, Greek or Cyrillic letters: in others, words for a password are too many to know them all. */
const word = /^(?=.*[\p{L}\p{N}])[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}'’`&+#*-]{1,24}[!?,.]{0,2}$/u;

/** Of messages and labels about passwords, in the languages that programs are translated to most. */
const ofMessages = new Set(
  `please must should may can cannot could will would do does did don't doesn't isn't aren't i'm i've you're you your yours our we they it
  it's is are was were be been being not no only also this that these those if when while because else then than here there
  enter type choose click press use used using provide provided want need needs requires leave keep make sure specify specified given
  too short long weak least most at minimum maximum between exactly characters character chars digits letters symbols allowed
  match matches mismatch different same again twice wrong failed failure fails error denied expired locked blocked found exists
  returns return value values string text parameter argument optional which who what how why where has have had
  authentication connecting connection associated current existing used database user's
  see siehe steht kommt wie defined entered stored taken
  bitte ihr ihre ihren ihrem dein deine deinen eingeben geben sie falsch vergessen ändern muss müssen mindestens zeichen ungültig ungültiges
  erforderlich zurücksetzen wiederholen bestätigen neues altes aktuelles anmelden nicht kein keine wurde wird darf stimmt überein ist
  veuillez votre vos saisir saisissez entrer entrez doit doivent invalide requis obligatoire oublié réinitialiser moins caractères
  incorrect confirmer confirmez nouveau actuel n'est pas modifier
  introduzca introduce ingrese ingresa su tu debe inválida inválido requerida requerido olvidó olvidaste restablecer menos caracteres
  incorrecta confirmar confirme repita nueva no cambiar
  inserisci inserire tua tuo vostra deve non valida obbligatoria dimenticata dimenticato reimposta almeno caratteri errata conferma nuova
  digite insira sua seu obrigatória obrigatório esqueceu redefinir pelo incorreta confirme nova não alterar
  voer uw moet ongeldig vereist vergeten herstellen minstens tekens onjuist bevestig nieuw huidig niet wijzigen
  wprowadź podaj twoje musi nieprawidłowe wymagane zapomniałeś zresetuj najmniej znaków potwierdź nowe obecne nie zmień
  ange ditt måste ogiltigt krävs glömt återställ minst tecken fel bekräfta nytt nuvarande inte indtast skal ugyldig glemt nulstil mindst
  tegn forkert bekræft ikke skriv
  zadejte vaše musí neplatné zapomněli nejméně znaků potvrďte giriniz girin şifrenizi unuttunuz geçersiz gerekli değiştir adja meg
  введите ваш должен неверный неверно обязателен обязательно забыли сбросить менее символов подтвердите новый текущий не изменить`.split(
    /\s+/,
  ),
);

/** Whether messages and labels about passwords have such a word. */
export function isOfMessages(smallWord: string): boolean {
  return ofMessages.has(smallWord);
}

/** Also words of programs, but as frequent in sentences that people make up. */
const everyday = new Set(
  `in on one for to of and or with from all any each both first second last other time number code red blue green yellow gray grey white black
  bold low high small medium large home light good bad old new me put get set show hide read write save send list item table
  row page key keys keyboard post event image file files store safe server group wrapper simple common my without`.split(
    /\s+/,
  ),
);

export function isSeveralWords(value: string): boolean {
  if (value.length < 6 || value.length > 80 || !value.includes(' ') || value.includes('  ')) return false;
  const words = value.split(' ');
  if (words.length < 2 || words.length > 8 || !words.every((one) => word.test(one))) return false;
  // A price, a date, a version: no word at all.
  if (!/\p{L}{3}/u.test(value) || isPlaceholder(value) || namesPassword(value)) return false;
  return !words.some((one) => {
    const small = one.toLowerCase().replace(/[!?,.]+$/, '');
    return ofMessages.has(small) || (isOfPrograms(small) && !everyday.has(small));
  });
}

/** Entries of forms: `current_password`, `changePassword`, `email.reset_password`. */
const ofForms = /(?:reset|change|forgot|confirm\w*|repeat|current|new|old)[-_.]?pass\w*$/i;
const texts =
  '(?:[Ee]rrors?|[Mm]essages?|[Mm]sgs?|[Ll]abels?|[Hh]ints?|[Pp]laceholders?|[Tt]itles?|[Dd]escriptions?|[Hh]elps?|[Tt]ooltips?|[Hh]eaders?|[Ii]18n|[Tt]ranslations?|[Ll]ang|[Ll]ocales?|[Ss]trings|[Cc]aptions?|[Tt]exts?|[Cc]olumns?|[Nn]ames|[Aa]ttributes|[Ee]xamples?|[Ss]ummary|[Uu]sage|[Tt]opics?|[Cc]ommands?)';
/** On the line of the name, before it. */
const ofText = new RegExp(String.raw`(?:^|[^A-Za-z]|[a-z](?=[A-Z]))${texts}(?![a-z])|\b(?:t|tr|__?|gettext)\(["'\x60]`);
/** What a block is called that is still open. */
const opensTexts = new RegExp(
  String.raw`${texts}\w{0,10}["']?\]?\s?(?::\s?[\w<>[\], ]{1,40})?(?:=>|[:=(])*\s?(?:new\s\w{1,20})?[{[(]$`,
);
const sibling = /^\s*["']?[\w.-]{1,60}["']?\]?\s{0,20}(?:=>|[:=])\s{0,20}["'`]([^"'`]{1,200})["'`][,;]?\s*$/;

/** Whether the value of the name at `from` is text for people: a label or message, or one of a table of translations. */
export function isForPeople(text: string, from: number, to: number): boolean {
  const name = text.slice(from, to);
  if (ofText.test(`${lineUpTo(text, from, 160)}${name}`)) return true;
  // A prompt: `password('Drei Worte')`, unlike a builder's method.
  if (text[to] === '(' && /^(?:ask)?_?pass(?:word)?$/i.test(name) && !/[.>:]/.test(text[from - 1] ?? '')) return true;
  // A string as a key, of which translations are made; in code those are variables.
  if (/["'`]/.test(text[to] ?? '') && (ofForms.test(name) || text[from - 1] === '.')) return true;
  const above = text.slice(Math.max(0, from - 400), from);
  const block = openBlock(above);
  if (block !== -1 && opensTexts.test(above.slice(Math.max(0, block - 60), block + 1))) return true;
  const lines = [
    ...above.split('\n').slice(-4, -1),
    ...text
      .slice(to, to + 400)
      .split('\n')
      .slice(1, 4),
  ];
  const values = lines.flatMap((line) => sibling.exec(line)?.[1] ?? []);
  const longer = values.filter((value) => /\p{L} \p{L}/u.test(value));
  return longer.length >= 2 && longer.length >= values.length / 2;
}

/** Where the innermost bracket opens that is not closed; -1 if there is none. */
function openBlock(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const sign = text[at] as string;
    if ('}])'.includes(sign)) depth++;
    else if ('{[('.includes(sign) && --depth < 0) return at;
  }
  return -1;
}
