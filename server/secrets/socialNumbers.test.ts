import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['in a map', "person = {'name': 'Mia', 'ssn': '«219-09-9999»'}"],
  ['under a compound name', 'employee_ssn = "«541-67-3643»"\nconst claimantSsn = "«407-10-5783»";'],
  ['under a name in capitals', 'const claim = { employeeSSN: "«523-64-5721»" };'],
  ['that is set', 'person.setSsn("«631-78-8720»");'],
  ['without dashes', 'ssn = "«428719053»"'],
  ['as an integer', 'var c = Claim{SSN: «317562904»}'],
  ['with blanks', 'SSN2 = "«168 62 4320»"'],
  ['with dots', 'ssn: "«331.58.2047»"'],
  ['with no-break hyphens', 'ssn = "«331\u201158\u20112047»"'],
  ['on the next line', 'const claim = {\n  socialSecurityNumber:\n    "«423-71-9086»",\n};'],
  ['in prose', '// Social of the claimant: «331-58-2047»'],
  ['abbreviated in prose', '# Soc. Sec. No. «328-40-1263»'],
  ['on the next line of a comment', '# social security number:\n#   «428-80-1376»'],
  ['before its label', 'String taxpayerId = "«541-28-6093»"; // social security no.'],
  ['in a column', 'ROWS = <<~CSV\n  name,ssn,city\n  R. Albers,«238-55-7146»,Ulm\n  H. Ott,«239-55-7146»,Ulm\nCSV'],
  ['in a row of SQL', "INSERT INTO claims\n  (name, ssn, city)\nVALUES\n  ('H. Ott', '«447-61-3028»', 'Ulm');"],
])('a social security number %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a number under another name', "const part = '219-09-9999'; // as in a system of socialists"],
  [
    'nine digits on the line of one',
    'ssn.validate(row, 428719053); classNumber = 428719053; const isSsn = valid(123456789);',
  ],
  [
    'a number that is never issued',
    'ssn = "123-45-6789"; ssn = "000-12-3456"; ssn = "666-12-3456"; ssn = "987654321"; ssn = "123-00-4567"',
  ],
  ['a number in a comment below another', '# soc. fabric, sec. 2\n#   328-40-1263\n// see below:\n//   428-80-1376'],
  ['a version beside one', 'const ssn = valid(version("331.58.2047")); // ssn-parser 1.2.3'],
  ['a phone number', 'const ssn = ask("555-0100"); phone = "219-555-0100";'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
