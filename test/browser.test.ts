/**
 * The page in a real browser. Chromium is no dependency: without it these tests are skipped, except where
 * EXIWHY_BROWSER=required makes that a failure, as .ci/run does.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exiwhy } from './cli.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const required = process.env['EXIWHY_BROWSER'] === 'required';

const CPANEL = 'fixtures/cpanel-exim-4.96.log';
const word = 'w'.repeat(240);
/** Names that strangers chose: markup, quotes, an override of the direction, a control, a word without end. */
const HOSTILE = [
  `2026-11-21 04:43:00 H=(<script>alert(1)</script>) [203.0.113.5] sender verify defer for <"><img src=http://x.example/ onerror=alert(2)>@x.example>: could not connect to mx.x.example [198.51.100.5]: Connection timed out`,
  `2026-11-21 04:43:00 H=(<script>alert(1)</script>) [203.0.113.5] F=<"><img src=http://x.example/ onerror=alert(2)>@x.example> temporarily rejected RCPT <b@here.example>: Could not complete sender verify callout`,
  `2026-11-21 04:43:01 H=(a\u202eb\x01'"&lt;) [203.0.113.6] sender verify defer for <${word}@y.example>: could not connect to mx.y.example [198.51.100.6]: Connection refused`,
  `2026-11-21 04:43:01 H=(a\u202eb\x01'"&lt;) [203.0.113.6] F=<${word}@y.example> temporarily rejected RCPT <b@here.example>: Could not complete sender verify callout`,
  '',
].join('\n');

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
      const charts = page.locator('picture img:visible');
      expect(await charts.count()).toBe(3);
      for (const chart of await charts.all()) {
        const drawn = await chart.evaluate((image) => ({
          natural: Reflect.get(image, 'naturalWidth'),
          source: String(Reflect.get(image, 'currentSrc')),
        }));
        expect(drawn.natural).toBe(width < 640 ? 340 : 860);
        const svg = Buffer.from(drawn.source.split(',')[1] ?? '', 'base64').toString();
        expect(svg).toContain(scheme === 'dark' ? '#161b22' : '#ffffff');
      }
      await page.close();
    });
  });

  it('tables sort by a click, numbers as numbers, and filter', async () => {
    const { page, messages } = await open(['report', CPANEL], 1400, 'light');
    const table = page.getByRole('table', { name: 'By cause' });
    const column = async (at: number): Promise<string[]> =>
      table.locator(`tbody tr:visible > :nth-child(${at})`).allTextContents();
    const names = await column(1);
    const head = (name: string) => table.getByRole('columnheader', { name, exact: true });

    await head('By cause').getByRole('button').click();
    expect(await column(1)).toEqual([...names].sort((a, b) => a.localeCompare(b)));
    expect(await head('By cause').getAttribute('aria-sort')).toBe('ascending');

    await head('refused').getByRole('button').click();
    const counts = (await column(2)).map(Number);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(await head('refused').getAttribute('aria-sort')).toBe('descending');
    await head('refused').getByRole('button').click();
    expect((await column(2)).map(Number)).toEqual(counts.toReversed());
    expect(await head('By cause').getAttribute('aria-sort')).toBeNull();

    await page.getByRole('searchbox', { name: 'Filter: By cause' }).fill('GREYLIST');
    expect(await column(1)).toEqual(['callout-greylisted']);
    expect(messages).toEqual([]);
    await page.close();
  });

  it('a problem opens its log lines', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'light');
    const problem = page.getByRole('article').filter({ hasText: 'alice@lost.example' });
    const line = problem.getByText('sender verify defer for <alice@lost.example>');
    expect(await line.isVisible()).toBe(false);
    await problem.getByText('log lines').click();
    expect(await line.isVisible()).toBe(true);
    await page.close();
  });

  it('what strangers wrote is shown and does nothing', async () => {
    const log = join(folder, 'hostile.log');
    writeFileSync(log, HOSTILE);
    for (const command of ['report', 'trace']) {
      const { page, requests, messages } = await open([command, log], 360, 'light');
      expect([...messages, ...requests]).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      expect(await page.locator('script').count()).toBe(1);
      const text = String(await page.evaluate('document.body.textContent'));
      for (const shown of ['<script>alert(1)</script>', word, 'a\\u202eb\\x01\'"&lt;'])
        expect(text).toContain(shown);
      expect(text).not.toMatch(/[\x01\u202e]/);
      await page.close();
    }
  });

  it('is light and open on paper', async () => {
    const { page } = await open(['report', CPANEL], 1400, 'dark');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.by-day:visible').count()).toBe(3);
    expect(await page.locator('.by-night:visible').count()).toBe(0);
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('details[open]').count()).toBe(0);
    await page.close();
  });
});
