import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import parse from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/model/metric.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { exiwhy } from '../cli.ts';
import { tempFolder } from '../sources/temp.ts';

function render(metrics: readonly Metric[]): string {
  return renderPrometheus({ title: '', blocks: [], json: null, records: [], metrics });
}

describe('the text for Prometheus', () => {
  it('escapes', () => {
    const samples = [{ labels: { cause: 'a"b\\c\nd' }, value: 1.5 }];
    expect(render([{ name: 'x', help: 'a\\b\n"c"', samples }])).toBe(
      '# HELP x a\\\\b\\n"c"\n# TYPE x gauge\nx{cause="a\\"b\\\\c\\nd"} 1.5\n',
    );
  });

  it('is read back as it was, whatever the labels hold', () => {
    const value = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ cause: value, class: value }), { minLength: 1, selector: JSON.stringify }),
        (labels) => {
          const samples = labels.map((one, index) => ({ labels: one, value: index }));
          const [family] = parse(render([{ name: 'exiwhy_x', help: 'h', samples }]));
          expect(family?.type).toBe('GAUGE');
          expect(family?.metrics).toEqual(
            samples.map(({ labels, value }) => ({ labels, value: String(value) })),
          );
        },
      ),
    );
  });
});

describe('report --format prometheus', () => {
  const log = 'fixtures/cpanel-exim-4.96.log';
  const { stdout } = exiwhy(['report', '--format', 'prometheus', log]);
  const report = JSON.parse(exiwhy(['report', '--format', 'json', log]).stdout);
  const families = new Map(parse(stdout).map((family) => [family.name, family]));
  const sum = (name: string, labels: Readonly<Record<string, string>> = {}): number =>
    (families.get(name)?.metrics ?? [])
      .filter((metric) => Object.entries(labels).every(([label, value]) => metric.labels?.[label] === value))
      .reduce((total, { value }) => total + Number(value), 0);

  it('holds the numbers of the report', () => {
    expect(sum('exiwhy_attempts', { direction: 'inbound' })).toBe(report.attempts);
    expect(sum('exiwhy_attempts', { direction: 'outbound' })).toBe(report.outbound.attempts);
    expect(sum('exiwhy_wanted_mails')).toBe(report.wanted);
    expect(sum('exiwhy_log_lines')).toBe(report.books.lines);
    expect(sum('exiwhy_input_complete')).toBe(1);
    for (const name of ['fail', 'defer', 'connect', 'other'])
      expect(sum('exiwhy_refusals', { class: name })).toBe(report[name]);
    for (const [outcome, attempts] of Object.entries(report.outcomes))
      expect(sum('exiwhy_refusal_outcomes', { outcome })).toBe(attempts);
    for (const { cause, attempts } of report.byCause)
      expect(sum('exiwhy_refusals', { cause })).toBe(attempts);
    for (const { cause, attempts } of report.outbound.byCause)
      expect(sum('exiwhy_outbound_failures', { cause })).toBe(attempts);
  });

  it('holds nothing that a stranger wrote', () => {
    for (const value of stdout.matchAll(/="([^"]*)"/g)) expect(value[1]).toMatch(/^[a-z0-9-]+$/);
    expect(stdout).not.toMatch(/@|\[|example/);
  });

  it('says when input is missing', () => {
    const { status, stdout } = exiwhy(['report', '--format', 'prometheus', 'no-such-file']);
    expect(status).toBe(2);
    expect(stdout).toContain('exiwhy_input_complete 0\n');
  });

  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
  it.skipIf(promtool.error)('pleases promtool', () => {
    expect(promtool).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('is for reports only', () => {
    expect(exiwhy(['trace', '-o', join(tempFolder(), 'x.prom'), log]).status).toBe(2);
  });
});
