import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exiwhy } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-ours-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A deferred mail of `mail.dN.example`; its server is in a network of its own. */
function deferred(
  n: number,
  time: string,
  reason: string,
  text = 'Could not complete sender verify callout',
): string {
  const h = `2026-11-02 ${time} H=mail.d${n}.example (mail.d${n}.example) [203.0.113.${n + 1}]:4000`;
  return `${h} sender verify defer for <a@d${n}.example>: ${reason}\n${h} F=<a@d${n}.example> temporarily rejected RCPT <bob@hosted.example>: ${text}\n`;
}
const timeout = (n: number): string =>
  `Could not complete sender verify callout: mx.d${n}.example [198.18.${n}.9] : Connection timed out`;
const answered = (n: number): string =>
  `Could not complete sender verify callout: mx.d${n}.example [198.18.${n}.9] : SMTP error from remote mail server after RCPT TO:<a@d${n}.example>: 450 4.2.0 Greylisted`;

function log(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join(''));
  return path;
}
const many = (count: number, make: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => make(n));
const second = (n: number): string => `09:00:${String(n).padStart(2, '0')}`;

const json = (
  command: string,
  path: string,
): { ours: { id: string; what: string }[]; suggestions: unknown[]; verdict: string } =>
  JSON.parse(exiwhy([command, '--format', 'json', path]).stdout);

describe('it is us', () => {
  it('says so first when nobody is reached any more, and lists nobody', () => {
    const usual = many(6, (n) => deferred(n + 40, `0${n}:30:00`, answered(n)));
    const path = log('outage', [...usual, ...many(20, (n) => deferred(n, second(n), timeout(n)))]);
    const report = json('report', path);
    expect(report.ours).toMatchObject([{ id: 'outage-connect', first: '2026-11-02T09:00:00+00:00' }]);
    expect(report.verdict).toMatch(/^exiwhy: it is us: connections from this server/);
    const { suggestions } = json('whitelist', path);
    // Those that were answered at other times are no part of it.
    expect(suggestions).toHaveLength(6);
  });

  it('takes two outages for two, and what failed between them for no part of either', () => {
    const usual = many(6, (n) => deferred(n + 40, `0${n}:30:00`, answered(n)));
    const outage = (hour: string): string[] =>
      many(20, (n) => deferred(n, `${hour}:00:${String(n).padStart(2, '0')}`, timeout(n)));
    const between = deferred(60, '12:00:00', timeout(60));
    const path = log('two-outages', [...usual, ...outage('09'), between, ...outage('15')]);
    expect(json('report', path).ours).toMatchObject([
      { id: 'outage-connect', first: '2026-11-02T09:00:00+00:00', last: '2026-11-02T09:05:00+00:00' },
      { id: 'outage-connect', first: '2026-11-02T15:00:00+00:00', last: '2026-11-02T15:05:00+00:00' },
    ]);
    expect(json('whitelist', path).suggestions).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ entry: '203.0.113.61' })]),
    );
  });

  it('knows its own resolver', () => {
    const lines = many(20, (n) =>
      deferred(n, second(n), 'host lookup did not complete', 'Could not complete sender verify'),
    );
    const path = log('dns', lines);
    expect(json('report', path).ours).toMatchObject([{ id: 'outage-dns' }]);
    expect(json('whitelist', path).suggestions).toEqual([]);
  });

  it('takes a few dead servers for what they are', () => {
    const path = log(
      'few',
      many(6, (n) => deferred(n, second(n), timeout(n))),
    );
    expect(json('report', path).ours).toEqual([]);
    expect(json('whitelist', path).suggestions).toHaveLength(6);
  });

  it('takes many dead servers for no outage where others answer', () => {
    const path = log(
      'mixed',
      many(40, (n) => deferred(n, second(n), n % 3 === 0 ? timeout(n) : answered(n))),
    );
    expect(json('report', path).ours).toEqual([]);
  });

  it('names the blocklist that stops the callouts, and lists nobody', () => {
    const refusal = (n: number): string => {
      const h = `2026-11-02 ${second(n)} H=mail.d${n}.example (mail.d${n}.example) [203.0.113.${n + 1}]:4000`;
      return (
        `${h} sender verify fail for <a@d${n}.example>: mx.d${n}.example [198.18.${n}.9] : SMTP error from remote mail server after RCPT TO:<a@d${n}.example>: 554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.dnsbl.example\n` +
        `${h} F=<a@d${n}.example> rejected RCPT <bob@hosted.example>: Sender verify failed\n`
      );
    };
    const path = log('listed', many(3, refusal));
    expect(json('report', path)).toMatchObject({
      verdict: expect.stringMatching(/^exiwhy: it is us: zen\.dnsbl\.example/),
      ours: [{ id: 'callout-server-blocklisted', what: 'zen.dnsbl.example', attempts: 3, domains: 3 }],
    });
    expect(json('whitelist', path).suggestions).toEqual([]);
    expect(exiwhy(['whitelist', path]).stdout).toMatch(/^# It is us: zen\.dnsbl\.example/);
    expect(exiwhy(['trace', path]).stdout).not.toContain('if wanted');
  });
});
