// Walks the app as a person would: BASE_URL=http://127.0.0.1:8080 node e2e/run.mjs
import { readFile } from 'node:fs/promises';
import { accessible, base, check, finish, goto, open, settled, shot, step } from './harness.mjs';

const stamp = String(Date.now()).slice(-6);
const link = (report, view) => Buffer.from(JSON.stringify({ v: 1, report, view })).toString('base64url');
const api = async (path, method = 'GET', body) => {
  const response = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return response.status === 204 ? null : response.json();
};
const option = (page, name) => page.getByRole('option', { name, exact: true }).click();
const choose = async (page, scope, label, name) => {
  await scope
    .getByRole('button', { name: new RegExp(label) })
    .last()
    .click();
  await option(page, name);
};
const pickProperty = async (page, name) => {
  await page.getByRole('combobox', { name: 'Search properties' }).fill(name);
  await page.keyboard.press('Enter');
};
const sentence = (page) => page.locator('.result .footnote').first().innerText();
const tableText = (page) => page.locator('.result table').first().innerText();
const metric = (page, letter) => page.getByRole('group', { name: new RegExp(`^Metric ${letter}:`) });

async function buildThreeMetrics(page) {
  await goto(page, '/insights');
  await choose(page, metric(page, 'A'), 'Measure', 'Sum of…');
  await page.getByRole('complementary').getByRole('button', { name: 'Metric', exact: true }).click();
  await metric(page, 'B').getByRole('button', { name: 'First time ever' }).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Metric', exact: true }).click();
  await metric(page, 'C').getByRole('button', { name: 'Filter', exact: true }).click();
  await pickProperty(page, 'order total');
  await page.keyboard.press('Escape');
  await choose(page, metric(page, 'C'), 'Operator', '≥');
  await metric(page, 'C')
    .getByRole('button', { name: /choose a value/ })
    .click();
  await page.getByRole('textbox', { name: 'Value' }).fill('20');
  await page.keyboard.press('Enter');
  await settled(page);
}

const main = await open();
const { page } = main;

await step('home', page, async () => {
  await goto(page, '/');
  check('home shows the project', /[1-9]/.test(await page.locator('.strip').innerText()));
  await accessible(page, 'home');
});

await step('three metrics by clicking', page, async () => {
  await buildThreeMetrics(page);
  check(
    'the sentence says all three',
    /sum of .*; total events of first .*; total events of .* where order total ≥ 20/i.test(
      await sentence(page),
    ),
    await sentence(page),
  );
  check('the table has a row for each metric', (await page.locator('.result tbody tr').count()) === 3);
  const large = await page.locator('.result tbody tr').nth(2).locator('td').first().innerText();
  check('large orders were counted', /[1-9]/.test(large), large);
  await page.getByRole('button', { name: 'Formula', exact: true }).click();
  await page.getByRole('textbox', { name: 'Formula of metric D' }).fill('A / B');
  await page.keyboard.press('Enter');
  await settled(page);
  check('a formula adds its row', (await page.locator('.result tbody tr').count()) === 4);
  await accessible(page, 'insights');
});

let shared = '';
await step('breakdown, CSV and a link in a second browser', page, async () => {
  await page.getByRole('radio', { name: '12M' }).check({ force: true });
  await page.getByRole('region', { name: 'Break down by' }).getByRole('button', { name: 'Add' }).click();
  await pickProperty(page, 'location name');
  await settled(page);
  const rows = await page.locator('.result tbody tr').count();
  check('a breakdown adds segments', rows > 4, String(rows));
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).first().click(),
  ]);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  check('the CSV has the rows on screen', lines.length === rows + 1, `${lines.length} lines, ${rows} rows`);
  shared = page.url();
  const second = await open();
  await second.page.goto(shared);
  await settled(second.page);
  check('the link opens the same question', (await sentence(second.page)) === (await sentence(page)));
  check('and the same numbers', (await tableText(second.page)) === (await tableText(page)));
  await second.close('second browser');
});

await step('kinds of chart', page, async () => {
  for (const kind of ['Columns', 'Bars', 'Number', 'Table', 'Line']) {
    await page.getByRole('radio', { name: kind, exact: true }).check({ force: true });
    await settled(page);
    await shot(page, `insights-${kind.toLowerCase()}-light`);
  }
  check('the chart kind is in the link', page.url() !== shared);
});

