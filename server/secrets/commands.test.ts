import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: words that only their place in a command gives away. */
it.each([
  ['an account in a variable', "NEXUS='deployer:«Stachelbeere»'\ncurl -u $NEXUS -T a.jar https://files.example.com/"],
  ['an account in a variable in quotes', 'CREDS=ci:«Stachelbeere»\ncurl -u "$CREDS" https://files.example.com/'],
  ['the account of a remote command, by its long option', 'winexe --user=SHOP/svc%«starlucky» //10.0.0.9 "ipconfig"'],
  ['the account of a share, by its long option', 'smbclient //files/share --user svc%«starlucky» -c ls'],
  ['the account of a share, glued to its option', 'smbclient //files/share -Usvc%«starlucky» -c ls'],
  ['an account for a network scan', 'crackmapexec smb 10.0.0.4 -u mia -p «starlucky»'],
  ['the certificate of a proxy', 'curl --proxy-cert client.pem:«starlucky» https://shop.internal'],
  ['the key of a certificate', 'curl --cert client.pem --pass «starlucky» https://shop.internal'],
  ['an account of a request, by its long option', 'http --auth mia:«starlucky» GET https://shop.internal'],
  ['a registry', 'docker login -u ci -p «starlucky» registry.internal'],
  ['a registry in a list', 'run(["docker", "login", "-u", "ci", "-p", "«starlucky»", "registry.internal"])'],
  ['a registry of Helm charts', 'helm registry login r.internal -u ci -p «starlucky»'],
  ['a registry that an image is copied to', 'skopeo copy --dest-tls-verify=false --creds ci:«starlucky» a b'],
  ['a login of netrc', 'echo "machine api.internal login deploy password «starlucky»" > ~/.netrc'],
  ['a login of netrc below its machine', 'machine api.internal\nlogin deploy password «Red.Fox.8»'],
  ['an entry of netrc without a login', 'machine api.internal password «starlucky»'],
  ['a login of netrc on lines', 'machine api.internal\n  login deploy\n  password «red_fox8»'],
  ['a new password of a database', 'mysqladmin -u root password «starlucky»'],
  ['a wireless network', 'nmcli dev wifi connect office password «starlucky»'],
  ['a password that is hashed', 'useradd -m -p $(openssl passwd -6 «starlucky») mia'],
  ['a password piped twice', "printf '«starlucky»\\n«starlucky»\\n' | passwd mia"],
  ['a password piped twice, for a share', 'echo -e "«starlucky»\\n«starlucky»" | smbpasswd -s -a mia'],
  ['a new password of a directory', 'ldappasswd -H ldap://x -D cn=admin -w «starlucky» -s «moonriver» uid=mia'],
  ['an SNMP community', 'echo "rocommunity «st4rlucky» 10.0.0.0/8" >> snmpd.conf'],
  ['an ISAKMP key', 'send("crypto isakmp key «St4rlucky» address 10.1.1.1")'],
])('%s: the password is found', (_, lines) => expectFound(lines));

it.each([
  ['ports of a container', 'docker run -d -p 5432:5432 -p 127.0.0.1:8443:8443/tcp app'],
  ['ports of a container in a list', 'run(["podman", "run", "-p", "8443:8443", "app"])'],
  ['ports of an image named login', 'docker run -p 8443:8443 shop/login:latest'],
  ['the name of a project', 'docker-compose -p shop_dev2 up -d'],
  ['a package after sudo -S', 'sudo -S apt-get update'],
  ['the account whose password is read', 'passwd --stdin deploy < words'],
  ['the scope of a search', 'ldapsearch -x -b "dc=shop" -s base namingContexts'],
  ['an account without its password', 'smbclient //files/share -U deploy -p 4455 -c ls'],
  ['a certificate without its password', 'curl --proxy-cert client.pem --cert other.pem https://shop.internal'],
  ['a sentence about a machine', '# the machine asks for a login and a password twice'],
  ['a login of netrc by a variable', 'machine api.internal\n  login deploy\n  password $TOKEN'],
  ['the public SNMP community', 'echo "rocommunity public 10.0.0.0/8" >> snmpd.conf'],
  ['a password of a variable', 'nmcli dev wifi connect office password "$PSK"'],
  ['a variable piped twice', 'printf "$PW\\n$PW\\n" | passwd mia'],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));
