import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** `«…»` is what may not stay: a word that no likeness tells. */
it.each([
  ['typed into a field', "cy.get('#password').type('«starlucky»');"],
  ['typed with the key that sends it', "cy.get('input[name=pw]').type('«starlucky{enter}»');"],
  ['typed into a labelled field', "await page.getByLabel('Passwort').fill('«starlucky»');"],
  ['typed where the field comes first', "await userEvent.type(passwordInput, '«starlucky!»');"],
  ['sent as keys', 'driver.find_element(By.ID, "pw").send_keys("«starlucky»")'],
  ['filled in', "fill_in 'user[password]', with: '«starlucky»'"],
  ['performed', 'onView(withId(R.id.password)).perform(typeText("«starlucky»"))'],
  ['stored under a key', 'props.put("password", "«starlucky»");'],
  ['stored with three words', "os.putenv('DB_PASSWORD', '«star-ginger-happy»')"],
  ['taken where none is stored', "stored = ENV.fetch('STOCK_PASSWORD', '«soccerriver!»')"],
  ['defined', "define('DB_PASSWORD', '«bustertiger»');"],
  ['compared', 'if (strcmp(password, "«starlucky»") == 0) open_door();'],
  ['compared from the other side', 'if ("«starlucky»".equals(password)) openDoor();'],
  ['compared by a sign from the other side', "if ('«starlucky»' === form.password) openDoor();"],
  ['a default of an option', "parser.add_argument('--password', help='of the stock', default='«starlucky»')"],
  ['a default of a property', 'public string Password { get; set; } = "«starlucky»";'],
  ['compared with what is asked', "if (req.query.key === '«charlie665»') return next();"],
  ['compared with what is asked in PHP', 'if ($_GET["k"] == "«kayak-summer-lamp»") { phpinfo(); }'],
  ['the default of a flag', 'pw := flag.String("password", "«wolfpizza»", "of the stock")'],
  ['set as an option', 'curl_easy_setopt(curl, CURLOPT_PASSWORD, "«wintersummer»");'],
  ['set behind its user', 'curl_easy_setopt(curl, CURLOPT_USERPWD, "stock:«tigerstar!»");'],
  ['stored in a table of settings', "INSERT INTO setting (k, v) VALUES ('smtp_password', '«moonriver»');"],
  ['in an element with attributes', '<wsse:Password Type="PasswordText">«starlucky»</wsse:Password>'],
])('a password that is %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a rule of a form', 'rules.put("password", "required");'],
  ['a translation', 't("password", "Passwort")'],
  ['a type that is compared', 'if ("admin".equals(passwordType)) {}'],
  ['a type that is set', "element.setAttribute('type', 'password');"],
  ['a name that is compared', "if (type === 'text' && name === 'password') {}"],
  ['an error', 'errors.add("password", "blank")'],
  ['a field that is typed into from a variable', "cy.get('#password').type(user.password);"],
  ['what is typed into another field', "cy.get('#name').type('Oliver');"],
  ['what a request wants', 'if ($_GET["mode"] == "edit2") {}'],
  ['what follows an end of an element', '</password>\n\nfunction begin() {}'],
])('%s is let pass', (_, line) => expectLetPass(line));