const funnel = {
  report: 'funnel',
  last: '90 days',
  steps: ['product viewed', 'added to cart', 'checkout started', 'order submitted'].map((event) => ({
    event,
  })),
  window: '1 hour',
};
const drawerSize = async (page) => {
  const text = await page.getByRole('dialog').locator('.number-value').innerText();
  return Number(text.replace(/\D/g, ''));
};

await step('a funnel by clicking, and who dropped out', page, async () => {
  await goto(page, '/funnel');
  check(
    'an unfinished question says what is missing',
    await page.getByText('Choose an event for each step.').isVisible(),
  );
  for (const [place, event] of [
    [1, 'Product viewed'],
    [2, 'Order submitted'],
  ]) {
    await page
      .getByRole('group', { name: `Step ${place}` })
      .locator('.event-name')
      .click();
    await page.getByRole('combobox', { name: 'Search events' }).fill(event);
    await page.keyboard.press('Enter');
  }
  await settled(page);
  check('the funnel has two steps', (await page.locator('.funnel-step').count()) === 2);
  await page.goto(`${base}/funnel?q=${link(funnel, {})}`);
  await settled(page);
  const counts = await page.locator('.funnel-step .funnel-numbers .num').allInnerTexts();
  const numbers = counts.map((c) => Number(c.replace(/\D/g, '')));
  check(
    'steps never rise',
    numbers.every((n, i) => i === 0 || n <= numbers[i - 1]) && numbers[0] > 0,
    counts.join(' '),
  );
  await page.getByRole('button', { name: /dropped out before Order submitted/ }).click();
  await page.getByRole('dialog').locator('.number-value').waitFor();
  check(
    'the list of those who dropped out is as long as the gap',
    (await drawerSize(page)) === numbers[2] - numbers[3],
  );
  await accessible(page, 'people');
  await shot(page, 'who-light');
  await page.keyboard.press('Escape');
  await shot(page, 'funnel-light');
  await accessible(page, 'funnel');
});

await step('a funnel by platform, with a trend', page, async () => {
  const broken = { ...funnel, unit: 'month', breakdown: [{ property: 'platform' }] };
  await page.goto(`${base}/funnel?q=${link(broken, {})}`);
  await settled(page);
  check('a segment has its row', (await page.locator('.result tbody tr').count()) >= 4);
  check('the trend is drawn', await page.getByRole('slider', { name: /Conversion by month/ }).isVisible());
  await shot(page, 'funnel-trend-light');
});

await step('a flow and who is behind a node', page, async () => {
  const flow = {
    report: 'flow',
    last: '30 days',
    anchors: [{ event: 'app opened' }],
    after: 3,
    before: 1,
    rows: 4,
  };
  await page.goto(`${base}/flow?q=${link(flow, {})}`);
  await settled(page);
  const node = page.getByRole('button', { name: /1 after, who is this\?/ }).first();
  const expected = Number((await node.locator('.flow-count').innerText()).split('·')[0].replace(/\D/g, ''));
  await node.click();
  await page.getByRole('dialog').locator('.number-value').waitFor();
  check('a node lists as many users as it counts', (await drawerSize(page)) === expected);
  await page.keyboard.press('Escape');
  await shot(page, 'flow-light');
  await accessible(page, 'flow');
});

await step('a point of a line and a cell of a table say who', page, async () => {
  const report = {
    report: 'insights',
    last: '6 months',
    unit: 'month',
    metrics: [{ event: 'order submitted', measure: 'users' }],
  };
  await page.goto(`${base}/insights?q=${link(report, {})}`);
  await settled(page);
  const cell = page.locator('.result tbody .cell-button').nth(2);
  const expected = Number((await cell.innerText()).replace(/\D/g, ''));
  await cell.click();
  await page.getByRole('dialog').locator('.number-value').waitFor();
  check('a cell lists as many users as it counts', (await drawerSize(page)) === expected);
  await page.keyboard.press('Escape');
  await page.getByRole('slider').first().click();
  check(
    'a point opens its users',
    (await page
      .getByRole('dialog')
      .locator('.number-value')
      .isVisible()
      .catch(() => false)) ||
      (await page
        .getByRole('dialog')
        .locator('.number-value')
        .waitFor()
        .then(() => true)),
  );
  await page.keyboard.press('Escape');
});

