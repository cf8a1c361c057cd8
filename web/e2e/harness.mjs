// A browser, named checks, and the promise that nothing complains in the console.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
export const base = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const shots = process.env.SHOTS ?? join(here, '../../build/shots');
mkdirSync(shots, { recursive: true });

const executablePath =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!executablePath)
  throw new Error('No Chromium found. Install it (apt install chromium) or set CHROMIUM to its path.');

const browser = await chromium.launch({
  executablePath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

const failures = [];
let passed = 0;

export function check(name, ok, detail = '') {
  if (ok) passed++;
  else failures.push(name);
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok || !detail ? '' : `: ${detail}`}`);
}

export async function step(name, page, run) {
  try {
    await run();
  } catch (error) {
    check(name, false, String(error).split('\n').slice(0, 6).join(' | '));
    await page
      .screenshot({ path: join(shots, `failed-${name.replaceAll(/\W+/g, '-')}.png`) })
      .catch(() => {});
  }
}

// `expected` lists console lines that a check provokes on purpose.
export async function open({ theme = 'light', width = 1440, height = 900, expected = [] } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
  await context.addInitScript(
    (t) => localStorage.getItem('starling.theme') ?? localStorage.setItem('starling.theme', t),
    theme,
  );
  const page = await context.newPage();
  const complaints = [];
  const note = (text) => {
    if (!expected.some((e) => text.includes(e))) complaints.push(text.slice(0, 300));
  };
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && note(m.text()));
  page.on('pageerror', (e) => note(String(e)));
  page.on('request', (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith('blob:') && !r.url().startsWith('data:'))
      note(`request to ${r.url()}`);
  });
  const close = async (name) => {
    check(`${name}: nothing in the console`, complaints.length === 0, complaints.join(' || '));
    await context.close();
  };
  return { page, context, close };
}

export async function settled(page) {
  await page.waitForFunction(
    () => !document.querySelector('.skeleton, .answer.old, [aria-busy="true"]'),
    null,
    { timeout: 20_000 },
  );
  await page.waitForTimeout(120);
}

export const goto = async (page, path) => {
  await page.goto(base + path);
  await settled(page);
};

export const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) });

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

// Text under gradients, in SVG or scrolled away is not seen by axe; token pairs are checked by arithmetic in tokens.test.ts.
export async function accessible(page, name) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 3)
          .join(', ')}`,
    );
  });
  check(`${name}: axe finds nothing`, found.length === 0, found.join(' || '));
}

export async function finish() {
  await browser.close();
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length === 0 ? 0 : 1);
}
