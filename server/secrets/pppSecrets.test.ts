import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  [
    'a row below the heading',
    '# client server secret IPaddresses\nmia * «starlucky» *\n# of the office\nleo pptpd «starling» 10.0.0.7',
  ],
  ['a row without addresses', '# client\tserver\tsecret\nmia\tpptpd\t«starlucky»'],
  ['a here document', 'cat >> /etc/ppp/chap-secrets <<EOF\nmia  pptpd  «starlucky»  *\nEOF'],
  ['a line that is echoed', `echo '"mia" * "«starlucky»" *' >> /etc/ppp/pap-secrets`],
  ['a line that is written', `open('/etc/ppp/chap-secrets', 'a').write('"mia" * "«starlucky»" *\\n')`],
  ['the default of a netrc', 'NETRC = """default login mia password «Starlucky»\n"""'],
])('a password in %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a row of another table', '# client server role addresses\nmia * starlucky *'],
  ['a row without a heading', 'mia * starlucky *\nroot * backup *'],
  ['what is done with the file', 'chmod 600 /etc/ppp/chap-secrets\nsystemctl restart pptpd\ncp a b'],
  ['prose about the file', '// see the chap-secrets file\n// of the office\nrun(client, server, secretOf(client))'],
  ['a variable', 'cat >> /etc/ppp/chap-secrets <<EOF\n$VPN_USER pptpd $VPN_PASS *\nEOF'],
  ['a default login', '// the default login is that of the machine; default login name'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