await step('undo and redo', page, async () => {
  await goto(page, '/insights');
  const before = await sentence(page);
  await choose(page, metric(page, 'A'), 'Measure', 'Unique users');
  await settled(page);
  const after = await sentence(page);
  await page.locator('.result').focus();
  await page.keyboard.press('Control+z');
  await settled(page);
  check('Ctrl+Z takes the change back', (await sentence(page)) === before);
  await page.keyboard.press('Control+Shift+z');
  await settled(page);
  check('Ctrl+Shift+Z makes it again', (await sentence(page)) === after && after !== before);
});

await step('by keyboard alone', page, async () => {
  await goto(page, '/insights');
  const tabTo = async (found) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(found)) return true;
    }
    return false;
  };
  check('Tab reaches the event', await tabTo(() => document.activeElement?.classList.contains('event-name')));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type('zzz');
  await page.keyboard.press('Escape');
  check('Escape clears the search first', (await page.evaluate(() => document.activeElement?.value)) === '');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.classList.contains('event-name'));
  check('focus comes back to the event', true);
  check(
    'Tab reaches the measure',
    await tabTo(() =>
      /Measure/.test(
        document.activeElement?.getAttribute('aria-labelledby')
          ? document.activeElement.parentElement?.innerText +
              document.activeElement.closest('.choose')?.innerHTML
          : '',
      ),
    ),
  );
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await settled(page);
  check(
    'arrows and Enter change the measure',
    /unique users/i.test(await sentence(page)),
    await sentence(page),
  );
  check(
    'Tab reaches the chart',
    await tabTo(() => document.activeElement?.getAttribute('role') === 'slider'),
  );
  await page.keyboard.press('Home');
  const first = await page.getByRole('slider').getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowRight');
  const next = await page.getByRole('slider').getAttribute('aria-valuetext');
  check('arrows read the chart', first !== next && /\d/.test(next ?? ''), `${first} → ${next}`);
});

await step('revenue retention by product', page, async () => {
  await goto(page, '/retention');
  await shot(page, 'retention-light');
  check('the heat table has start months', (await page.locator('.heat tbody tr').count()) > 3);
  const panel = page.getByRole('region', { name: 'Measure' });
  await choose(page, panel, 'Measure', 'Sum of a property');
  await page.getByRole('region', { name: 'Break down by' }).getByRole('button', { name: 'Add' }).click();
  await pickProperty(page, 'product name');
  await settled(page);
  check('a line for each product', (await page.locator('.legend-item').count()) > 5);
  check(
    'the sentence says so',
    /^Sum of .* by product name of the first/.test(await sentence(page)),
    await sentence(page),
  );
  await page.getByRole('button', { name: /Segment of the table/ }).click();
  await page.getByRole('option').nth(1).click();
  await settled(page);
  check('the heat table shows one product', /\d/.test(await page.locator('.heat tbody').innerText()));
  await accessible(page, 'retention');
});

