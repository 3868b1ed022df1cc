/**
 * The page in a real browser. Chromium is no dependency: without it these tests are skipped, except where
 * EXIWHY_BROWSER=required makes that a failure, as .ci/run does.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exiwhy } from './cli.ts';
import { hostileLog, hostileShown, UNSEEN } from './hostile-log.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const required = process.env['EXIWHY_BROWSER'] === 'required';

const CPANEL = 'fixtures/cpanel-exim-4.96.log';
/** Checks the rules of WCAG that a program can check, as a script that runs in the page. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-browser-'));
let browser: Browser;

afterAll(() => rmSync(folder, { recursive: true }));

it.runIf(required)('there is a browser', () => expect(CHROMIUM).toBeDefined());

describe.skipIf(CHROMIUM === undefined)('in Chromium', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);
  afterAll(() => browser.close());

  interface Opened {
    page: Page;
    /** What the page asked for, besides itself. */
    requests: string[];
    /** Errors and whatever else it said. */
    messages: string[];
  }

  async function open(
    args: readonly string[],
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<Opened> {
    const path = join(folder, `${args.join('-').replaceAll(/[^\w.-]/g, '_')}.html`);
    if (!existsSync(path)) expect(exiwhy([...args, '-o', path]).stderr).toBe('');
    return openFile(path, width, colorScheme);
  }

  async function openFile(path: string, width: number, colorScheme: 'light' | 'dark'): Promise<Opened> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    const messages: string[] = [];
    const url = pathToFileURL(path).href;
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
    });
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    page.on('dialog', (dialog) => {
      messages.push(dialog.message());
      return dialog.dismiss();
    });
    await page.goto(url);
    return { page, requests, messages };
  }

  /** The HTML of a report's mail, its pictures where their names stood, as a mail program shows it. */
  async function mailAsPage(log: string): Promise<string> {
    const path = join(folder, `${basename(log)}.eml`);
    expect(exiwhy(['report', log, '-o', path]).stderr).toBe('');
    const { html = '', attachments } = await PostalMime.parse(readFileSync(path), {
      attachmentEncoding: 'base64',
    });
    const page = `${path}.html`;
    const pictures = attachments.map(
      ({ contentId = '', content }) =>
        [`src="cid:${contentId.slice(1, -1)}"`, `src="data:image/png;base64,${content}"`] as const,
    );
    writeFileSync(
      page,
      pictures.reduce((source, [name, picture]) => source.replace(name, picture), html),
    );
    return page;
  }

  const background = (page: Page): Promise<string> =>
    page.evaluate('getComputedStyle(document.body).backgroundColor');

  describe.each([
    [360, 'light'],
    [360, 'dark'],
    [1400, 'light'],
    [1400, 'dark'],
  ] as const)('%i pixels wide, %s', (width, scheme) => {
    it('the report is whole', async () => {
      const { page, requests, messages } = await open(['report', CPANEL], width, scheme);
      expect(messages).toEqual([]);
      expect(requests).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await background(page)).toBe(scheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(243, 245, 247)');
      const charts = page.locator('figure svg:visible');
      expect(await charts.count()).toBe(3);
      for (const chart of await charts.all()) {
        const box = await chart.boundingBox();
        expect(box?.width).toBeGreaterThan(250);
        expect(box?.width).toBeLessThan(width);
        // In letters that can be read.
        const letter = await chart.locator('text').first().boundingBox();
        expect(letter?.height).toBeGreaterThan(10);
      }
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('rect')].map((one) => getComputedStyle(one).fill)",
        ),
      ).toContain(scheme === 'dark' ? 'rgb(242, 112, 106)' : 'rgb(200, 55, 45)');
      await page.close();
    });
  });

  it('a picture has the name that tells it in words, a table its caption', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'light');
    const pictures = page.getByRole('img');
    expect(await pictures.count()).toBe(3);
    expect(await pictures.first().getAttribute('aria-label')).toMatch(
      /^Chart: Refusals by hour of the day\. fail \d+, defer \d+, could not connect \d+, other \d+\. Most: /,
    );
    for (const table of await page.getByRole('table').all())
      expect(await table.locator('caption').textContent()).not.toBe('');
    await page.close();
  });

  describe.each([
    'light',
    'dark',
  ] as const)('nothing stands in the way of those who see or point little, %s', (scheme) => {
    async function expectAccessible(page: Page, rules: string): Promise<void> {
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      await page.evaluate(AXE);
      const found = `axe.run({ rules: ${rules} }).then(({ violations, passes }) => ({ passes: passes.length,
        violations: violations.map(({ id, nodes }) => id + ': ' + nodes[0].html) }))`;
      expect(await page.evaluate(found)).toEqual({ passes: expect.any(Number), violations: [] });
      await page.close();
    }

    it.each(['report', 'trace'])('in the page of %s', async (command) => {
      const { page } = await open([command, CPANEL], 1400, scheme);
      await expectAccessible(page, '{}');
    });

    it('in the mail', async () => {
      // A mail is a part of the page of who shows it.
      const { page } = await openFile(await mailAsPage(CPANEL), 800, scheme);
      await expectAccessible(page, "{ region: { enabled: false }, 'landmark-one-main': { enabled: false } }");
    });
  });

  it('tables sort by a click, numbers as numbers, and filter', async () => {
    const { page, messages } = await open(['report', CPANEL], 1400, 'light');
    const table = page.getByRole('table', { name: 'By cause', exact: true });
    const column = async (at: number): Promise<string[]> =>
      table.locator(`tbody tr:visible > :nth-child(${at})`).allTextContents();
    const names = await column(1);
    const head = (name: string) => table.getByRole('columnheader', { name, exact: true });

    await head('name').getByRole('button').click();
    expect(await column(1)).toEqual([...names].sort((a, b) => a.localeCompare(b)));
    expect(await head('name').getAttribute('aria-sort')).toBe('ascending');

    await head('refused').getByRole('button').click();
    const counts = (await column(2)).map(Number);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(await head('refused').getAttribute('aria-sort')).toBe('descending');
    await head('refused').getByRole('button').click();
    expect((await column(2)).map(Number)).toEqual(counts.toReversed());
    expect(await head('name').getAttribute('aria-sort')).toBeNull();

    await page.getByRole('searchbox', { name: 'Filter: By cause', exact: true }).fill('GREYLIST');
    expect(await column(1)).toEqual(['callout-greylisted']);
    expect(messages).toEqual([]);
    await page.close();
  });

  it('a problem opens its log lines', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'light');
    const problem = page.getByRole('article').filter({ hasText: 'alice@multidefer.example' });
    const line = problem.getByText('sender verify defer for <alice@multidefer.example>').first();
    expect(await line.isVisible()).toBe(false);
    await problem.getByText('log lines').click();
    expect(await line.isVisible()).toBe(true);
    await page.close();
  });

  it('a row opens its log lines, and keeps them when the table is sorted', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'light');
    const table = page.getByRole('table', { name: 'By cause', exact: true });
    const row = table.getByRole('row').filter({ has: page.getByText('callout-greylisted', { exact: true }) });
    const lines = row.locator('xpath=following-sibling::tr[1]');
    expect(await lines.isVisible()).toBe(false);
    await row.locator('summary').click();
    expect(await lines.isVisible()).toBe(true);
    expect(await lines.textContent()).toMatch(/greylisted/i);
    await table.getByRole('button', { name: 'name' }).click();
    expect(await lines.isVisible()).toBe(true);
    expect(await lines.textContent()).toMatch(/greylisted/i);
    await page.getByRole('searchbox', { name: 'Filter: By cause', exact: true }).fill('relay');
    expect(await lines.isVisible()).toBe(false);
    await page.close();
  });

  it('works by the keyboard alone', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'light');
    const table = page.getByRole('table', { name: 'By cause', exact: true });
    await table.getByRole('button', { name: 'refused', exact: true }).focus();
    await page.keyboard.press('Enter');
    expect(await table.getByRole('columnheader', { name: 'refused' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    await table.locator('summary').first().focus();
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await table.locator('tr.evidence').first().isVisible()).toBe(true);
    await page.close();
  });

  describe('what strangers wrote is shown and does nothing', () => {
    const log = join(folder, 'hostile.log');
    writeFileSync(log, hostileLog);

    async function expectHarmless({ page, requests, messages }: Opened): Promise<void> {
      expect([...messages, ...requests]).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      const text = String(await page.evaluate('document.body.textContent'));
      for (const shown of hostileShown) expect(text).toContain(shown);
      expect(text).not.toMatch(UNSEEN);
      expect(await page.locator('h1').isVisible()).toBe(true);
    }

    it.each(['report', 'trace'])('in the page of %s', async (command) => {
      const opened = await open([command, log], 360, 'light');
      await expectHarmless(opened);
      expect(await opened.page.locator('script').count()).toBe(1);
      expect(await opened.page.locator('img').count()).toBe(0);
      await opened.page.close();
    });

    it('in the mail', async () => {
      const opened = await openFile(await mailAsPage(log), 360, 'light');
      await expectHarmless(opened);
      expect(await opened.page.locator('script').count()).toBe(0);
      await opened.page.close();
    });
  });

  it.each([360, 800])('the mail is whole, %i pixels wide', async (width) => {
    const { page, requests, messages } = await openFile(await mailAsPage(CPANEL), width, 'light');
    expect([...messages, ...requests]).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.evaluate('[...document.images].map((one) => one.naturalWidth)')).toEqual([
      800, 800, 800,
    ]);
    await page.close();
  });

  it('is light and open on paper', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'dark');
    await page.emulateMedia({ media: 'print' });
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('article details:not([open])').count()).toBe(0);
    expect(await page.locator('article details[open]').count()).toBeGreaterThan(10);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('details[open]').count()).toBe(0);
    await page.close();
  });
});
