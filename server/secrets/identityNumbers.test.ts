import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['personnummer', "person = {'personnummer': '«811228-9874»'}"],
  ['personnummer of a hundred-year-old', 'const pnr = "«811228+9874»";'],
  ['personnummer with its century', 'String kundPersonnummer = "«198112289874»";'],
  ['samordningsnummer', 'samordningsnummer: «701063-2391»'],
  ['fødselsnummer', "const fødselsnummer = '«01010750160»';"],
  ['henkilötunnus', 'hetu = "«131052-308T»"'],
  ['BSN', '"bsn": "«123456782»"'],
  ['PESEL', "user.pesel = '«44051401359»'"],
  ['CPF', 'clienteCpf: "«529.982.247-25»"'],
  ['DNI', 'DNI = "«12345678Z»"; nie = "«X1234567L»"'],
  ['two of them', "cpf: ['«529.982.247-25»', '«111.444.777-35»']"],
])('a %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a wrong check digit', "personnummer = '811228-9873'; bsn = '123456789'; cpf = '529.982.247-26'; dni = '12345678A'"],
  [
    'a number under another name',
    "const order = '811228-9874'; const ticket = 123456782; const snippet = '811228-9874';",
  ],
  ['a time of day', 'pnr_log = "20251301-1405"'],
  ['one digit over and over', "cpf = '111.111.111-11'; pesel = '00000000000'"],
  ['a number on another line', "const cpf = ask();\nconst order = '529.982.247-25';"],
])('%s is not taken for a number of a person', (_, lines) => expectLetPass(lines));