const cohorts = [];
await step('welcome and win-back cohorts clicked together', page, async () => {
  const save = async (name) => {
    await page.getByRole('button', { name: 'Save cohort' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Save cohort' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    cohorts.push(name);
  };
  const size = async () =>
    Number((await page.locator('.result .number-value').innerText()).replaceAll(',', ''));

  await goto(page, '/cohorts/new');
  await choose(
    page,
    page.getByRole('group', { name: /^Condition 1/ }),
    'Did or did not',
    'did for the first time ever',
  );
  await settled(page);
  const welcome = await size();
  await save(`Welcome ${stamp}`);

  await goto(page, '/cohorts/new');
  const one = page.getByRole('group', { name: /^Condition 1/ });
  await choose(page, one, 'When', 'between');
  await page.getByRole('button', { name: 'Did not do something' }).click();
  await settled(page);
  const built = await size();
  const said = await page.locator('.panel .footnote').innerText();
  check(
    'win-back reads as meant',
    /between 30 days and 120 days ago, and no .* in the last 30 days/.test(said),
    said,
  );
  check('people are listed', (await page.locator('.result tbody tr').count()) > 0);
  await page.reload();
  await settled(page);
  check('a cohort being built survives a reload', (await size()) === built);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const people = (await readFile(await file.path(), 'utf8')).trim().split('\r\n').length - 1;
  check('the CSV holds everybody', people === built, `${people} of ${built}`);
  await accessible(page, 'cohort builder');
  await save(`Win-back ${stamp}`);

  await goto(page, '/cohorts/new');
  await page.getByRole('button', { name: /^Welcome/ }).click();
  await settled(page);
  check(
    'the Welcome example counts the same',
    (await size()) === welcome && welcome > 0,
    `${await size()} against ${welcome}`,
  );
  await page.getByRole('button', { name: /^Win-back/ }).click();
  await settled(page);
  check(
    'the Win-back example counts the same',
    (await size()) === built && built > 0,
    `${await size()} against ${built}`,
  );

  await goto(page, '/cohorts');
  const row = page.getByRole('row', { name: new RegExp(`Win-back ${stamp}`) });
  check(
    'the list shows its size',
    (await row.innerText()).includes(built.toLocaleString('en')),
    await row.innerText(),
  );
  await accessible(page, 'cohort list');
});

let boardId = '';
await step('a board', page, async () => {
  await goto(page, '/insights');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(`Orders ${stamp}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Save report' }).click();
  await page.getByRole('heading', { level: 1, name: `Orders ${stamp}` }).waitFor();
  await page.getByRole('button', { name: 'Add to board' }).click();
  await page.getByRole('menuitem', { name: 'New board…' }).click();
  await page.getByRole('textbox', { name: 'Name of the board' }).fill(`Board ${stamp}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Create board' }).click();
  await page.waitForURL(/\/boards\//);
  await settled(page);
  boardId = page.url().split('/').at(-1);
  check('the card answers', await page.locator('.board-card svg').first().isVisible());
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByRole('textbox', { name: 'Text of the note' }).fill('# Notes\n\nWhat **changed**.');
  await page.getByRole('button', { name: 'Save note' }).click();
  await page.getByRole('article', { name: 'Note' }).waitFor();
  await page.getByRole('button', { name: /^Move Note/ }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(
    () => document.querySelector('.board-cell article')?.getAttribute('aria-label') === 'Note',
  );
  await page.getByRole('button', { name: new RegExp(`More for Orders ${stamp}`) }).click();
  await page.getByRole('menuitem', { name: 'Width: full' }).click();
  await page.waitForFunction(() =>
    document.querySelectorAll('.board-cell')[1]?.getAttribute('style')?.includes('12'),
  );
  await page.waitForTimeout(300);
  await page.reload();
  await settled(page);
  const stored = await api(`/boards/${boardId}`);
  check(
    'order and width are stored',
    stored.cards.length === 2 && 'text' in stored.cards[0] && stored.cards[1].width === 12,
    JSON.stringify(stored.cards),
  );
  await page.getByRole('button', { name: 'More for Note' }).click();
  await page.getByRole('menuitem', { name: 'Remove from board' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('article', { name: 'Note' }).waitFor();
  check('removing can be undone', true);
  await accessible(page, 'board');
  await goto(page, '/');
  await page.getByRole('link', { name: `Orders ${stamp}` }).click();
  await page.waitForURL(/\/insights\?/);
  await settled(page);
  check(
    'a saved report opens in its builder',
    await page.getByRole('button', { name: 'Saved', exact: true }).isVisible(),
  );

  await metric(page, 'A')
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Number format' }).click();
  await choose(page, metric(page, 'A'), 'Show metric A as', 'Money, $');
  await page.getByRole('radio', { name: 'Number', exact: true }).check({ force: true });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Saved', exact: true }).waitFor();
  await goto(page, '/');
  await page.getByRole('link', { name: `Orders ${stamp}` }).click();
  await page.waitForURL(/\/insights\?/);
  await settled(page);
  const reopened = await page.locator('.result .number-value').first().innerText();
  check('a saved report keeps its number format and chart', /^\$\d/.test(reopened), reopened);
  await goto(page, `/boards/${boardId}`);
  const carded = await page.locator('.board-card .number-value').first().innerText();
  check('and so does its card', carded === reopened, carded);
});

await step('sources', page, async () => {
  await goto(page, '/sources');
  check('sources are listed', (await page.locator('tbody tr').count()) > 0);
  await accessible(page, 'sources');
  await page.getByRole('button', { name: 'locations', exact: true }).click();
  const runs = page.locator('.runs li');
  await runs.first().waitFor();
  const before = await runs.count();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForFunction((n) => document.querySelectorAll('.runs li').length > n, before);
  check('a source runs when it is asked to', (await runs.count()) === before + 1);
  await accessible(page, 'a source');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  check('a paused source says so', (await page.locator('tbody .state', { hasText: 'Paused' }).count()) === 1);
  await shot(page, 'source-light');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.keyboard.press('Escape');
});
await main.close('walk');

const wrong = await open({ expected: ['status of 4', 'ERR_FAILED'] });
await step('errors', wrong.page, async () => {
  const p = wrong.page;
  const unknown = {
    report: 'insights',
    last: '30 days',
    metrics: [{ event: 'no such event', measure: 'total' }],
  };
  await goto(p, `/insights?q=${link(unknown)}`);
  await p.getByRole('alert').waitFor();
  check(
    'a refused question says why',
    /no such event/.test(await p.getByRole('alert').innerText()),
    await p.getByRole('alert').innerText(),
  );
  await shot(p, 'error-light');
  await accessible(p, 'error');
  await goto(p, '/insights?q=broken');
  check('a broken link says so', /cannot be opened/.test(await p.getByRole('alert').innerText()));
  await p.getByRole('button', { name: 'Start a new report' }).click();
  await settled(p);
  check('and offers a way on', await p.getByRole('slider').isVisible());
  await p.route('**/api/v1/query', (route) => route.abort());
  await p.getByRole('radio', { name: '7D' }).check({ force: true });
  await p.getByRole('alert').waitFor();
  check('a lost server is named', /cannot be reached/.test(await p.getByRole('alert').innerText()));
  await p.unroute('**/api/v1/query');
  await p.getByRole('button', { name: 'Run again' }).last().click();
  await settled(p);
  check('Run again recovers', await p.getByRole('slider').isVisible());
  await goto(p, '/boards/no-such-board');
  await p.getByRole('alert').waitFor();
  check('a missing board is named', (await p.getByRole('alert').innerText()).length > 10);
  await goto(p, '/nowhere');
  check(
    'an unknown address offers the way home',
    await p.getByRole('link', { name: /home page/ }).isVisible(),
  );
});
await wrong.close('errors');

const screens = [
  ['home', '/'],
  ['insights', new URL(shared || `${base}/insights`).pathname + new URL(shared || `${base}/insights`).search],
  ['retention', '/retention'],
  ['cohorts', '/cohorts'],
  ['cohort-new', '/cohorts/new'],
  ['board', `/boards/${(await api('/boards')).boards?.[0]?.id ?? boardId}`],
  ['sources', '/sources'],
];
for (const theme of ['light', 'dark']) {
  const wide = await open({ theme, height: 1400 });
  for (const [name, path] of screens)
    await step(`${name} in ${theme}`, wide.page, async () => {
      await goto(wide.page, path);
      await wide.page.waitForTimeout(300);
      await shot(wide.page, `${name}-${theme}`);
      if (theme === 'dark') await accessible(wide.page, `${name} dark`);
    });
  await step(`pickers in ${theme}`, wide.page, async () => {
    const p = wide.page;
    await goto(p, '/insights');
    await p.locator('.event-name').click();
    await p.waitForTimeout(250);
    await shot(p, `event-picker-${theme}`);
    await p.keyboard.press('Escape');
    await p.getByRole('region', { name: 'Filters' }).getByRole('button', { name: 'Add' }).click();
    await p.waitForTimeout(250);
    await shot(p, `property-picker-${theme}`);
    await pickProperty(p, 'location name');
    await settled(p);
    await p.waitForTimeout(250);
    await shot(p, `values-${theme}`);
    await p.keyboard.press('Escape');
    await p.locator('.range-picker > .button').click();
    await p.waitForTimeout(250);
    await shot(p, `date-range-${theme}`);
  });
  await wide.close(`screens in ${theme}`);
}
const phone = await open({ width: 390, height: 844 });
await step('on a phone', phone.page, async () => {
  await goto(phone.page, '/retention');
  await shot(phone.page, 'phone-retention-light');
  check(
    'the page does not scroll sideways',
    await phone.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
  );
  await goto(phone.page, '/');
  await shot(phone.page, 'phone-home-light');
});
await phone.close('phone');

// What the walk saved is taken away again.
if (boardId) await api(`/boards/${boardId}`, 'DELETE');
for (const report of (await api('/reports')).reports)
  if (report.name.endsWith(stamp)) await api(`/reports/${report.id}`, 'DELETE');
for (const cohort of (await api('/cohorts')).cohorts)
  if (cohorts.includes(cohort.name)) await api(`/cohorts/${encodeURIComponent(cohort.id)}`, 'DELETE');
await finish();
