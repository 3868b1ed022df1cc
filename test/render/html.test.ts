/** The page: nothing in it runs, asks or breaks out, whatever strangers wrote into the log. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/model/document.ts';
import { renderLetter } from '../../src/render/html/letter.ts';
import { html } from '../../src/render/html/markup.ts';
import { render } from './render.ts';
import { hostile, sample } from './sample.ts';

const page = (document: Document): string =>
  render(document, 'html', { width: 78, color: false, unicode: true });

/** A document with the text in every place where one may stand. */
function saying(text: string): Document {
  return {
    title: text,
    blocks: [
      { type: 'heading', text },
      { type: 'text', text: `x${text.replaceAll('\n', '')}` },
      {
        type: 'table',
        title: text,
        columns: [{ title: text }, { title: 'b', align: 'right' }],
        rows: [[text, { text, tone: 'bad' }]],
        evidence: [[text]],
        note: text,
      },
      { type: 'card', head: [text, { text, tone: 'warn' }], facts: [[text, text]], evidence: [text] },
      {
        type: 'chart',
        title: text,
        shape: 'bars',
        label: text,
        categories: [text],
        series: [{ title: text, tone: 'bad', values: [1] }],
      },
      { type: 'lines', lines: [text] },
    ],
    json: null,
    records: [],
  };
}

/** The tags and the names of their attributes. */
const tags = (source: string): string[] =>
  (source.match(/<[^>"]*(?:"[^"]*"[^>"]*)*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));

/** Log text with what HTML knows. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '<script>',
        '</script>',
        '">',
        "'",
        '&lt;',
        '<!--',
        ']]>',
        '\0',
        '\u202e',
        hostile,
        'a'.repeat(300),
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `t${parts.join('')}`);

describe('text in HTML', () => {
  it.each([
    ['<script>alert("1")</script>', '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'],
    ["' onload='x", '&#39; onload=&#39;x'],
    ['&lt;', '&amp;lt;'],
    ['a\0b\u202ec\r\nd', 'a\\x00b\\u202ec\\r\\nd'],
  ])('%j is escaped', (text, escaped) => {
    expect(html`<i title="${text}">${[text]}</i>`.source).toBe(`<i title="${escaped}">${escaped}</i>`);
  });

  it('is not escaped twice', () => expect(html`${html`<b>${'&'}</b>`}`.source).toBe('<b>&amp;</b>'));

  it('never becomes a tag, in the page and in the mail', () => {
    const expectedPage = tags(page(saying('t')));
    const expectedLetter = tags(renderLetter(saying('t')).html);
    fc.assert(
      fc.property(nasty, (text) => {
        expect(tags(page(saying(text)))).toEqual(expectedPage);
        expect(tags(renderLetter(saying(text)).html)).toEqual(expectedLetter);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the page', () => {
  const source = page(sample);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(source)?.[1] ?? '';

  it.each(['style', 'script'])('allows its own %s by its hash, and no other', (tag) => {
    const contents = [...source.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(
      ([, text = '']) => text,
    );
    expect(contents).toHaveLength(1);
    const hash = createHash('sha256')
      .update(contents[0] ?? '')
      .digest('base64');
    expect(policy).toContain(`${tag}-src &#39;sha256-${hash}&#39;`);
    expect(policy).toMatch(/^default-src &#39;none&#39;/);
    expect(policy).not.toContain('unsafe');
  });

  it('has no style or handler on an element, which the policy would drop', () => {
    expect(tags(source).filter((tag) => /\s(?:style|on\w+)=/.test(tag))).toEqual([]);
  });

  it('names nothing outside of itself', () => {
    const targets = [...source.matchAll(/\b(?:src|href|srcset|action)="([^"]*)"/g)].map(
      ([, target]) => target,
    );
    expect(targets).toHaveLength(1);
    for (const target of targets) expect(target).toMatch(/^data:/);
  });

  it('tells each chart in words, for each of its two drawings', () => {
    const alternative =
      'aria-label="Chart: By hour &lt;of&gt; the day. fail 1,203, defer &quot;&amp;&quot; 1. Most: 1,200, hour 02:00."';
    expect(source.split(alternative)).toHaveLength(3);
  });

  it('draws what the chart counts', () => {
    const [drawn = ''] = /<svg[\s\S]*?<\/svg>/.exec(source) ?? [];
    for (const text of ['00:00', '1,000', '00:00: 3 fail', '02:00: 1,200 fail', '00:00: 1 defer "&amp;"'])
      expect(drawn).toContain(`>${text}<`);
    const heightOf = (tip: string): number =>
      Number(new RegExp(`height="([\\d.]+)"[^>]*><title>${tip}<`).exec(drawn)?.[1]);
    expect(heightOf('02:00: 1,200 fail')).toBeGreaterThan(100);
    expect(heightOf('00:00: 3 fail')).toBeLessThan(1);
  });

  it('has for each row its log lines, where there are any', () => {
    expect(source).toContain(
      '<th scope="row" class="text"><details><summary>administrator@customer.example.com</summary></details></th>',
    );
    expect(source).toContain(
      '<tr class="evidence"><td colspan="3"><pre><code>log:3: &lt;b&gt;third&lt;/b&gt;</code></pre></td></tr>',
    );
    expect(source.match(/<tr class="evidence">/g)).toHaveLength(2);
  });

  it('shows the log lines behind a card only on demand', () => {
    expect(source).toContain('<details><summary>2 log lines</summary><pre><code>log:1: &lt;img src=x');
  });
});
