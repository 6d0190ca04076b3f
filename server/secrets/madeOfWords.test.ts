import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` must be removed: words, separators and a number, beside a label. */
it.each([
  ['that is defined', "define('DB_PASSWORD', '«Alder-Flute_05»');"],
  ['stored under a key', 'p.put("password", "«Lime-Trunk-29»");'],
  ['of a system property', 'System.setProperty("javax.net.ssl.trustStorePassword", "«Holly_Chest7»");'],
  ['of the environment', 'std::env::set_var("DEPOT_PASSPHRASE", "«Plum.Glass-40»");'],
  ['typed into a field', 'await page.fill("#password", "«Blue-Kettle-91»");'],
  ['filled in', 'fill_in "Password", with: "«Copper-Fence-64»"'],
  ['by default, in Python', 'auth = os.environ.get("BROKER_AUTH", "«Zinc.Ladle-23»")'],
  ['by default, in Ruby', 'AUTH = ENV.fetch("GATEWAY_AUTH", "«Cranberry-Pan-5»")'],
  ['by default, in Go', 'func key() string { return envOr("BROKER_KEY", "«Bilberry.Spoon3»") }'],
  ['by default, in PHP', "$gate = getenv('GATE_CODE') ?: '«Rhubarb-Lid-36»';"],
  ['by default, in a shell', `: "\${SMTP_AUTH:=«Gooseberry_Pot8»}"`],
  ['by a condition', 'const key = process.env.CI ? process.env.KEY : "«Chrome_Whisk6»";'],
  ['on the next line of YAML', 'const a = `\nauth:\n  password:\n    «Copper.Finch_12»\n  on: true\n`'],
  ['on the next line of a map', 'mapOf(\n    "username" to "ops",\n    "password" to\n        "«Fir-Hamper-3x»",\n)'],
  [
    'in rows of people',
    'USERS = [\n    ("anna", "«Redwood_Tap30»", "admin"),\n    ("mia", "«limetrunk129»", "guest"),\n]',
  ],
  ['in rows of a type', 'var ops = []Credentials{\n\t{"anna", "«Slate-Basin-57»"},\n}'],
  ['in a list of lists', 'const logins = [\n  ["ops", "«Cypress-Chalk-2»"],\n];'],
  ['in a variable that is passed to a login', 'door = "«Tr0mbone-Quarry»"\nreturn gate.login("svc_batch", door)'],
  ['as an SNMP community', 'return snmp_open(s, "10.20.4.9", "«public-r0-Weir9»");'],
  ['as a PIN', 'const people = [\n  { name: "ops", pin: "«Laurel-Flint-33»", role: 1 },\n];'],
  ['of a door', 'val zugangscode = "«Kornfeld-Hase-4»"'],
  ['under two words', 'local login = { user = "ops", ["pass word"] = "«Medlar-Dish9»" }'],
  ['after a login in PowerShell', 'Connect-Switch -Name sw1 -Login ops -Key "«Quince.Plate6»"'],
  ['under a Polish name', 'const hasloDoBazy = "«Jesien_Kasztan3»";'],
  ['under a Hungarian name', 'jelszo_teszt = "«Paprika.Hid-88»"'],
  ['under a Romanian name', 'var parolaBazei = "«Munte_Brad-26»"'],
  ['of an attribute in escaped quotes', 'String bean = "<property name=\\"password\\" value=\\"«Beech-Jar-92»\\"/>";'],
  ['of an attribute in doubled quotes', 'string add = @"<add key=""SmtpPass"" value=""«Magpie-Dune3»"" />";'],
])('a password made of words %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a rule', 'p.put("password", "required-field"); q.put("password", "Min-Length-12");'],
  ['a translation', 'const hint = t("password", "settings.Password.hint-3");'],
  ['a header', 'request.set("token", "X-Request-Token-V2"); request.set("auth", "Auth-Header-2");'],
  ['a release', 'session.put("session", "Release-Candidate-2"); cookie("cookie", "Consent_Version3");'],
  ['a class', 'password:\n  Forms.TextField2,\nnext();'],
  ['a variable on the next line', 'password:\n    config.passwordOf2\n}'],
  ['a table of people', 'const users = ["mia-2024", "Anna_Lee3", "jonas77"];'],
  ['people with their ids', 'users = [{ id: "u-81f3a", name: "Mia" }, { id: "Unit-Test-7" }]'],
  ['a key of a table', 'const key = rows.KEY ?? "Blue-Kettle-91"; cache.get("ROW_KEY", "Plum-Glass-4");'],
  ['an option without an account', 'Set-Item -Name sw1 -Key "Quince.Plate6"'],
  ['words without a label', 'open("Lime-Trunk-29", "Elder_Barrel12")'],
])('%s is not taken for one', (_, lines) => expectLetPass(lines));
